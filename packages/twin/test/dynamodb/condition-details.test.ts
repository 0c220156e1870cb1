import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCluster, type TestCluster, type TestRegion } from './support/replica-cluster.ts';
import { testTable } from './support/test-table.ts';

/** What an application of optimistic and idempotent writes relies on, seen through the AWS SDK. */
const TableName = testTable.tableName;
const ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
let cluster: TestCluster;
let region: TestRegion;

beforeAll(async () => {
  cluster = await startCluster({ regions: ['eu-west-1'] });
  region = cluster.region('eu-west-1');
});
afterAll(() => cluster.close());

const keyOf = (pk: string) => ({ pk: { S: pk }, sk: { S: '1' } });
const stored = (pk: string) => ({
  ...keyOf(pk),
  n: { N: '1' },
  dots: { L: [{ N: '281474976710655' }, { N: '9007199254740991' }] },
});
const put = (pk: string, extra: Partial<ConstructorParameters<typeof PutItemCommand>[0]> = {}) =>
  region.client.send(new PutItemCommand({ TableName, Item: stored(pk), ...extra }));
const get = async (pk: string) =>
  (await region.client.send(new GetItemCommand({ TableName, Key: keyOf(pk), ConsistentRead: true }))).Item;
const failureOf = async (sent: Promise<unknown>): Promise<ConditionalCheckFailedException> => {
  const error: unknown = await sent.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConditionalCheckFailedException);
  return error as ConditionalCheckFailedException;
};

describe('a failed condition returns the stored item', () => {
  const absent = {
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure,
  } as const;
  const never = {
    ConditionExpression: 'n = :never',
    ExpressionAttributeValues: { ':never': { N: '-1' } },
    ReturnValuesOnConditionCheckFailure,
  } as const;

  test('of PutItem', async () => {
    await put('f-put');
    expect((await failureOf(put('f-put', absent))).Item).toEqual(stored('f-put'));
  });

  test('of PutItem, among others that succeed at the same moment', async () => {
    await put('f-group');
    const writes = Array.from({ length: 20 }, (_, n) => put(`f-group-${n}`, absent));
    expect((await failureOf(put('f-group', absent))).Item).toEqual(stored('f-group'));
    await Promise.all(writes);
  });

  test('of an identical PutItem', async () => {
    await put('f-same');
    expect((await failureOf(put('f-same', never))).Item).toEqual(stored('f-same'));
  });

  test('of UpdateItem', async () => {
    await put('f-update');
    const update = region.client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf('f-update'),
        UpdateExpression: 'ADD n :never',
        ...never,
      }),
    );
    expect((await failureOf(update)).Item).toEqual(stored('f-update'));
  });

  test('of DeleteItem', async () => {
    await put('f-delete');
    const remove = region.client.send(new DeleteItemCommand({ TableName, Key: keyOf('f-delete'), ...never }));
    expect((await failureOf(remove)).Item).toEqual(stored('f-delete'));
  });

  test('of none, when none is stored', async () => {
    const update = region.client.send(
      new UpdateItemCommand({ TableName, Key: keyOf('f-none'), UpdateExpression: 'ADD n :never', ...never }),
    );
    expect((await failureOf(update)).Item).toBeUndefined();
    expect(await get('f-none')).toBeUndefined();
  });

  test('only when it is asked for', async () => {
    await put('f-silent');
    const silent = put('f-silent', { ConditionExpression: 'attribute_not_exists(pk)' });
    expect((await failureOf(silent)).Item).toBeUndefined();
  });

  test('of each action of a transaction, with None for those that held', async () => {
    await put('f-transact');
    const cancelled = region.client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName, Item: stored('f-transact'), ...absent } },
          { Put: { TableName, Item: stored('f-transact-new'), ...absent } },
          { Update: { TableName, Key: keyOf('f-transact-2'), UpdateExpression: 'ADD n :never', ...never } },
        ],
      }),
    );
    await expect(cancelled).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [
        { Code: 'ConditionalCheckFailed', Item: stored('f-transact') },
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed' },
      ],
    });
    expect(await get('f-transact-new')).toBeUndefined();
  });
});

describe('UpdateItem on an absent item', () => {
  test('adds to nothing as to zero, several attributes at once', async () => {
    const UpdateExpression = 'ADD #west :west, #east :east SET #at = :at';
    const update = new UpdateItemCommand({
      TableName,
      Key: keyOf('add'),
      UpdateExpression,
      ExpressionAttributeNames: { '#west': 'v#eu-west-1', '#east': 'v#eu-central-1', '#at': 'at' },
      ExpressionAttributeValues: {
        ':west': { N: '9007199254740990' },
        ':east': { N: '-3' },
        ':at': { S: 'now' },
      },
      ReturnValues: 'ALL_NEW',
    });
    const once = {
      'v#eu-west-1': { N: '9007199254740990' },
      'v#eu-central-1': { N: '-3' },
      at: { S: 'now' },
    };
    expect((await region.client.send(update)).Attributes).toEqual({ ...keyOf('add'), ...once });
    await region.client.send(update);
    expect(await get('add')).toMatchObject({ 'v#eu-central-1': { N: '-6' } });
  });
});

describe('conditions on what may be absent or expired', () => {
  const claim = (now: number) =>
    put('claim', {
      Item: { ...keyOf('claim'), ttl: { N: String(now + 10) }, at: { N: String(now) } },
      ConditionExpression: 'attribute_not_exists(pk) OR #ttl <= :now',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':now': { N: String(now) } },
      ReturnValuesOnConditionCheckFailure,
    });

  test('attribute_not_exists(pk) OR #ttl <= :now takes an absent and an expired item, and no other', async () => {
    const now = 4_000_000_000;
    await claim(now);
    expect((await failureOf(claim(now + 9))).Item).toMatchObject({ at: { N: String(now) } });
    await claim(now + 10);
    expect(await get('claim')).toMatchObject({ at: { N: String(now + 10) } });
  });

  test('BETWEEN includes both bounds', async () => {
    await put('between');
    const within = (low: string, high: string) =>
      region.client.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf('between'),
          UpdateExpression: 'SET seen = :low',
          ConditionExpression: 'n BETWEEN :low AND :high',
          ExpressionAttributeValues: { ':low': { N: low }, ':high': { N: high } },
        }),
      );
    await within('1', '2');
    await within('-5', '1');
    await failureOf(within('2', '3'));
  });

  test('numbers in a list keep every digit, and can be compared as a whole and by element', async () => {
    await put('list');
    const { dots } = stored('list');
    const match = (ConditionExpression: string, value: object) =>
      put('list', { ConditionExpression, ExpressionAttributeValues: { ':v': value as { N: string } } });
    await match('dots = :v', dots);
    await match('contains(dots, :v)', { N: '281474976710655' });
    await match('dots[1] = :v', { N: '9007199254740991' });
    await failureOf(match('dots[0] = :v', { N: '9007199254740991' }));
    expect((await get('list'))?.dots).toEqual(dots);
  });
});

describe('ClientRequestToken', () => {
  test('makes a repeated transaction with a condition succeed without being made again', async () => {
    const ClientRequestToken = 'increment-1';
    const increment = () =>
      region.client.send(
        new TransactWriteItemsCommand({
          ClientRequestToken,
          TransactItems: [
            {
              Put: {
                TableName,
                Item: keyOf('token-key'),
                ConditionExpression: 'attribute_not_exists(pk)',
                ReturnValuesOnConditionCheckFailure,
              },
            },
            {
              Update: {
                TableName,
                Key: keyOf('token-shard'),
                UpdateExpression: 'ADD #value :by',
                ExpressionAttributeNames: { '#value': 'value' },
                ExpressionAttributeValues: { ':by': { N: '5' } },
              },
            },
          ],
        }),
      );
    await Promise.all([increment(), increment()]);
    await increment();
    expect(await get('token-shard')).toMatchObject({ value: { N: '5' } });
  });
});
