import {
  BatchWriteCommand,
  DeleteCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { seededRandom } from '../../../src/seeded-random.ts';
import type { TestCluster, TestRegion } from './replica-cluster.ts';
import { testTable } from './test-table.ts';

const TableName = testTable.tableName;

/**
 * Makes writes of every kind to a few items from all regions at once, `writersPerRegion` at a time in each. Which
 * writes follows from the seed. Writes that fail are counted, not repeated.
 */
export async function conflictingWrites(
  cluster: TestCluster,
  options: { seed: number; writes: number; items: number; writersPerRegion?: number },
): Promise<{ failed: number }> {
  const { seed, writes, items, writersPerRegion = 4 } = options;
  const perWriter = Math.ceil(writes / cluster.regions.length / writersPerRegion);
  let failed = 0;
  const writers = cluster.regions.flatMap((region) =>
    Array.from({ length: writersPerRegion }, async (_, writer) => {
      const random = seededRandom(seed, `${region.region} ${writer}`);
      for (let count = 0; count < perWriter; count += 1) {
        const value = `${region.region} ${writer} ${count}`;
        await randomWrite(region, { random, items, value }).catch(() => {
          failed += 1;
        });
      }
    }),
  );
  await Promise.all(writers);
  return { failed };
}

function randomWrite(
  { documents }: TestRegion,
  { random, items, value }: { random: () => number; items: number; value: string },
): Promise<unknown> {
  const key = () => ({ pk: 'conflict', sk: `${Math.floor(random() * items)}` });
  const Key = key();
  const update = {
    TableName,
    Key,
    UpdateExpression: 'SET #v = :v ADD n :one',
    ExpressionAttributeNames: { '#v': 'v' },
    ExpressionAttributeValues: { ':v': value, ':one': 1 },
  };
  const kind = random();
  if (kind < 0.35) return documents.send(new PutCommand({ TableName, Item: { ...Key, v: value, n: 0 } }));
  if (kind < 0.65) return documents.send(new UpdateCommand(update));
  if (kind < 0.85) return documents.send(new DeleteCommand({ TableName, Key }));
  if (kind < 0.93)
    return documents.send(
      new BatchWriteCommand({
        RequestItems: { [TableName]: [{ PutRequest: { Item: { ...Key, v: value } } }] },
      }),
    );
  const other = key();
  const Delete = { TableName, Key: other };
  return documents.send(
    new TransactWriteCommand({
      TransactItems: other.sk === Key.sk ? [{ Update: update }] : [{ Update: update }, { Delete }],
    }),
  );
}
