// Goal: the store of heartbeats over the table and the one in memory keep the same promises. Method: one suite over
// both; the adapter runs against a real engine process.
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ItemKey } from '../../src/contract/item.ts';
import type { Heartbeat, HeartbeatStore } from '../../src/domain/heartbeat.ts';
import { createTableClient } from '../../src/store/create-table-client.ts';
import {
  createTableHeartbeatStore,
  heartbeatKey,
  heartbeatPk,
  toHeartbeatRecord,
} from '../../src/store/table-heartbeat-store.ts';
import { heartbeatPartitionKey, systemKeyPatterns } from '../../src/topology/names.ts';
import { memoryHeartbeatStore } from './memory-heartbeat-store.ts';
import { openTable } from './open-table.ts';

const region = fc.constantFrom('eu-west-1', 'eu-central-1', 'us-east-1');
const lag = fc.double({ min: 0, max: 1e6, noNaN: true }).map(Math.fround);
const heartbeats: fc.Arbitrary<Heartbeat> = fc.record(
  {
    region,
    sequence: fc.nat(2 ** 43),
    writtenAtMs: fc.nat(2 ** 43),
    lagMs: fc.array(fc.tuple(region, lag)).map((entries) => new Map(entries)),
  },
  { noNullPrototype: true },
);
const example: Heartbeat = {
  ...{ region: 'eu-west-1', sequence: 7, writtenAtMs: 7, lagMs: new Map([['eu-central-1', 4.5]]) },
};

const adapters = [
  {
    name: 'memory',
    open: async () => ({ store: memoryHeartbeatStore() as HeartbeatStore, close: async () => {} }),
  },
  {
    name: 'table',
    open: async () => {
      const { client, tableName, close } = await openTable();
      const options = { client, tableName, isConsistent: true, onForeignRecord: () => {} };
      return { store: createTableHeartbeatStore(options), close };
    },
  },
];

describe.each(adapters)('heartbeat store: $name', ({ open }) => {
  let store: HeartbeatStore;
  let close = async () => {};
  beforeAll(async () => {
    ({ store, close } = await open());
  });
  afterAll(() => close());

  it('knows nothing of a region that has never written', async () => {
    expect(await store.read('ap-south-1')).toBeUndefined();
  });

  it('gives back the latest heartbeat of each region as it was kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(heartbeats, { minLength: 1, maxLength: 4 }), async (kept) => {
        for (const each of kept) await store.keep(each);
        const latest = new Map(kept.map((each) => [each.region, each]));
        for (const each of latest.values()) expect(await store.read(each.region)).toStrictEqual(each);
      }),
      { numRuns: 20 },
    );
  });

  it('does not begin what is cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(store.read('eu-west-1', { signal })).rejects.toThrow();
    await expect(store.keep(example, { signal })).rejects.toThrow();
  });
});

describe('heartbeatPk()', () => {
  it('is the one key that the function’s role may write, and in the pattern that it may read', () => {
    expect(heartbeatPk('eu-west-1')).toBe(heartbeatPartitionKey('eu-west-1'));
    expect(heartbeatPk('eu-west-1')).toContain(systemKeyPatterns.heartbeats.slice(0, -1));
  });
});

describe('toHeartbeatRecord()', () => {
  it('has neither an expiry nor an attribute by which the stream would take it for a lost write', () => {
    expect(toHeartbeatRecord(example)).toStrictEqual({
      ...{ pk: 'sys#heartbeat#eu-west-1', sk: 'heartbeat', source: 'eu-west-1' },
      ...{ sequence: 7, writtenAt: 7, lagMs: { 'eu-central-1': 4.5 } },
    });
  });
});

describe('createTableHeartbeatStore()', () => {
  let aws: ReturnType<typeof mockClient>;
  beforeEach(() => {
    // For these tests only: it takes the place of every client, those of a real engine included.
    aws = mockClient(DynamoDBDocumentClient);
  });
  afterEach(() => {
    aws.restore();
  });
  const client = createTableClient({
    region: 'eu-west-1',
    attemptsMax: 1,
    connectTimeoutMs: 1,
    attemptTimeoutMs: 1,
  });

  function setUp(isConsistent = true) {
    const foreign: ItemKey[] = [];
    const onForeignRecord = (key: ItemKey) => void foreign.push(key);
    const store = createTableHeartbeatStore({ client, tableName: 'items', isConsistent, onForeignRecord });
    return { store, foreign };
  }

  it.each([true, false])('reads the one item of the region, consistently: %s', async (isConsistent) => {
    aws.on(GetCommand).resolves({});
    await setUp(isConsistent).store.read('eu-west-1');
    expect(aws.commandCalls(GetCommand)[0]?.args[0].input).toStrictEqual({
      ...{ TableName: 'items', Key: heartbeatKey('eu-west-1'), ConsistentRead: isConsistent },
    });
  });

  it.each([
    { source: 'eu-central-1' },
    { source: undefined },
    { sk: 'canary' },
    { sequence: 'x' },
    { sequence: -1 },
    { sequence: 1.5 },
    { writtenAt: 8.7e15 },
    { writtenAt: null },
    { lagMs: undefined },
    { lagMs: [] },
    { lagMs: { 'eu-central-1': -1 } },
    { lagMs: { 'eu-central-1': '4' } },
    { lagMs: new Set([4]) },
  ])('passes over a damaged record and says so: %o', async (damage) => {
    aws.on(GetCommand).resolves({ Item: { ...toHeartbeatRecord(example), ...damage } });
    const { store, foreign } = setUp();
    expect(await store.read('eu-west-1')).toBeUndefined();
    expect(foreign).toStrictEqual([heartbeatKey('eu-west-1')]);
  });

  it('fails in the platform’s terms', async () => {
    const slowDown = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    aws.on(GetCommand).rejects(slowDown).on(PutCommand).rejects(slowDown);
    const { store } = setUp();
    await expect(store.read('eu-west-1')).rejects.toMatchObject({ code: 'table-throttled' });
    await expect(store.keep(example)).rejects.toMatchObject({ code: 'table-throttled' });
  });
});
