import {
  BatchGetCommand,
  BatchWriteCommand,
  GetCommand,
  PutCommand,
  paginateQuery,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCluster, type TestCluster, type TestRegion } from './support/replica-cluster.ts';
import { testTable } from './support/test-table.ts';

const TableName = testTable.tableName;
let cluster: TestCluster;
let region: TestRegion;

beforeAll(async () => {
  cluster = await startCluster({ regions: ['eu-west-1'] });
  region = cluster.region('eu-west-1');
});
afterAll(() => cluster.close());

const put = (Item: Record<string, unknown>) => region.documents.send(new PutCommand({ TableName, Item }));
const get = async (pk: string, sk = '1') =>
  (await region.documents.send(new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }))).Item;

describe('Query and Scan', () => {
  beforeAll(async () => {
    await Promise.all(
      Array.from({ length: 25 }, (_, n) =>
        put({
          pk: 'list',
          sk: String(n).padStart(3, '0'),
          holder: n % 2 === 0 ? 'even' : 'odd',
          rank: 100 - n,
          even: n % 2 === 0,
        }),
      ),
    );
  });

  test('Query pages through all items in order', async () => {
    const pages = paginateQuery(
      { client: region.documents, pageSize: 7 },
      {
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'list' },
        ScanIndexForward: false,
      },
    );
    const sizes: number[] = [];
    const keys: string[] = [];
    for await (const page of pages) {
      sizes.push(page.Items?.length ?? 0);
      keys.push(...(page.Items ?? []).map(({ sk }) => sk));
      if (page.LastEvaluatedKey !== undefined)
        expect(Object.keys(page.LastEvaluatedKey).sort()).toEqual(['pk', 'sk']);
    }
    expect(sizes).toEqual([7, 7, 7, 4]);
    expect(keys).toEqual(Array.from({ length: 25 }, (_, n) => String(24 - n).padStart(3, '0')));
  });

  test('Query filters and projects, and counts what it has scanned', async () => {
    const answer = await region.documents.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk AND sk < :sk',
        FilterExpression: 'even = :yes',
        ProjectionExpression: 'sk, #o',
        ExpressionAttributeNames: { '#o': 'holder' },
        ExpressionAttributeValues: { ':pk': 'list', ':sk': '004', ':yes': true },
      }),
    );
    expect(answer).toMatchObject({ Count: 2, ScannedCount: 4 });
    expect(answer.Items).toEqual([
      { sk: '000', holder: 'even' },
      { sk: '002', holder: 'even' },
    ]);
  });

  test.each([
    ['by-holder', 'holder = :v', 'odd', 12],
    ['by-rank', 'pk = :v', 'list', 25],
  ])('Query reads the index %s', async (IndexName, KeyConditionExpression, value, count) => {
    const answer = await region.documents.send(
      new QueryCommand({
        TableName,
        IndexName,
        KeyConditionExpression,
        ExpressionAttributeValues: { ':v': value },
      }),
    );
    expect(answer.Count).toBe(count);
    if (IndexName === 'by-rank') expect(answer.Items?.[0]).toMatchObject({ sk: '024', rank: 76 });
  });

  test('Scan filters, and Select COUNT returns no items', async () => {
    const request = { TableName, FilterExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'list' } };
    expect((await region.documents.send(new ScanCommand(request))).Items).toHaveLength(25);
    const count = await region.documents.send(new ScanCommand({ ...request, Select: 'COUNT' }));
    expect(count).toMatchObject({ Count: 25 });
    expect(count.Items).toBeUndefined();
  });

  test.each([
    [
      new GetCommand({
        TableName,
        Key: { pk: 'a', sk: '1' },
        ProjectionExpression: '#h',
        ExpressionAttributeNames: { '#h': '~twin:stamp' },
      }),
    ],
    [new ScanCommand({ TableName, AttributesToGet: ['~twin:stamp'] })],
    [new PutCommand({ TableName, Item: { pk: 'a', sk: '1', '~twin:stamp': 'x' } })],
    [
      new UpdateCommand({
        TableName,
        Key: { pk: 'a', sk: '1' },
        UpdateExpression: 'REMOVE #h',
        ExpressionAttributeNames: { '#h': '~twin:stamp' },
      }),
    ],
  ])('refuses a request that names the hidden attribute (%#)', async (command) => {
    await expect(region.documents.send(command as GetCommand)).rejects.toMatchObject({
      name: 'ValidationException',
      message: /reserved for the replication/,
    });
  });
});

describe('BatchWriteItem and BatchGetItem', () => {
  test('write, delete and read many items', async () => {
    await put({ pk: 'batch', sk: 'old', n: 1 });
    const PutRequests = Array.from({ length: 20 }, (_, n) => ({
      PutRequest: { Item: { pk: 'batch', sk: `${n}`, n } },
    }));
    const written = await region.documents.send(
      new BatchWriteCommand({
        RequestItems: {
          [TableName]: [
            ...PutRequests,
            { DeleteRequest: { Key: { pk: 'batch', sk: 'old' } } },
            { DeleteRequest: { Key: { pk: 'batch', sk: 'never' } } },
          ],
        },
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    expect(written.UnprocessedItems).toEqual({});
    expect(written.ConsumedCapacity?.[0]).toMatchObject({ TableName });
    const read = await region.documents.send(
      new BatchGetCommand({
        RequestItems: {
          [TableName]: {
            Keys: ['0', '19', 'old'].map((sk) => ({ pk: 'batch', sk })),
            ProjectionExpression: 'sk, n',
          },
        },
      }),
    );
    expect(read.Responses?.[TableName]).toHaveLength(2);
    expect(read.Responses?.[TableName]).toEqual(
      expect.arrayContaining([
        { sk: '0', n: 0 },
        { sk: '19', n: 19 },
      ]),
    );
    expect(read.UnprocessedKeys).toEqual({});
  });

  test.each([
    [
      Array.from({ length: 26 }, (_, n) => ({ PutRequest: { Item: { pk: 'b', sk: `${n}` } } })),
      /less than or equal to 25/,
    ],
    [
      [{ PutRequest: { Item: { pk: 'b', sk: '1' } } }, { DeleteRequest: { Key: { pk: 'b', sk: '1' } } }],
      /duplicates/,
    ],
    [[{ PutRequest: { Item: { pk: 'b' } } }], /Missing the key sk/],
  ])('BatchWriteItem refuses a wrong batch whole (%#)', async (requests, message) => {
    await expect(
      region.documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } })),
    ).rejects.toMatchObject({ name: 'ValidationException', message });
    expect(await get('b')).toBeUndefined();
  });
});
