import { GetCommand, PutCommand, TransactGetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readStream } from './support/read-stream.ts';
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
  (await region.documents.send(new GetCommand({ TableName, Key: { pk, sk } }))).Item;
type TransactItems = NonNullable<ConstructorParameters<typeof TransactWriteCommand>[0]['TransactItems']>;
const transact = (TransactItems: TransactItems, ClientRequestToken?: string) =>
  region.documents.send(new TransactWriteCommand({ TransactItems, ClientRequestToken }));

describe('TransactWriteItems', () => {
  test('puts, updates, deletes and checks as one, with a stream record for each change', async () => {
    await put({ pk: 't', sk: 'update', n: 1 });
    await put({ pk: 't', sk: 'delete', n: 1 });
    await put({ pk: 't', sk: 'same', n: 1 });
    const before = (await readStream(region)).length;
    await transact([
      { Put: { TableName, Item: { pk: 't', sk: 'put', n: 1 } } },
      { Put: { TableName, Item: { pk: 't', sk: 'same', n: 1 } } },
      {
        Update: {
          TableName,
          Key: { pk: 't', sk: 'update' },
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': 1 },
        },
      },
      { Delete: { TableName, Key: { pk: 't', sk: 'delete' } } },
      { Delete: { TableName, Key: { pk: 't', sk: 'never' } } },
      {
        ConditionCheck: {
          TableName,
          Key: { pk: 't', sk: 'other' },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
    ]);
    expect(await get('t', 'put')).toEqual({ pk: 't', sk: 'put', n: 1 });
    expect(await get('t', 'update')).toEqual({ pk: 't', sk: 'update', n: 2 });
    expect(await get('t', 'delete')).toBeUndefined();
    const records = (await readStream(region)).slice(before);
    expect(records.map(({ eventName, dynamodb }) => `${eventName} ${dynamodb?.Keys?.sk?.S}`).sort()).toEqual([
      'INSERT put',
      'MODIFY update',
      'REMOVE delete',
    ]);
    expect(records.find(({ eventName }) => eventName === 'MODIFY')?.dynamodb).toMatchObject({
      OldImage: { pk: { S: 't' }, sk: { S: 'update' }, n: { N: '1' } },
      NewImage: { pk: { S: 't' }, sk: { S: 'update' }, n: { N: '2' } },
    });
  });

  test('is cancelled whole, with a reason for each action and the item that failed its condition', async () => {
    await put({ pk: 'cancel', sk: '1', n: 1 });
    const before = (await readStream(region)).length;
    const cancelled = transact([
      { Put: { TableName, Item: { pk: 'cancel', sk: 'new' } } },
      {
        Update: {
          TableName,
          Key: { pk: 'cancel', sk: '1' },
          UpdateExpression: 'SET n = :two',
          ConditionExpression: 'n > :two',
          ExpressionAttributeValues: { ':two': 2 },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      {
        ConditionCheck: {
          TableName,
          Key: { pk: 'cancel', sk: 'none' },
          ConditionExpression: 'attribute_exists(pk)',
        },
      },
    ]);
    await expect(cancelled).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: /\[None, ConditionalCheckFailed, ConditionalCheckFailed\]/,
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: { pk: { S: 'cancel' }, sk: { S: '1' }, n: { N: '1' } } },
        { Code: 'ConditionalCheckFailed' },
      ],
    });
    expect(await get('cancel', 'new')).toBeUndefined();
    expect(await readStream(region)).toHaveLength(before);
  });

  test('does nothing when it is repeated with its token, after a restart too', async () => {
    const token = 'token-1';
    const increment: TransactItems = [
      {
        Update: {
          TableName,
          Key: { pk: 'token', sk: '1' },
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': 1 },
        },
      },
    ];
    await Promise.all([transact(increment, token), transact(increment, token), transact(increment, token)]);
    expect(await get('token')).toMatchObject({ n: 1 });
    await region.stopReplica();
    await region.startReplica();
    await transact(increment, token);
    expect(await get('token')).toMatchObject({ n: 1 });
    await transact(increment, 'token-2');
    expect(await get('token')).toMatchObject({ n: 2 });
  });

  test('refuses another request with the same token', async () => {
    const token = 'token-mismatch';
    await transact([{ Put: { TableName, Item: { pk: 'mismatch', sk: '1' } } }], token);
    await expect(
      transact([{ Put: { TableName, Item: { pk: 'mismatch', sk: '2' } } }], token),
    ).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
    expect(await get('mismatch', '2')).toBeUndefined();
  });

  test('may be tried again with its token after it was cancelled', async () => {
    const token = 'token-cancelled';
    const once: TransactItems = [
      { Put: { TableName, Item: { pk: 'again', sk: '1' } } },
      {
        ConditionCheck: {
          TableName,
          Key: { pk: 'again', sk: 'gate' },
          ConditionExpression: 'attribute_exists(pk)',
        },
      },
    ];
    await expect(transact(once, token)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    await put({ pk: 'again', sk: 'gate' });
    await transact(once, token);
    expect(await get('again')).toBeDefined();
  });

  test.each([
    [
      [
        { Put: { TableName, Item: { pk: 'x', sk: '1' } } },
        { Delete: { TableName, Key: { pk: 'x', sk: '1' } } },
      ],
      /multiple operations on one item/,
    ],
    [
      Array.from({ length: 101 }, (_, n) => ({ Put: { TableName, Item: { pk: 'x', sk: `${n}` } } })),
      /less than or equal to 100/,
    ],
    [[], /greater than or equal to 1/],
    [[{ Put: { TableName, Item: { pk: 'x' } } }], /Missing the key sk/],
  ])('refuses a malformed transaction (%#)', async (items, message) => {
    await expect(transact(items)).rejects.toMatchObject({ name: 'ValidationException', message });
    expect(await get('x')).toBeUndefined();
  });
});

describe('TransactGetItems', () => {
  test('reads items in order, and nothing for an absent one', async () => {
    await put({ pk: 'tget', sk: '1', n: 1, other: true });
    await put({ pk: 'tget', sk: '2', n: 2, other: true });
    const { Responses } = await region.documents.send(
      new TransactGetCommand({
        TransactItems: [
          { Get: { TableName, Key: { pk: 'tget', sk: '1' } } },
          { Get: { TableName, Key: { pk: 'tget', sk: 'none' } } },
          { Get: { TableName, Key: { pk: 'tget', sk: '2' }, ProjectionExpression: 'n' } },
        ],
      }),
    );
    expect(Responses?.map(({ Item }) => Item)).toEqual([
      { pk: 'tget', sk: '1', n: 1, other: true },
      undefined,
      expect.objectContaining({ n: 2 }),
    ]);
    expect(Responses?.[2]?.Item).not.toHaveProperty('other');
  });
});
