import {
  DescribeTableCommand,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { RegionClients } from '../../cloud/region-clients.ts';
import { findSiteStack, isSettled } from '../../cloud/site-stack.ts';
import type { Finding } from '../finding.ts';
import { type CloudPatient, primaryOf } from './cloud-patient.ts';
import { examineOrSay } from './examine-or-say.ts';

/**
 * Whether the next deploy asks no more of the global table than CloudFormation does in one update: a replica more or a
 * replica less, with nothing to undo.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
 */
export async function checkReplicas(patient: CloudPatient): Promise<readonly Finding[]> {
  const { place, cloud } = patient;
  const region = primaryOf(place);
  return examineOrSay(
    {
      check: 'table',
      stage: place.stage,
      region,
      act: `describe the table ${place.tableName}`,
      signal: patient.signal,
    },
    async (signal) => {
      const table = await describeTable(cloud.region(region), { name: place.tableName, signal });
      if (table === null) return firstDeploy(patient, signal);
      const stack = await findSiteStack(cloud.region(region), place, signal);
      // One whose creation was taken back holds nothing, so the table is not of it either.
      if (stack === null || stack.status === 'ROLLBACK_COMPLETE') return [orphan(patient, region)];
      return judge(patient, table, isSettled(stack.status));
    },
  );
}

/** Nothing to change; but a table of that name elsewhere would keep the replica from being made. */
async function firstDeploy(patient: CloudPatient, signal: AbortSignal): Promise<Finding[]> {
  const { place, cloud } = patient;
  const found = await Promise.all(
    place.regions.slice(1).map(async (region) => {
      const table = await describeTable(cloud.region(region), { name: place.tableName, signal });
      return table === null ? [] : [orphan(patient, region)];
    }),
  );
  const orphans = found.flat();
  if (orphans.length > 0) return orphans;
  return [
    {
      check: 'table',
      stage: place.stage,
      level: 'ok',
      what: `${place.tableName} is made by the first deploy, with a replica in ${place.regions.join(', ')}`,
    },
  ];
}

function orphan({ place }: CloudPatient, region: string): Finding {
  return {
    check: 'table',
    stage: place.stage,
    level: 'fault',
    what: `${region}: a table ${place.tableName} exists and belongs to no stack of this stage`,
    why: 'CloudFormation does not take over what it did not make: the deploy would fail. A protected table outlives its stack.',
    remedy: `Import it into the stack, or save what it holds and delete it: aws dynamodb delete-table --table-name ${place.tableName} --region ${region}`,
  };
}

function judge({ place }: CloudPatient, table: TableDescription, isStackSettled: boolean): Finding[] {
  const found = { check: 'table', stage: place.stage } as const;
  const primary = primaryOf(place);
  const replicas = (table.Replicas ?? []).filter(({ RegionName }) => RegionName !== primary);
  const actual = [primary, ...replicas.flatMap(({ RegionName = [] }) => RegionName)];
  const consistency = table.MultiRegionConsistency === 'STRONG' ? 'strong' : 'eventual';
  if (replicas.length > 0 && consistency !== place.settings.table.consistency) {
    return [consistencyChange(place.stage, { is: consistency, wanted: place.settings.table.consistency })];
  }
  const unsettled = replicas.filter(({ ReplicaStatus = 'ACTIVE' }) => ReplicaStatus !== 'ACTIVE');
  if (unsettled.length > 0 || (table.TableStatus ?? 'ACTIVE') !== 'ACTIVE') {
    const states = unsettled.map(({ RegionName, ReplicaStatus }) => `${RegionName} ${ReplicaStatus}`);
    return [
      {
        ...found,
        // A deploy waits for what its own stack has begun, and for nothing else.
        level: isStackSettled ? 'fault' : 'warning',
        what: `${place.tableName} is changing: ${[`${primary} ${table.TableStatus}`, ...states].join(', ')}`,
        remedy: 'Wait until every replica is ACTIVE, then run the doctor again.',
      },
    ];
  }
  const added = place.regions.filter((region) => !actual.includes(region));
  const removed = actual.filter((region) => !place.regions.includes(region));
  return [changeOf(found, { actual, added, removed })];
}

function changeOf(
  found: { readonly check: string; readonly stage: string },
  {
    actual,
    added,
    removed,
  }: {
    readonly actual: readonly string[];
    readonly added: readonly string[];
    readonly removed: readonly string[];
  },
): Finding {
  const steps = [...added.map((region) => `add ${region}`), ...removed.map((region) => `remove ${region}`)];
  const [step] = steps;
  if (step === undefined)
    return { ...found, level: 'ok', what: `Replicas as in the topology: ${actual.join(', ')}` };
  if (steps.length > 1) {
    return {
      ...found,
      level: 'fault',
      what: `${steps.length} replicas would change at once: ${steps.join(', ')}`,
      why: 'CloudFormation adds or removes one replica with an update of a global table.',
      remedy: `Change the topology and deploy ${steps.length} times, one step each: ${steps.join(', then ')}.`,
    };
  }
  if (removed.length === 0) {
    return {
      ...found,
      level: 'note',
      what: `The next deploy is to ${step} as a replica`,
      why: 'It is filled from the others, which takes minutes for an empty table and up to hours for a large one. Change nothing else of the table with it.',
    };
  }
  return {
    ...found,
    level: 'warning',
    what: `The next deploy is to ${step}: that replica is deleted with all it holds`,
    why: 'Writes that only it has are lost, and a table that a new replica was filled from cannot be deleted for 24 hours.',
    remedy: `Evacuate ${removed.join('')} and wait until nothing replicates from it. With it still in the topology: npm run teardown -- --stage ${found.stage} --regions ${removed.join('')}; then take it out and deploy.`,
  };
}

function consistencyChange(stage: string, { is, wanted }: { is: string; wanted: string }): Finding {
  return {
    check: 'table',
    stage,
    level: 'fault',
    what: `The table is of consistency '${is}', the topology wants '${wanted}'`,
    why: 'A global table keeps the consistency that it was made with.',
    remedy: 'Set table.consistency back, or give the setting to a new stage and move the data.',
  };
}

async function describeTable(
  { dynamoDb }: RegionClients,
  { name, signal }: { name: string; signal: AbortSignal },
): Promise<TableDescription | null> {
  try {
    const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: name }), {
      abortSignal: signal,
    });
    return Table ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}
