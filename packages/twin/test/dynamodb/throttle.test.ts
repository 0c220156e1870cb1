import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  ThrottlingException,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { startCluster, type TestCluster, type TestRegion } from './support/replica-cluster.ts';
import { testTable } from './support/test-table.ts';

const TableName = testTable.tableName;
const key = (sk: string) => ({ pk: { S: 'throttle' }, sk: { S: sk } });
const ARN = `arn:aws:dynamodb:eu-west-1:111122223333:table/${TableName}`;

let cluster: TestCluster;
let here: TestRegion;
let there: TestRegion;

beforeAll(async () => {
  cluster = await startCluster({ seed: 7 });
  here = cluster.region('eu-west-1');
  there = cluster.region('eu-central-1');
});
afterAll(() => cluster.close());
afterEach(() => here.replica().setThrottleShare(0));

/** What a promise is rejected with. */
async function failureOf(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('Throttle', () => {
  test.each([
    ['GetItem', new GetItemCommand({ TableName, Key: key('1') }), 'Read'],
    [
      'Query',
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'x' } },
      }),
      'Read',
    ],
    ['Scan', new ScanCommand({ TableName }), 'Read'],
    ['PutItem', new PutItemCommand({ TableName, Item: key('1') }), 'Write'],
    ['UpdateItem', new UpdateItemCommand({ TableName, Key: key('1') }), 'Write'],
    ['DeleteItem', new DeleteItemCommand({ TableName, Key: key('1') }), 'Write'],
    [
      'BatchGetItem',
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key('1')] } } }),
      'Read',
    ],
    [
      'BatchWriteItem',
      new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: key('1') } }] } }),
      'Write',
    ],
  ])('answers %s as DynamoDB throttles it when the share is 1', async (_, command, access) => {
    here.replica().setThrottleShare(1);
    const before = here.replica().throttle().throttled;
    const failure = await failureOf(here.client.send(command as GetItemCommand));
    expect(failure).toBeInstanceOf(ThrottlingException);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^Throughput exceeds the current capacity/),
      throttlingReasons: [{ reason: `Table${access}KeyRangeThroughputExceeded`, resource: ARN }],
      $metadata: { httpStatusCode: 400 },
    });
    expect(here.replica().throttle()).toEqual({ throttleShare: 1, throttled: before + 1 });
  });

  test.each([
    [
      'TransactWriteItems',
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName, Item: key('t1') } },
          { Delete: { TableName, Key: key('t2') } },
          { Put: { TableName, Item: key('t3') } },
        ],
      }),
    ],
    [
      'TransactGetItems',
      new TransactGetItemsCommand({
        TransactItems: ['t1', 't2', 't3'].map((sk) => ({ Get: { TableName, Key: key(sk) } })),
      }),
    ],
  ])('cancels %s as a whole when the share is 1, and names the member', async (_, command) => {
    here.replica().setThrottleShare(1);
    const failure = await failureOf(here.client.send(command as TransactWriteItemsCommand));
    expect(failure).toBeInstanceOf(TransactionCanceledException);
    const codes = (failure as TransactionCanceledException).CancellationReasons?.map(({ Code }) => Code);
    expect([...(codes ?? [])].sort()).toEqual(['None', 'None', 'ThrottlingError']);
    here.replica().setThrottleShare(0);
    const { Item } = await here.client.send(new GetItemCommand({ TableName, Key: key('t1') }));
    expect(Item).toBeUndefined();
  });

  test('returns of a batch write what was throttled, and writes the rest', async () => {
    here.replica().setThrottleShare(0.5);
    const names = Array.from({ length: 25 }, (_, index) => `b${index}`);
    const { UnprocessedItems } = await here.client.send(
      new BatchWriteItemCommand({
        RequestItems: { [TableName]: names.map((sk) => ({ PutRequest: { Item: key(sk) } })) },
      }),
    );
    here.replica().setThrottleShare(0);
    const left = (UnprocessedItems?.[TableName] ?? []).map(({ PutRequest }) => PutRequest?.Item?.sk?.S ?? '');
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(25);
    for (const sk of names) {
      const { Item } = await here.client.send(
        new GetItemCommand({ TableName, Key: key(sk), ConsistentRead: true }),
      );
      expect(Item === undefined, sk).toBe(left.includes(sk));
    }
  });

  test('returns of a batch read the keys that were throttled, with their parameters', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `r${index}`);
    for (const sk of names)
      await here.client.send(new PutItemCommand({ TableName, Item: { ...key(sk), data: { S: 'x' } } }));
    here.replica().setThrottleShare(0.5);
    const { Responses, UnprocessedKeys } = await here.client.send(
      new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: names.map(key), ProjectionExpression: 'sk' } },
      }),
    );
    const got = (Responses?.[TableName] ?? []).map(({ sk }) => sk?.S ?? '');
    const left = (UnprocessedKeys?.[TableName]?.Keys ?? []).map(({ sk }) => sk?.S ?? '');
    expect(left.length).toBeGreaterThan(0);
    expect(got.length).toBeGreaterThan(0);
    expect([...got, ...left].sort()).toEqual([...names].sort());
    expect(UnprocessedKeys?.[TableName]?.ProjectionExpression).toBe('sk');
  });

  test('throttles about the share that is set', async () => {
    here.replica().setThrottleShare(0.3);
    const before = here.replica().throttle().throttled;
    const reads = Array.from({ length: 400 }, () =>
      failureOf(here.client.send(new GetItemCommand({ TableName, Key: key('1') }))),
    );
    const failures = (await Promise.all(reads)).filter((failure) => failure !== undefined);
    expect(here.replica().throttle().throttled - before).toBe(failures.length);
    // Four standard deviations either side of 120.
    expect(failures.length).toBeGreaterThan(83);
    expect(failures.length).toBeLessThan(157);
  });

  test('refuses what is wrong for what it is, when all is throttled', async () => {
    here.replica().setThrottleShare(1);
    const missing = new GetItemCommand({ TableName: 'nothing', Key: key('1') });
    expect(await failureOf(here.client.send(missing))).toMatchObject({ name: 'ResourceNotFoundException' });
    const tooLong = Array.from({ length: 26 }, (_, index) => ({ PutRequest: { Item: key(`x${index}`) } }));
    const batch = new BatchWriteItemCommand({ RequestItems: { [TableName]: tooLong } });
    expect(await failureOf(here.client.send(batch))).toMatchObject({ name: 'ValidationException' });
  });

  test.each([0.5, 1])(
    'refuses a batch with an item twice when the share is %d, and takes no part of it',
    async (share) => {
      const twice = ['d1', 'd2', 'd3', 'd1'].map(key);
      const writes = twice.map((Item) => ({ PutRequest: { Item } }));
      const invalid = {
        name: 'ValidationException',
        message: 'Provided list of item keys contains duplicates',
      };
      here.replica().setThrottleShare(share);
      // Enough times that each of the two has been the one that is throttled.
      for (let times = 0; times < 8; times += 1) {
        const write = new BatchWriteItemCommand({ RequestItems: { [TableName]: writes } });
        expect(await failureOf(here.client.send(write))).toMatchObject(invalid);
        const read = new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: twice } } });
        expect(await failureOf(here.client.send(read))).toMatchObject(invalid);
      }
      here.replica().setThrottleShare(0);
      const { Item } = await here.client.send(new GetItemCommand({ TableName, Key: key('d2') }));
      expect(Item).toBeUndefined();
    },
  );

  test('refuses a batch with a member that is not valid, also when that one would be throttled', async () => {
    here.replica().setThrottleShare(0.5);
    const requests = [
      { PutRequest: { Item: { pk: { S: 'throttle' } } } },
      { PutRequest: { Item: key('v1') } },
    ];
    for (let times = 0; times < 8; times += 1) {
      const write = new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } });
      expect(await failureOf(here.client.send(write))).toMatchObject({ name: 'ValidationException' });
    }
    here.replica().setThrottleShare(0);
    const { Item } = await here.client.send(new GetItemCommand({ TableName, Key: key('v1') }));
    expect(Item).toBeUndefined();
  });

  test('leaves the control plane, streams and replication in both directions alone', async () => {
    here.replica().setThrottleShare(1);
    there.replica().setThrottleShare(0);
    await expect(here.client.send(new DescribeTableCommand({ TableName }))).resolves.toBeDefined();
    const { Streams } = await here.streams.send(new ListStreamsCommand({ TableName }));
    const StreamArn = Streams?.[0]?.StreamArn;
    await expect(here.streams.send(new DescribeStreamCommand({ StreamArn }))).resolves.toBeDefined();
    await there.client.send(
      new PutItemCommand({ TableName, Item: { ...key('arrives'), data: { S: 'there' } } }),
    );
    const link = () => there.replica().links()[0]?.backlog === 0;
    await eventually('the change to be taken', link);
    here.replica().setThrottleShare(0);
    const { Item } = await here.client.send(new GetItemCommand({ TableName, Key: key('arrives') }));
    expect(Item?.data?.S).toBe('there');
  });

  test('throttles from the start when it is started so', async () => {
    await here.stopReplica();
    await here.startReplica({ throttleShare: 1 });
    const failure = await failureOf(here.client.send(new GetItemCommand({ TableName, Key: key('1') })));
    expect(failure).toBeInstanceOf(ThrottlingException);
  });
});
