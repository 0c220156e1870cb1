// Goal: counters of the table and those in memory keep the same promises. Method: one suite over both; the adapter
// runs against a real engine process.
import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/contract/limits.ts';
import type { CounterStore, IncrementRecord } from '../../src/domain/counter.ts';
import { systemClock, transactOf } from '../../src/functions/runtime.ts';
import { createTableCounterStore } from '../../src/store/table-counter-store.ts';
import { memoryCounterStore } from './memory-counter-store.ts';
import { type OpenTable, openTable } from './open-table.ts';

const max = limits.counterShardMax;
const nowMs = Date.parse('2026-11-22T12:00:00.000Z');
const clock = { ...systemClock, nowMs: () => nowMs };

const adapters = [
  {
    name: 'memory',
    open: async () => {
      const parts = new Map<string, number>();
      const storeIn = (region: string): CounterStore => memoryCounterStore({ region, parts });
      return { storeIn, close: async () => {} };
    },
  },
  {
    name: 'table',
    open: async () => {
      const { client, tableName, close } = await openTable();
      const storeIn = (region: string): CounterStore =>
        createTableCounterStore({ client, tableName, region, clock, transact: transactOf(client) });
      return { storeIn, close };
    },
  },
  {
    name: 'table without transactions',
    open: async () => {
      const { client, tableName, close } = await openTable();
      const storeIn = (region: string): CounterStore => ({
        ...createTableCounterStore({ client, tableName, region, clock, transact: transactOf(client) }),
        add: createTableCounterStore({
          client,
          tableName,
          region,
          clock,
          transact: transactOf(client),
          singleAttemptClient: client,
        }).add,
      });
      return { storeIn, close };
    },
  },
];

function recordOf(id: string, rest: Partial<IncrementRecord> = {}): IncrementRecord {
  const [until, ttl] = [nowMs / 1000 + 60, nowMs / 1000 + 600];
  return { id, key: 'k1', request: 'r1', by: 5, region: 'eu-west-1', atMs: nowMs, until, ttl, ...rest };
}

describe.each(adapters)('CounterStore over $name', ({ open }) => {
  let west: CounterStore;
  let central: CounterStore;
  let close = async () => {};
  beforeAll(async () => {
    const opened = await open();
    close = opened.close;
    west = opened.storeIn('eu-west-1');
    central = opened.storeIn('eu-central-1');
  });
  afterAll(() => close());

  it('read() gives 0 when nobody has counted', async () => {
    expect(await west.read(randomUUID())).toBe(0);
  });

  it('read() adds up what add() and addOnce() have counted in every region', async () => {
    const increment = fc.tuple(fc.boolean(), fc.integer({ min: -1e9, max: 1e9 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.array(increment, { maxLength: 6 }), async (increments) => {
        const id = randomUUID();
        for (const [index, [isWest, by, isKeyed]] of increments.entries()) {
          const store = isWest ? west : central;
          const record = recordOf(id, { by, key: `k${index}` });
          const outcome = isKeyed ? await store.addOnce(record) : await store.add(id, by);
          expect(outcome).toBe('counted');
        }
        expect(await west.read(id)).toBe(increments.reduce((sum, [, by]) => sum + by, 0));
      }),
      { numRuns: 25 },
    );
  });

  it('add() counts every one of many at once', async () => {
    const id = randomUUID();
    await Promise.all(Array.from({ length: 20 }, (_value, index) => west.add(id, index)));
    expect(await west.read(id)).toBe(190);
  });

  it.each([
    { sign: 1, name: 'above' },
    { sign: -1, name: 'below' },
  ])('add() and addOnce() leave the part as it is when it would go $name its limit', async ({ sign }) => {
    const id = randomUUID();
    // The part is brought near its limit in the one way that has none.
    await west.takeBack(recordOf(id, { by: sign * (5 - max), key: 'near' }));
    expect(await west.read(id)).toBe(sign * (max - 5));
    expect(await west.add(id, sign * 6)).toBe('out-of-range');
    expect(await west.addOnce(recordOf(id, { by: sign * 6 }))).toBe('out-of-range');
    expect(await west.read(id)).toBe(sign * (max - 5));
    expect(await west.addOnce(recordOf(id, { by: sign * 5 }))).toBe('counted');
    expect(await west.add(id, -sign)).toBe('counted');
    expect(await central.add(id, sign)).toBe('counted');
    expect(await west.read(id)).toBe(sign * max);
  });

  it('addOnce() counts nothing and tells the record when the key was taken', async () => {
    const id = randomUUID();
    const first = recordOf(id);
    expect(await west.addOnce(first)).toBe('counted');
    const second = recordOf(id, { by: 9, request: 'r2', atMs: nowMs + 1_000 });
    expect(await west.addOnce(second)).toStrictEqual({ found: first });
    expect(await west.read(id)).toBe(5);
    expect(await west.addOnce(recordOf(randomUUID()))).toBe('counted');
  });

  it('addOnce() counts once when a key comes many times at once', async () => {
    const id = randomUUID();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_value, index) => west.addOnce(recordOf(id, { atMs: nowMs + index }))),
    );
    expect(outcomes.filter((outcome) => outcome === 'counted')).toHaveLength(1);
    expect(await west.read(id)).toBe(5);
  });

  it('addOnce() takes a key anew from the second on in which its record is over', async () => {
    const id = randomUUID();
    const first = recordOf(id, { until: nowMs / 1000 + 10 });
    await west.addOnce(first);
    const until = nowMs / 1000 + 100;
    expect(await west.addOnce(recordOf(id, { atMs: nowMs + 9_999, until }))).toStrictEqual({ found: first });
    expect(await west.addOnce(recordOf(id, { atMs: nowMs + 10_000, until }))).toBe('counted');
    expect(await west.read(id)).toBe(10);
  });

  it('takeBack() takes a record back once, however often and from however many at once', async () => {
    const id = randomUUID();
    const record = recordOf(id);
    await west.addOnce(record);
    const outcomes = await Promise.all([1, 2, 3].map(() => west.takeBack(record)));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await west.takeBack(record)).toBe(false);
    expect(await west.read(id)).toBe(0);
  });

  it('takeBack() tells records of one key apart by region and time', async () => {
    const id = randomUUID();
    await west.takeBack(recordOf(id));
    await west.takeBack(recordOf(id, { atMs: nowMs + 1 }));
    await central.takeBack(recordOf(id, { region: 'eu-central-1' }));
    expect(await west.read(id)).toBe(-15);
  });

  it.each(['add', 'addOnce', 'takeBack', 'read'] as const)(
    '%s() fails with table-timeout when its signal is aborted',
    async (call) => {
      const signal = AbortSignal.abort();
      const calls = {
        add: () => west.add('a', 1, { signal }),
        addOnce: () => west.addOnce(recordOf('a'), { signal }),
        takeBack: () => west.takeBack(recordOf('a'), { signal }),
        read: () => west.read('a', { signal }),
      };
      await expect(calls[call]()).rejects.toMatchObject({ name: 'PlatformError', code: 'table-timeout' });
    },
  );
});

describe('createTableCounterStore() over an engine', () => {
  let table: OpenTable;
  let store: CounterStore;
  beforeAll(async () => {
    table = await openTable();
    const { client, tableName } = table;
    store = createTableCounterStore({
      client,
      tableName,
      region: 'eu-west-1',
      clock,
      transact: transactOf(client),
    });
  });
  afterAll(() => table.close());

  const get = async (pk: string, sk: string) => {
    const { client, tableName } = table;
    return (await client.send(new GetCommand({ TableName: tableName, Key: { pk, sk } }))).Item;
  };

  it('keeps the record of a key with the region that the stream’s filter looks for, and marks without', async () => {
    const record = recordOf('c');
    await store.addOnce(record);
    await store.takeBack(record);
    expect(await get('sys#counter#c', 'key#k1')).toMatchObject({ region: 'eu-west-1', ttl: record.ttl });
    expect(await get('sys#counter#c', 'shard#eu-west-1')).not.toHaveProperty('region');
    const mark = await get('sys#counter#c', `fix#k1#${nowMs}#eu-west-1`);
    expect(mark).not.toHaveProperty('region');
    expect(mark?.ttl).toBe(nowMs / 1000 + 7 * 86_400);
  });

  it('counts once when the SDK repeats a transaction whose answer was lost', async () => {
    const { client, tableName } = table;
    const sentTwice = Object.assign(Object.create(client), {
      send: async (command: TransactWriteCommand) => {
        await client.send(new TransactWriteCommand(command.input));
        return client.send(new TransactWriteCommand(command.input));
      },
    });
    const repeating = createTableCounterStore({
      ...{ client: sentTwice, tableName, region: 'eu-west-1' },
      ...{ clock, transact: transactOf(sentTwice) },
    });
    expect(await repeating.add('lost', 3)).toBe('counted');
    expect(await repeating.addOnce(recordOf('lost'))).toBe('counted');
    expect(await store.read('lost')).toBe(8);
  });

  it('fails rather than to leave a part out when a part is no number', async () => {
    const Item = { pk: 'sys#counter#broken', sk: 'shard#eu-west-1', value: 'many' };
    await table.client.send(new PutCommand({ TableName: table.tableName, Item }));
    await expect(store.read('broken')).rejects.toThrow(/^Cannot read the counter: another program wrote/);
  });

  it('fails when a record of another program lies under the key', async () => {
    const Item = { pk: 'sys#counter#alien', sk: 'key#k1', ttl: nowMs / 1000 + 60 };
    await table.client.send(new PutCommand({ TableName: table.tableName, Item }));
    const key = { pk: Item.pk, sk: Item.sk };
    await expect(store.addOnce(recordOf('alien'))).rejects.toMatchObject({ code: 'foreign-item', key });
    expect(await store.read('alien')).toBe(0);
  });

  it.each([{}, { value: 'many' }, { value: 1.5 }])(
    'add() and addOnce() leave a record of another program as it is where a part would be: %j',
    async (rest) => {
      const key = { pk: `sys#counter#${randomUUID()}`, sk: 'shard#eu-west-1' };
      const id = key.pk.slice('sys#counter#'.length);
      const Item = { ...key, note: 'theirs', ...rest };
      const { client, tableName } = table;
      await client.send(new PutCommand({ TableName: tableName, Item }));
      const plain = createTableCounterStore({
        ...{ client, tableName, region: 'eu-west-1', singleAttemptClient: client },
        ...{ clock, transact: transactOf(client) },
      });
      // What has a number there cannot be told from a part until it is read.
      if (rest.value !== 1.5) {
        for (const add of [() => store.add(id, 1), () => store.addOnce(recordOf(id)), () => plain.add(id, 1)])
          await expect(add()).rejects.toMatchObject({ code: 'foreign-item', key });
        const { Item: held } = await client.send(new GetCommand({ TableName: tableName, Key: key }));
        expect(held).toStrictEqual(Item);
      }
      await expect(store.read(id)).rejects.toMatchObject({ code: 'foreign-item', key });
    },
  );
});
