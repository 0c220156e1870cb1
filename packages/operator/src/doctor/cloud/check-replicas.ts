import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { isSettled } from '../../cloud/backend-stack.ts';
import { findTableStack } from '../../cloud/find-backend-stack.ts';
import { primaryOf, type StageTarget } from '../../cloud/stage-target.ts';
import { describeTable } from '../../cloud/table.ts';
import type { CheckResult } from '../check-result.ts';
import { indexChange, judgeIndexes } from './judge-indexes.ts';
import { type AccountContext, runCheck } from './run-check.ts';

/**
 * Whether the next deploy asks no more of the global table than CloudFormation does in one update: one replica or one index
 * more or less, with nothing to undo.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
 */
export async function checkReplicas(context: AccountContext): Promise<readonly CheckResult[]> {
  const { target, cloud } = context;
  const region = primaryOf(target);
  return runCheck(
    {
      check: 'table',
      stage: target.stage,
      region,
      act: actOf(target),
      signal: context.signal,
    },
    async (signal) => {
      const table = await tableIn(context, region, signal);
      if (table === null) return firstDeploy(context, signal);
      const stack = await findTableStack(cloud.region(region), target, signal);
      // One whose creation was taken back holds nothing, so the table is not of it either.
      if (stack === null || stack.status === 'ROLLBACK_COMPLETE') return [orphan(context, region)];
      return judge(context, table, isSettled(stack.status));
    },
  );
}

/** Nothing to change; but a table of that name elsewhere would keep the replica from being made. */
async function firstDeploy(context: AccountContext, signal: AbortSignal): Promise<CheckResult[]> {
  const { target } = context;
  const found = await Promise.all(
    target.regions.slice(1).map(async (region) => {
      const table = await tableIn(context, region, signal);
      return table === null ? [] : [orphan(context, region)];
    }),
  );
  const orphans = found.flat();
  if (orphans.length > 0) return orphans;
  return [
    {
      check: 'table',
      stage: target.stage,
      level: 'ok',
      what: `${target.tableName} is made by the first deploy, with a replica in ${target.regions.join(', ')}`,
    },
  ];
}

function orphan({ target }: AccountContext, region: string): CheckResult {
  return {
    check: 'table',
    stage: target.stage,
    level: 'fault',
    what: `${region}: a table ${target.tableName} exists and belongs to no stack of this stage`,
    why: 'CloudFormation does not take over what it did not make: the deploy would fail. A protected table outlives its stack.',
    remedy: `Import it into the stack, or save what it holds and delete it: aws dynamodb delete-table --table-name ${target.tableName} --region ${region}`,
  };
}

function judge({ target }: AccountContext, table: TableDescription, isStackSettled: boolean): CheckResult[] {
  const found = { check: 'table', stage: target.stage } as const;
  const primary = primaryOf(target);
  const replicas = (table.Replicas ?? []).filter(({ RegionName }) => RegionName !== primary);
  const actual = [primary, ...replicas.flatMap(({ RegionName = [] }) => RegionName)];
  const consistency = table.MultiRegionConsistency === 'STRONG' ? 'strong' : 'eventual';
  if (replicas.length > 0 && consistency !== target.settings.table.consistency) {
    return [consistencyChange(target.stage, { is: consistency, wanted: target.settings.table.consistency })];
  }
  const unsettled = replicas.filter(({ ReplicaStatus = 'ACTIVE' }) => ReplicaStatus !== 'ACTIVE');
  if (unsettled.length > 0 || (table.TableStatus ?? 'ACTIVE') !== 'ACTIVE') {
    const states = unsettled.map(({ RegionName, ReplicaStatus }) => `${RegionName} ${ReplicaStatus}`);
    return [
      {
        ...found,
        // A deploy waits for what its own stack has begun, and for nothing else.
        level: isStackSettled ? 'fault' : 'warning',
        what: `${target.tableName} is changing: ${[`${primary} ${table.TableStatus}`, ...states].join(', ')}`,
        remedy: 'Wait until every replica is ACTIVE, then run the doctor again.',
      },
    ];
  }
  const added = target.regions.filter((region) => !actual.includes(region));
  const removed = actual.filter((region) => !target.regions.includes(region));
  const indexes = indexChange(table, target);
  const change = changeOf(found, { actual, added, removed });
  if (indexes.names.length === 0) return [change];
  return [change, judgeIndexes(found, { ...indexes, replicas: [...added, ...removed] })];
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
): CheckResult {
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

function consistencyChange(stage: string, { is, wanted }: { is: string; wanted: string }): CheckResult {
  return {
    check: 'table',
    stage,
    level: 'fault',
    what: `The table is of consistency '${is}', the topology wants '${wanted}'`,
    why: 'A global table keeps the consistency that it was made with.',
    remedy: 'Set table.consistency back, or give the setting to a new stage and move the data.',
  };
}

function actOf({ tableName }: StageTarget): string {
  return `describe the table ${tableName}`;
}

function tableIn({ target, cloud }: AccountContext, region: string, signal: AbortSignal) {
  return describeTable(cloud.region(region), { tableName: target.tableName, act: actOf(target), signal });
}
