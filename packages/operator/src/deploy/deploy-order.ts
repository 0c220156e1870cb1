import { CommandError } from '@gsp/cli-kit';
import type { BackendStack } from '../cloud/backend-stack.ts';
import type { StageTarget } from '../cloud/stage-target.ts';
import type { TableChange } from './table-change.ts';

/** In which order regions are deployed, and why. */
export interface DeployOrder {
  readonly regions: readonly string[];
  /** For a person. */
  readonly reason: string;
}

/** What decides the order. */
export interface OrderFacts {
  readonly target: Pick<StageTarget, 'stage' | 'regions' | 'chosen'>;
  /** What every region of the stage has now; null or absent where it has no stack. */
  readonly stacks: ReadonlyMap<string, BackendStack | null>;
  /** What this deployment does to the table; null while there is no table. */
  readonly table: TableChange | null;
  /** By which policy the global name is to be routed; null without a domain. */
  readonly policy: string | null;
}

/**
 * The order of a deployment.
 *
 * The primary first where a region is missing or the table changes: the primary's stack owns the table, a secondary
 * looks its replica up while it is created, and functions must not be ahead of the table they use. So it is where the routing
 * policy changes: the global name, an alias of the primary's, must not lead to a name that the secondaries have left.
 *
 *     primary     makes latency.api ── api → latency.api ── removes failover.api
 *     secondary                                                                   joins latency.api, leaves failover.api
 *
 * Otherwise the
 * primary last: with failover routing the secondaries take no traffic while it is well, so a bad release is found
 * where it hurts least.
 *
 * @throws {CommandError} where CloudFormation would refuse the step, or it would delete a replica in use
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
 */
export function orderRegions({ target, stacks, table, policy }: OrderFacts): DeployOrder {
  const { stage, regions, chosen } = target;
  const [primary = ''] = regions;
  const missing = regions.filter((region) => (stacks.get(region) ?? null) === null);
  const secondaries = chosen.filter((region) => region !== primary);
  const withPrimary = chosen.includes(primary);
  const policies = policyChange(stacks.get(primary)?.routingPolicy, policy);
  refuseReplicaChanges(table, { stage, chosen, stacks });
  refuseIndexChanges(table, stage);
  if (!withPrimary) {
    refuseAheadOfPrimary({ primary, secondaries, missing, table, policies });
    return { regions: secondaries, reason: 'the primary is not part of it' };
  }
  if (secondaries.length === 0) return { regions: [primary], reason: 'there is one region to deploy' };
  const primaryFirst = [primary, ...secondaries];
  if (missing.length > 0)
    return { regions: primaryFirst, reason: `primary first, as ${missing.join(', ')} has no stack yet` };
  if (table === null) return { regions: primaryFirst, reason: 'primary first, as it has no table yet' };
  if (table.hasChanged) return { regions: primaryFirst, reason: 'primary first, as the table changes' };
  if (policies !== null) return { regions: primaryFirst, reason: `primary first, as ${changeOf(policies)}` };
  return { regions: [...secondaries, primary], reason: 'primary last, as the table does not change' };
}

interface PolicyChange {
  readonly from: string;
  readonly to: string;
}

function policyChange(from: string | undefined, to: string | null): PolicyChange | null {
  return from === undefined || to === null || from === to ? null : { from, to };
}

function changeOf({ from, to }: PolicyChange): string {
  return `the routing policy changes from ${from} to ${to}`;
}

function refuseReplicaChanges(
  table: TableChange | null,
  { stage, chosen, stacks }: { stage: string; chosen: readonly string[]; stacks: OrderFacts['stacks'] },
): void {
  if (table === null) return;
  const inUse = table.removed.filter((region) => (stacks.get(region) ?? null) !== null);
  if (inUse.length > 0) {
    throw new CommandError(
      `Cannot deploy ${stage}: the topology no longer has ${inUse.join(', ')}, where a stack still uses a replica that this would delete ` +
        `with its items. Put the region back, run npm run teardown -- --stage ${stage} --regions ${inUse.join(',')}, then take it out again.`,
    );
  }
  const changes = [...table.added, ...table.removed];
  if (changes.length <= 1) return;
  throw new CommandError(
    `Cannot deploy ${stage} (${chosen.join(', ')}): ${changes.length} replicas would come or go (${changes.join(', ')}), CloudFormation makes one ` +
      'such change per update. Change one region in amplify/topology.ts, deploy, then the next.',
  );
}

/** An index of a deployed table comes or goes alone, and not in the update that changes a replica. */
function refuseIndexChanges(table: TableChange | null, stage: string): void {
  if (table === null) return;
  const { addedIndexes, removedIndexes } = table;
  const indexes = [...addedIndexes, ...removedIndexes];
  const replicas = [...table.added, ...table.removed];
  if (indexes.length > 1) {
    const step = addedIndexes.length > 0 ? 'one more' : 'one less';
    throw new CommandError(
      `Cannot deploy ${stage}: ${indexes.length} indexes of the table would come or go (${indexes.join(', ')}). DynamoDB makes one such ` +
        `change per update. Set table.indexPool in amplify/topology.ts to ${step} than the deployed table has, deploy, then the next.`,
    );
  }
  if (indexes.length === 1 && replicas.length > 0) {
    throw new CommandError(
      `Cannot deploy ${stage}: an index (${indexes.join()}) and a replica (${replicas.join()}) of the table would change together. ` +
        'CloudFormation makes one such change per update. Put one of them back in amplify/topology.ts, deploy, then change it.',
    );
  }
}

function refuseAheadOfPrimary(facts: {
  primary: string;
  secondaries: readonly string[];
  missing: readonly string[];
  table: TableChange | null;
  policies: PolicyChange | null;
}): void {
  const { primary, secondaries, missing, table, policies } = facts;
  if (missing.includes(primary)) {
    throw new CommandError(
      `Cannot deploy ${secondaries.join(', ')}: the primary ${primary}, which owns the table, has no stack yet. ` +
        `Deploy it first: --regions ${primary}`,
    );
  }
  if (table?.hasChanged) {
    throw new CommandError(
      `Cannot deploy ${secondaries.join(', ')} alone: the table changes (${table.what.join(', ')}), which the primary ${primary} has to deploy first. ` +
        `Deploy it first: --regions ${primary}, or leave --regions out`,
    );
  }
  if (policies !== null) {
    throw new CommandError(
      `Cannot deploy ${secondaries.join(', ')} alone: ${changeOf(policies)}, and the global name would lead to records that these leave. ` +
        `Deploy the primary ${primary} first: --regions ${primary}, or leave --regions out`,
    );
  }
}
