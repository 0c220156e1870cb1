import { PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TableDefinition } from '../../src/dynamodb/table-definition.ts';
import { eventually } from './support/eventually.ts';
import { startCluster, type TestCluster, type TestRegion } from './support/replica-cluster.ts';
import { testTable } from './support/test-table.ts';

const { tableName: TableName } = testTable;

/** A pool of generic indexes, as the platform's table has one. */
const SLOTS = [1, 2, 3, 4, 5] as const;
const pool: Partial<TableDefinition> = {
  attributeDefinitions: ['pk', 'sk', ...SLOTS.flatMap((slot) => [`g${slot}p`, `g${slot}s`])].map(
    (AttributeName) => ({ AttributeName, AttributeType: 'S' }),
  ),
  globalSecondaryIndexes: SLOTS.map((slot) => ({
    IndexName: `gsi${slot}`,
    KeySchema: [
      { AttributeName: `g${slot}p`, KeyType: 'HASH' },
      { AttributeName: `g${slot}s`, KeyType: 'RANGE' },
    ],
    Projection: { ProjectionType: 'ALL' },
  })),
  localSecondaryIndexes: [],
};

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startCluster({ regions: ['eu-west-1', 'eu-central-1'], table: pool });
});
afterAll(() => cluster.close());

const put = (sk: string, attributes: Record<string, unknown>) =>
  cluster
    .region('eu-west-1')
    .documents.send(new PutCommand({ TableName, Item: { pk: 'orders', sk, ...attributes } }));

async function keysIn(region: TestRegion, slot: number, partition: string) {
  const { Items = [] } = await region.documents.send(
    new QueryCommand({
      TableName,
      IndexName: `gsi${slot}`,
      KeyConditionExpression: '#p = :partition',
      ExpressionAttributeNames: { '#p': `g${slot}p` },
      ExpressionAttributeValues: { ':partition': partition },
    }),
  );
  return Items.map(({ sk }) => sk);
}

describe('a pool of sparse indexes', () => {
  test('an item is in the indexes of which it has both attributes, sorted, in every region', async () => {
    await put('1', { g1p: 'open', g1s: 'b', g5p: 'ann', g5s: 'x' });
    await put('2', { g1p: 'open', g1s: 'a' });
    await put('3', { g1p: 'open' });
    await put('4', { g1s: 'c' });
    for (const region of cluster.regions) {
      await eventually('indexes that hold what was written', async () => {
        expect(await keysIn(region, 1, 'open')).toEqual(['2', '1']);
        expect(await keysIn(region, 5, 'ann')).toEqual(['1']);
        expect(await keysIn(region, 2, 'open')).toEqual([]);
      });
    }
  });

  test('an item that loses an attribute leaves the index, in every region', async () => {
    await put('5', { g2p: 'paid', g2s: 'a' });
    for (const region of cluster.regions)
      await eventually('the item in the index', async () => (await keysIn(region, 2, 'paid')).length === 1);
    await cluster.region('eu-west-1').documents.send(
      new UpdateCommand({
        TableName,
        Key: { pk: 'orders', sk: '5' },
        UpdateExpression: 'REMOVE g2p, g2s',
      }),
    );
    for (const region of cluster.regions)
      await eventually('an empty index', async () => (await keysIn(region, 2, 'paid')).length === 0);
  });

  test.each([
    ['of another type', 1],
    ['that is empty', ''],
  ])('an index key %s is refused', async (_what, g1p) => {
    await expect(put('6', { g1p, g1s: 'a' })).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
