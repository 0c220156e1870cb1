import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
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

describe('PutItem', () => {
  test('returns the old item when asked, and nothing for a new one', async () => {
    const Item = { pk: 'put', sk: '1', n: 1.5, tags: new Set(['a', 'b']), deep: { list: [1, { x: null }] } };
    expect(
      (await region.documents.send(new PutCommand({ TableName, Item, ReturnValues: 'ALL_OLD' }))).Attributes,
    ).toBeUndefined();
    const second = await region.documents.send(
      new PutCommand({ TableName, Item: { pk: 'put', sk: '1', n: 2 }, ReturnValues: 'ALL_OLD' }),
    );
    expect(second.Attributes).toEqual(Item);
    expect(await get('put')).toEqual({ pk: 'put', sk: '1', n: 2 });
  });

  test('evaluates its condition and returns the item that failed it', async () => {
    await put({ pk: 'cond', sk: '1', n: 1 });
    const create = new PutCommand({
      TableName,
      Item: { pk: 'cond', sk: '1', n: 2 },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(region.documents.send(create)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: { pk: { S: 'cond' }, sk: { S: '1' }, n: { N: '1' } },
    });
    await region.documents.send(
      new PutCommand({
        TableName,
        Item: { pk: 'cond', sk: '1', n: 3 },
        ConditionExpression: '#n = :one',
        ExpressionAttributeNames: { '#n': 'n' },
        ExpressionAttributeValues: { ':one': 1 },
      }),
    );
    expect(await get('cond')).toEqual({ pk: 'cond', sk: '1', n: 3 });
  });

  test('evaluates each condition on its own when 40 are made at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => put({ pk: 'many', sk: `${n * 2}`, first: true })));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) =>
        region.documents.send(
          new PutCommand({
            TableName,
            Item: { pk: 'many', sk: `${n}` },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(
      Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? 'rejected' : 'fulfilled')),
    );
  });

  test('gives each of many puts at once its own error', async () => {
    const items = [
      { pk: 'mixed', sk: '1' },
      { pk: 'mixed' },
      { pk: 'mixed', sk: '2', x: 'y'.repeat(410_000) },
      { pk: 'mixed', sk: '3' },
    ];
    const outcomes = await Promise.allSettled(items.map(put));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({
      reason: { name: 'ValidationException', message: /Missing the key sk/ },
    });
    expect(outcomes[2]).toMatchObject({
      reason: { name: 'ValidationException', message: /exceeded the maximum allowed size/ },
    });
    expect(await get('mixed', '3')).toEqual({ pk: 'mixed', sk: '3' });
  });

  test('answers with the consumed capacity when asked', async () => {
    const answer = await region.documents.send(
      new PutCommand({ TableName, Item: { pk: 'capacity', sk: '1' }, ReturnConsumedCapacity: 'TOTAL' }),
    );
    expect(answer.ConsumedCapacity).toMatchObject({ TableName, CapacityUnits: expect.any(Number) });
    expect(await get('capacity')).toEqual({ pk: 'capacity', sk: '1' });
  });

  test('honours the older Expected parameter', async () => {
    await put({ pk: 'expected', sk: '1', n: 1 });
    const request = { TableName, Item: { pk: { S: 'expected' }, sk: { S: '1' } } };
    await expect(
      region.client.send(new PutItemCommand({ ...request, Expected: { n: { Exists: false } } })),
    ).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await region.client.send(new PutItemCommand({ ...request, Expected: { n: { Value: { N: '1' } } } }));
    expect(await get('expected')).toEqual({ pk: 'expected', sk: '1' });
  });

  test('keeps attributes with unusual names', async () => {
    const item = { pk: 'names', sk: '1', 'a.b': 1, '#x': 2, ':y': 3, 'ünïcode ☂': 4, '': undefined };
    await put(item);
    const { '': _, ...stored } = item;
    expect(await get('names')).toEqual(stored);
    const raw = { pk: { S: 'names' }, sk: { S: '2' }, ...JSON.parse('{"__proto__":{"S":"x"}}') };
    await region.client.send(new PutItemCommand({ TableName, Item: raw }));
    const answer = await region.documents.send(new GetCommand({ TableName, Key: { pk: 'names', sk: '2' } }));
    expect(answer.Item).toMatchObject({ pk: 'names', sk: '2' });
  });
});

describe('UpdateItem', () => {
  const update = (ReturnValues: 'NONE' | 'ALL_OLD' | 'UPDATED_OLD' | 'ALL_NEW' | 'UPDATED_NEW', pk: string) =>
    region.documents.send(
      new UpdateCommand({
        TableName,
        Key: { pk, sk: '1' },
        UpdateExpression: 'SET a = :a, m.x = :a REMOVE gone ADD n :one',
        ExpressionAttributeValues: { ':a': 'new', ':one': 1 },
        ReturnValues,
      }),
    );
  const before = { sk: '1', a: 'old', m: { x: 'old', y: 1 }, gone: true, n: 1 };
  const after = { sk: '1', a: 'new', m: { x: 'new', y: 1 }, n: 2 };

  test.each([
    ['NONE', undefined],
    ['ALL_OLD', { pk: 'u-ALL_OLD', ...before }],
    ['ALL_NEW', { pk: 'u-ALL_NEW', ...after }],
    ['UPDATED_OLD', { a: 'old', m: { x: 'old' }, gone: true, n: 1 }],
    ['UPDATED_NEW', { a: 'new', m: { x: 'new' }, n: 2 }],
  ] as const)('returns what ReturnValues %s asks for', async (returnValues, attributes) => {
    const pk = `u-${returnValues}`;
    await put({ pk, ...before });
    expect((await update(returnValues, pk)).Attributes).toEqual(attributes);
    expect(await get(pk)).toEqual({ pk, ...after });
  });

  test('creates an item, and returns nothing of it as old', async () => {
    const answer = await region.documents.send(
      new UpdateCommand({ TableName, Key: { pk: 'upsert', sk: '1' }, ReturnValues: 'ALL_OLD' }),
    );
    expect(answer.Attributes).toBeUndefined();
    expect(await get('upsert')).toEqual({ pk: 'upsert', sk: '1' });
    const nothing = await region.documents.send(
      new UpdateCommand({ TableName, Key: { pk: 'upsert', sk: '1' }, ReturnValues: 'UPDATED_OLD' }),
    );
    expect(nothing.Attributes).toBeUndefined();
  });

  test('evaluates its condition', async () => {
    const increment = new UpdateCommand({
      TableName,
      Key: { pk: 'u-cond', sk: '1' },
      UpdateExpression: 'SET n = if_not_exists(n, :zero) + :one',
      ConditionExpression: 'attribute_not_exists(n) OR n < :limit',
      ExpressionAttributeValues: { ':zero': 0, ':one': 1, ':limit': 2 },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    expect((await region.documents.send(increment)).Attributes).toMatchObject({ n: 1 });
    expect((await region.documents.send(increment)).Attributes).toMatchObject({ n: 2 });
    await expect(region.documents.send(increment)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { pk: { S: 'u-cond' }, sk: { S: '1' }, n: { N: '2' } },
    });
  });

  test('loses no increment of 60 at once', async () => {
    await Promise.all(
      Array.from({ length: 60 }, () =>
        region.documents.send(
          new UpdateCommand({
            TableName,
            Key: { pk: 'counter', sk: '1' },
            UpdateExpression: 'ADD hits :one',
            ExpressionAttributeValues: { ':one': 1 },
          }),
        ),
      ),
    );
    expect(await get('counter')).toEqual({ pk: 'counter', sk: '1', hits: 60 });
  });

  test('takes the older AttributeUpdates', async () => {
    const answer = await region.client.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk: { S: 'legacy' }, sk: { S: '1' } },
        AttributeUpdates: { n: { Action: 'ADD', Value: { N: '3' } } },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    expect(answer.Attributes).toEqual({ n: { N: '3' } });
  });

  test.each([
    ['SET', /Invalid UpdateExpression/],
    ['SET a = ', /Invalid UpdateExpression/],
    ['', /Invalid UpdateExpression/],
    ['SET a = :v SET b = :v', /Invalid UpdateExpression/],
    ['SET pk = :v', /Cannot update attribute pk/],
  ])('refuses the expression %j and writes nothing', async (UpdateExpression, message) => {
    const Key = { pk: 'u-bad', sk: '1' };
    const values = UpdateExpression.includes(':v') ? { ExpressionAttributeValues: { ':v': 1 } } : {};
    await expect(
      region.documents.send(new UpdateCommand({ TableName, Key, UpdateExpression, ...values })),
    ).rejects.toMatchObject({ name: 'ValidationException', message });
    expect(await get('u-bad')).toBeUndefined();
    expect(region.replica().stats.writesInDoubt).toBe(0);
  });
});

describe('DeleteItem', () => {
  test('returns the old item, and succeeds for an absent one', async () => {
    await put({ pk: 'del', sk: '1', n: 1 });
    const remove = new DeleteCommand({ TableName, Key: { pk: 'del', sk: '1' }, ReturnValues: 'ALL_OLD' });
    expect((await region.documents.send(remove)).Attributes).toEqual({ pk: 'del', sk: '1', n: 1 });
    expect((await region.documents.send(remove)).Attributes).toBeUndefined();
    expect(await get('del')).toBeUndefined();
  });

  test('evaluates its condition, on an absent item too', async () => {
    const remove = (pk: string) =>
      region.documents.send(
        new DeleteCommand({ TableName, Key: { pk, sk: '1' }, ConditionExpression: 'attribute_exists(n)' }),
      );
    await put({ pk: 'del-cond', sk: '1' });
    await expect(remove('del-cond')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await expect(remove('del-never')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(await get('del-cond')).toEqual({ pk: 'del-cond', sk: '1' });
  });
});
