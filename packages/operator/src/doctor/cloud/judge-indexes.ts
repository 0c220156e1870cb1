import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { indexName } from '@gsp/platform/topology';
import type { StageTarget } from '../../cloud/stage-target.ts';
import type { CheckResult } from '../check-result.ts';

/** Indexes of the pool that the next deploy adds to a table or removes from it. */
export interface IndexChange {
  readonly names: readonly string[];
  readonly isRemoval: boolean;
}

/** How the indexes of a table differ from the pool that the topology wants. */
export function indexChange(
  table: TableDescription,
  { settings }: Pick<StageTarget, 'settings'>,
): IndexChange {
  const actual = (table.GlobalSecondaryIndexes ?? []).flatMap(({ IndexName = [] }) => IndexName);
  const wanted = Array.from({ length: settings.table.indexPool }, (_, index) => indexName(index + 1));
  const added = wanted.filter((name) => !actual.includes(name));
  const removed = actual.filter((name) => !wanted.includes(name));
  return { names: [...added, ...removed], isRemoval: removed.length > 0 };
}

/**
 * Whether DynamoDB makes that change in one update: one index, and no replica with it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
 */
export function judgeIndexes(
  found: { readonly check: string; readonly stage: string },
  { names, isRemoval, replicas }: IndexChange & { readonly replicas: readonly string[] },
): CheckResult {
  const list = names.join(', ');
  if (names.length > 1) {
    return {
      ...found,
      level: 'fault',
      what: `${names.length} indexes of the table would change at once: ${list}`,
      why: 'DynamoDB creates or deletes one index with an update of a table.',
      remedy: `Set table.indexPool to one ${isRemoval ? 'less' : 'more'} than the deployed table has, deploy, then the next.`,
    };
  }
  if (replicas.length > 0) {
    return {
      ...found,
      level: 'fault',
      what: `An index (${list}) and a replica (${replicas.join(', ')}) of the table would change together`,
      why: 'CloudFormation makes one such change with an update of a global table.',
      remedy: 'Put one of them back in amplify/topology.ts, deploy, then change it.',
    };
  }
  if (isRemoval) {
    return {
      ...found,
      level: 'warning',
      what: `The next deploy removes the index ${list}`,
      why: 'Queries that use it fail from then on.',
      remedy: 'Deploy first what no longer uses it.',
    };
  }
  return {
    ...found,
    level: 'note',
    what: `The next deploy adds the index ${list}`,
    why: 'DynamoDB builds it from what the table holds, which takes minutes or longer for a large one. Change nothing else of the table with it.',
  };
}
