// Goal: the DynamoDB adapter and the memory adapter keep the same promises, so that what is tested with one holds
// for the other. Method: one suite over both; the adapter runs against a real engine process.
import { deepStrictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item } from '../../../amplify/contract/item.ts';
import type { JsonValue } from '../../../amplify/contract/json-value.ts';
import type { ItemStore } from '../../../amplify/domain/item-store.ts';
import { createTableClient } from '../../../amplify/store/create-table-client.ts';
import { createTableItemStore } from '../../../amplify/store/table-item-store.ts';
import { itemIn } from './arbitraries.ts';
import { memoryItemStore } from './memory-item-store.ts';
import { startTableEngine, type TableEngine, useEngineFromEnvironment } from './start-table-engine.ts';

const adapters = [
  { name: 'memory', open: async () => ({ store: memoryItemStore() as ItemStore, close: async () => {} }) },
  {
    name: 'table',
    open: async () => {
      const engine: TableEngine = await startTableEngine();
      const restore = useEngineFromEnvironment(engine);
      const client = createTableClient({
        region: 'eu-west-1',
        attemptsMax: 1,
        connectTimeoutMs: 2_000,
        attemptTimeoutMs: 5_000,
      });
      const { tableName } = engine;
      const store: ItemStore = createTableItemStore({ client, tableName, onForeignRecord: () => {} });
      const close = async () => {
        client.destroy();
        restore();
        await engine.stop();
      };
      return { store, close };
    },
  },
];

function newItem(pk: string, sk: string): Item {
  const createdAt = '2026-11-22T12:00:00.000Z';
  return { pk, sk, createdAt, ttl: 1_795_000_000, region: 'eu-west-1', version: { 'eu-west-1': 1 } };
}

describe.each(adapters)('ItemStore over $name', ({ open }) => {
  let store: ItemStore;
  let close = async () => {};
  beforeAll(async () => {
    ({ store, close } = await open());
  });
  afterAll(() => close());

  it('get() returns exactly what put() stored, whatever the item', async () => {
    const pk = randomUUID();
    await fc.assert(
      fc.asyncProperty(itemIn(pk), async (item) => {
        await store.put(item);
        // Not Vitest's own comparison: it takes a member named "constructor" for the type of the value.
        deepStrictEqual(await store.get(item), item);
      }),
      { numRuns: 150 },
    );
  });

  it.each<{ data: JsonValue }>([
    { data: { constructor: { name: 'Set' } } },
    { data: { constructor: { name: 'Buffer' }, length: 1 } },
    { data: [1e125, -9.99999999999999e125, 1e-130, 12345678901234567000, 0.1, 5e-100] },
    { data: { S: 'x', N: '1', NULL: true, L: [], M: {} } },
    { data: null },
    { data: '' },
    { data: false },
    { data: [[], {}, ''] },
  ])('get() returns the data exactly when it is $data', async ({ data }) => {
    const item = { ...newItem(randomUUID(), 'a'), data };
    await store.put(item);
    deepStrictEqual(await store.get(item), item);
  });

  it('get() finds nothing when no item has both keys', async () => {
    const pk = randomUUID();
    await store.put(newItem(pk, 'a'));
    expect(await store.get({ pk, sk: 'b' })).toBeUndefined();
    expect(await store.get({ pk: `${pk}x`, sk: 'a' })).toBeUndefined();
  });

  it('put() replaces an item as a whole when the key is taken', async () => {
    const pk = randomUUID();
    await store.put({
      ...newItem(pk, 'a'),
      data: { old: true },
      version: { 'eu-west-1': 1, 'us-east-1': 4 },
    });
    const replacement = newItem(pk, 'a');
    await store.put(replacement);
    expect(await store.get({ pk, sk: 'a' })).toStrictEqual(replacement);
  });

  it('query() reads newest first, slice by slice, each item once', async () => {
    const pk = randomUUID();
    const keys = ['a', 'b', 'c', 'd', 'e', 'é', 'z', '\u{1f600}', '\uffee'];
    for (const sk of keys) await store.put(newItem(pk, sk));
    const seen: string[] = [];
    let before: string | undefined;
    for (let reads = 0; reads < 10; reads++) {
      const slice = await store.query({ pk, limit: 2, ...(before === undefined ? {} : { before }) });
      expect(slice.items.length).toBeLessThanOrEqual(2);
      seen.push(...slice.items.map(({ sk }) => sk));
      before = slice.next;
      if (before === undefined) break;
    }
    const bytes = (sk: string) => Buffer.from(sk);
    expect(seen).toStrictEqual(keys.toSorted((a, b) => Buffer.compare(bytes(b), bytes(a))));
  });

  it('query() goes on below a key that is gone', async () => {
    const pk = randomUUID();
    for (const sk of ['a', 'c']) await store.put(newItem(pk, sk));
    const { items } = await store.query({ pk, limit: 5, before: 'b' });
    expect(items.map(({ sk }) => sk)).toStrictEqual(['a']);
  });

  it('query() finds nothing in a list that does not exist', async () => {
    expect(await store.query({ pk: randomUUID(), limit: 5 })).toStrictEqual({ items: [] });
  });

  it.each(['put', 'get', 'query'] as const)(
    '%s() fails with table-timeout when its signal is aborted',
    async (call) => {
      const signal = AbortSignal.abort();
      const calls = {
        put: () => store.put(newItem('a', 'b'), { signal }),
        get: () => store.get({ pk: 'a', sk: 'b' }, { signal }),
        query: () => store.query({ pk: 'a', limit: 1 }, { signal }),
      };
      await expect(calls[call]()).rejects.toMatchObject({ name: 'PlatformError', code: 'table-timeout' });
    },
  );
});
