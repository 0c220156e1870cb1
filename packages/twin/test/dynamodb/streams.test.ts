import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { BatchWriteCommand, DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { onlyShard, readStream } from './support/read-stream.ts';
import { startCluster, type TestCluster, type TestRegion } from './support/replica-cluster.ts';
import { testTable } from './support/test-table.ts';

const TableName = testTable.tableName;
let cluster: TestCluster;
let time: { offsetMs: number };

beforeEach(async () => {
  time = { offsetMs: 0 };
  cluster = await startCluster({ clock: () => Date.now() + time.offsetMs, ttlSweepIntervalMs: 50 });
});
afterEach(() => cluster.close());

const put = (region: TestRegion, Item: Record<string, unknown>) =>
  region.documents.send(new PutCommand({ TableName, Item }));

describe('DynamoDB Streams', () => {
  test('a change is in both regions, with the region that holds the stream and both images', async () => {
    const [here, there] = cluster.regions as [TestRegion, TestRegion];
    await put(here, { pk: 'a', sk: '1', n: 1 });
    await put(here, { pk: 'a', sk: '1', n: 2 });
    await here.documents.send(new DeleteCommand({ TableName, Key: { pk: 'a', sk: '1' } }));
    const records = await readStream(here);
    const Keys = { pk: { S: 'a' }, sk: { S: '1' } };
    expect(records).toMatchObject([
      {
        eventName: 'INSERT',
        awsRegion: 'eu-west-1',
        eventSource: 'aws:dynamodb',
        eventVersion: '1.1',
        dynamodb: { Keys, NewImage: { ...Keys, n: { N: '1' } }, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
      { eventName: 'MODIFY', dynamodb: { OldImage: { n: { N: '1' } }, NewImage: { n: { N: '2' } } } },
      { eventName: 'REMOVE', dynamodb: { Keys, OldImage: { ...Keys, n: { N: '2' } }, SizeBytes: 15 } },
    ]);
    expect(records[0]?.dynamodb?.OldImage).toBeUndefined();
    expect(records[2]?.dynamodb?.NewImage).toBeUndefined();
    expect(new Set(records.map(({ eventID }) => eventID)).size).toBe(3);
    expect(records[0]?.dynamodb?.ApproximateCreationDateTime?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    const removed = await eventually('the removal is in the other stream', async () => {
      const replicated = await readStream(there);
      return replicated.at(-1)?.eventName === 'REMOVE' ? replicated : false;
    });
    expect(removed.every(({ awsRegion }) => awsRegion === 'eu-central-1')).toBe(true);
    expect(removed.at(-1)?.userIdentity).toBeUndefined();
  });

  test('writes that change nothing have no record, and are not replicated', async () => {
    const [here, there] = cluster.regions as [TestRegion, TestRegion];
    const Item = { pk: 'same', sk: '1', n: 1.5, tags: new Set(['a', 'b']), list: [1, { b: 2, a: 1 }] };
    await put(here, Item);
    await put(here, { list: [1, { a: 1, b: 2 }], tags: new Set(['b', 'a']), n: 1.5, sk: '1', pk: 'same' });
    await here.documents.send(
      new BatchWriteCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item } }] } }),
    );
    await here.documents.send(
      new UpdateCommand({
        TableName,
        Key: { pk: 'same', sk: '1' },
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': 1.5 },
      }),
    );
    await here.documents.send(new UpdateCommand({ TableName, Key: { pk: 'same', sk: '1' } }));
    await here.documents.send(new DeleteCommand({ TableName, Key: { pk: 'never', sk: '1' } }));
    await put(here, { pk: 'last', sk: '1' });
    await eventually('the last change is there', async () =>
      (await readStream(there)).some(({ dynamodb }) => dynamodb?.Keys?.pk?.S === 'last'),
    );
    for (const region of [here, there])
      expect(
        (await readStream(region)).map(({ eventName, dynamodb }) => `${eventName} ${dynamodb?.Keys?.pk?.S}`),
      ).toEqual(['INSERT same', 'INSERT last']);
    expect(here.replica().stats.changes.lastSequence).toBe(2);
  });

  test('an iterator of every type begins where it says, and pages keep the order', async () => {
    const [here] = cluster.regions as [TestRegion];
    for (let n = 0; n < 12; n += 1) await put(here, { pk: 'p', sk: `${n}` });
    const all = await readStream(here, { limit: 5 });
    const keys = (records: typeof all) => records.map(({ dynamodb }) => Number(dynamodb?.Keys?.sk?.S));
    expect(keys(all)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const fifth = all[5]?.dynamodb?.SequenceNumber;
    if (fifth === undefined) throw new Error('The sixth record has no sequence number');
    expect(keys(await readStream(here, { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: fifth }))[0]).toBe(5);
    expect(keys(await readStream(here, { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: fifth }))[0]).toBe(6);
    expect(await readStream(here, { type: 'LATEST' })).toEqual([]);
    const sequence = all.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '');
    expect([...sequence].sort()).toEqual(sequence);
    await here.stopReplica();
    await here.startReplica();
    expect((await readStream(here)).map(({ eventID }) => eventID)).toEqual(all.map(({ eventID }) => eventID));
  });

  test('a shard stays open, and an iterator expires after 15 minutes', async () => {
    const [here] = cluster.regions as [TestRegion];
    const shard = await onlyShard(here);
    expect(shard.StreamArn).toMatch(
      /^arn:aws:dynamodb:eu-west-1:111122223333:table\/gsp-test-items\/stream\/\d{4}-\d\d-\d\dT[\d:.]+$/,
    );
    const { StreamDescription } = await here.streams.send(
      new DescribeStreamCommand({ StreamArn: shard.StreamArn }),
    );
    expect(StreamDescription).toMatchObject({
      StreamStatus: 'ENABLED',
      TableName,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    });
    expect(StreamDescription?.Shards?.[0]?.SequenceNumberRange?.EndingSequenceNumber).toBeUndefined();
    const { ShardIterator } = await here.streams.send(
      new GetShardIteratorCommand({ ...shard, ShardIteratorType: 'LATEST' }),
    );
    time.offsetMs = 15 * 60_000 + 1_000;
    await expect(here.streams.send(new GetRecordsCommand({ ShardIterator }))).rejects.toMatchObject({
      name: 'ExpiredIteratorException',
    });
    await expect(
      here.streams.send(
        new GetShardIteratorCommand({
          ...shard,
          ShardId: 'shardId-00000000000000000000-00000000',
          ShardIteratorType: 'LATEST',
        }),
      ),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('TTL deletion', () => {
  test('removes expired items as the service, replicates the removal as an ordinary one, and leaves the others', async () => {
    const [here, there] = cluster.regions as [TestRegion, TestRegion];
    const now = Math.floor(Date.now() / 1_000);
    await put(here, { pk: 'later', sk: '1', ttl: now + 3_600 });
    await put(here, { pk: 'text', sk: '1', ttl: `${now - 10}` });
    await put(here, { pk: 'ancient', sk: '1', ttl: now - 6 * 365 * 86_400 });
    await put(here, { pk: 'none', sk: '1' });
    here.replica().setLink('eu-central-1', { cut: true });
    await put(here, { pk: 'expired', sk: '1', ttl: now - 10 });
    const record = await eventually(
      'the expired item is removed',
      async () => (await readStream(here)).find(({ eventName }) => eventName === 'REMOVE') ?? false,
    );
    expect(record).toMatchObject({
      dynamodb: { Keys: { pk: { S: 'expired' } }, OldImage: { ttl: { N: `${now - 10}` } } },
      userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
    });
    await put(here, { pk: 'updated', sk: '1', ttl: now + 3_600 });
    here.replica().setLink('eu-central-1', { cut: false });
    await eventually('the others are replicated', () => there.replica().stats.items[TableName] === 5);
    expect(here.replica().stats.items[TableName]).toBe(5);
    expect((await readStream(there)).filter(({ userIdentity }) => userIdentity !== undefined)).toEqual([]);
  });

  test('removes an item in both regions when it expires, after a restart too', async () => {
    const [here, there] = cluster.regions as [TestRegion, TestRegion];
    await put(here, { pk: 'soon', sk: '1', ttl: Math.floor(Date.now() / 1_000) + 600 });
    await eventually('it is replicated', () => there.replica().stats.items[TableName] === 1);
    await here.stopReplica();
    time.offsetMs = 601_000;
    await here.startReplica();
    await eventually('it is gone everywhere', () =>
      cluster.regions.every((region) => region.replica().stats.items[TableName] === 0),
    );
  });
});
