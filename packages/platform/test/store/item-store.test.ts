// Goal: the DynamoDB adapter and the memory adapter keep the same promises, so that what is tested with one holds
// for the other. Method: one suite over both; the adapter runs against a real engine process.
import { deepStrictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/contract/json-value.ts';
import { type ItemImage, keyedWriteOf } from '../../src/domain/item-image.ts';
import type { ItemStore } from '../../src/domain/item-store.ts';
import { createEntityIndexes, indexEntriesOf } from '../../src/functions/entity-indexes.ts';
import { transactOf } from '../../src/functions/runtime.ts';
import { createTableItemStore } from '../../src/store/table-item-store.ts';
import { order } from '../entities/order-entity.ts';
import { imageIn } from './arbitraries.ts';
import { memoryItemStore } from './memory-item-store.ts';
import { openTable } from './open-table.ts';

const adapters = [
  {
    name: 'memory',
    open: async () => ({
      store: memoryItemStore(indexEntriesOf([order])) as ItemStore,
      close: async () => {},
    }),
  },
  {
    name: 'table',
    open: async () => {
      const { client, tableName, close } = await openTable();
      return {
        store: createTableItemStore({
          client,
          tableName,
          transact: transactOf(client),
          indexes: createEntityIndexes([order]),
          onForeignRecord: () => {},
        }),
        close,
      };
    },
  },
];

function firstImage(pk: string, sk: string, dot = 1): ItemImage {
  const createdAt = '2026-11-22T12:00:00.000Z';
  const version = { 'eu-west-1': dot };
  return {
    ...{ pk, sk, createdAt, updatedAt: createdAt, ttl: 1_795_000_000, region: 'eu-west-1', version, dot },
    ...{ history: [], deleted: false, keyedWrites: [] },
  };
}

function successor(image: ItemImage, dot: number): ItemImage {
  return { ...image, version: { 'eu-west-1': dot }, dot, history: [...image.history, image.dot] };
}

describe.each(adapters)('ItemStore over $name', ({ open }) => {
  let store: ItemStore;
  let close = async () => {};
  beforeAll(async () => {
    ({ store, close } = await open());
  });
  afterAll(() => close());

  const put = async (image: ItemImage) =>
    expect(await store.replace(image, await store.get(image))).toStrictEqual({ replaced: true });

  it('get() returns exactly what replace() stored, whatever the image', async () => {
    const pk = randomUUID();
    await fc.assert(
      fc.asyncProperty(imageIn(pk), async (image) => {
        await put(image);
        // Not Vitest's own comparison: it takes a member named "constructor" for the type of the value.
        deepStrictEqual(await store.get(image), image);
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
    const image = { ...firstImage(randomUUID(), 'a'), data };
    await put(image);
    deepStrictEqual(await store.get(image), image);
  });

  it('get() finds nothing when no image has both keys', async () => {
    const pk = randomUUID();
    await put(firstImage(pk, 'a'));
    expect(await store.get({ pk, sk: 'b' })).toBeUndefined();
    expect(await store.get({ pk: `${pk}x`, sk: 'a' })).toBeUndefined();
  });

  it('replace() replaces an image as a whole', async () => {
    const pk = randomUUID();
    const version = { 'eu-west-1': 1, 'us-east-1': 4 };
    await put({ ...firstImage(pk, 'a'), data: { old: true }, version, history: [7, 8] });
    const replacement = firstImage(pk, 'a', 2);
    await put(replacement);
    expect(await store.get({ pk, sk: 'a' })).toStrictEqual(replacement);
  });

  it('replace() refuses and tells what it holds when something lies where nothing was expected', async () => {
    const pk = randomUUID();
    const held = { ...firstImage(pk, 'a'), data: { constructor: 'x' } };
    await put(held);
    const outcome = await store.replace(firstImage(pk, 'a', 2), undefined);
    deepStrictEqual(outcome, { replaced: false, found: held });
    deepStrictEqual(await store.get(held), held);
  });

  it('replace() refuses when nothing lies where an image was expected', async () => {
    const image = firstImage(randomUUID(), 'a');
    expect(await store.replace(successor(image, 2), image)).toStrictEqual({ replaced: false });
    expect(await store.get(image)).toBeUndefined();
  });

  it.each<{ differs: string; by: Partial<ItemImage> }>([
    { differs: 'dot', by: { dot: 9 } },
    { differs: 'region', by: { region: 'eu-central-1' } },
    { differs: 'time', by: { updatedAt: '2026-11-22T12:00:00.001Z' } },
  ])('replace() refuses when what it holds has another $differs', async ({ by }) => {
    const expected = firstImage(randomUUID(), 'a');
    const held = { ...expected, ...by };
    await put(held);
    expect(await store.replace(successor(expected, 2), expected)).toStrictEqual({
      replaced: false,
      found: held,
    });
  });

  it('replace() succeeds without another write when an earlier call has stored that very image', async () => {
    const first = firstImage(randomUUID(), 'a');
    const second = successor(first, 2);
    expect(await store.replace(first, undefined)).toStrictEqual({ replaced: true });
    expect(await store.replace(first, undefined)).toStrictEqual({ replaced: true });
    expect(await store.replace(second, first)).toStrictEqual({ replaced: true });
    expect(await store.replace(second, first)).toStrictEqual({ replaced: true });
    expect(await store.get(first)).toStrictEqual(second);
  });

  it('replace() succeeds when the image of an earlier call was built upon since', async () => {
    const first = firstImage(randomUUID(), 'a');
    const second = successor(first, 2);
    for (const image of [first, second]) await put(image);
    expect(await store.replace(first, undefined)).toStrictEqual({ replaced: true });
    expect(await store.get(first)).toStrictEqual(second);
  });

  it('replace() tells what it holds when a keyed write of an earlier call was built upon since', async () => {
    const { history: _none, keyedWrites: _noKeys, deleted, ...rest } = firstImage(randomUUID(), 'a');
    const identity = { key: 'k', request: 'r', until: 1_795_000_000, dot: rest.dot, hasRecord: false };
    const record = keyedWriteOf(identity, { ...rest, deleted, history: [] });
    const keyed = { ...rest, deleted, history: [], keyedWrites: [record] };
    const second = successor(keyed, 2);
    for (const image of [keyed, second]) await put(image);
    expect(await store.replace(keyed, undefined)).toStrictEqual({ replaced: false, found: second });
  });

  it('replace() keeps the record of a key with the image, both or neither, and not over one that is in its window', async () => {
    const first = firstImage(randomUUID(), 'a');
    const key = randomUUID().replaceAll('-', '');
    const identity = { key, request: 'r', until: 1_795_352_400, dot: 2, hasRecord: true };
    const second = { ...successor(first, 2), updatedAt: '2026-11-22T12:00:01.000Z' };
    const record = keyedWriteOf(identity, second);
    await put(first);
    expect(await store.findRecord(key)).toBeUndefined();
    // The image was made from another than is there: neither is kept.
    const stale = await store.replace(second, { ...first, dot: 7 }, { record });
    expect(stale).toStrictEqual({ replaced: false, found: first });
    expect(await store.findRecord(key)).toBeUndefined();
    expect(await store.replace(second, first, { record })).toStrictEqual({ replaced: true });
    expect(await store.findRecord(key)).toStrictEqual(record);
    // The key is there already: the image stays as it is.
    const third = { ...successor(second, 3), updatedAt: '2026-11-22T12:00:02.000Z' };
    expect(await store.replace(third, second, { record })).toMatchObject({ replaced: false });
    expect((await store.get(second))?.dot).toBe(2);
    const late = { ...third, updatedAt: '2026-11-22T13:00:00.000Z' };
    expect(await store.replace(late, second, { record })).toStrictEqual({ replaced: true });
  });

  it('replace() keeps the record of one of two writes with its key, and lists no record as an item', async () => {
    const first = firstImage(randomUUID(), 'a');
    await put(first);
    const key = randomUUID().replaceAll('-', '');
    const made = (request: string, dot: number) => {
      const image = { ...successor(first, dot), updatedAt: '2026-11-22T12:00:01.000Z' };
      const identity = { key, request, until: 1_795_352_400, dot, hasRecord: true };
      return { image, record: keyedWriteOf(identity, image) };
    };
    const writes = [made('r', 2), made('s', 3)];
    const outcomes = await Promise.all(
      writes.map(({ image, record }) => store.replace(image, first, { record })),
    );
    const winner = writes[outcomes.findIndex(({ replaced }) => replaced)];
    expect(outcomes.filter(({ replaced }) => replaced)).toHaveLength(1);
    expect(await store.findRecord(key)).toStrictEqual(winner?.record);
    expect(await store.query({ pk: first.pk, limit: 5 })).toStrictEqual({
      records: [{ sk: first.sk, image: winner?.image }],
    });
  });

  it('replace() lets one of several writers through', async () => {
    const first = firstImage(randomUUID(), 'a');
    await put(first);
    const outcomes = await Promise.all(
      [2, 3, 4, 5].map((dot) => store.replace(successor(first, dot), first)),
    );
    expect(outcomes.filter(({ replaced }) => replaced)).toHaveLength(1);
    const held = await store.get(first);
    for (const outcome of outcomes.filter(({ replaced }) => !replaced))
      expect(outcome).toStrictEqual({ replaced: false, found: held });
  });

  it('query() reads newest first, slice by slice, each image once', async () => {
    const pk = randomUUID();
    const keys = ['a', 'b', 'c', 'd', 'e', 'é', 'z', '\u{1f600}', '\uffee'];
    for (const sk of keys) await put(firstImage(pk, sk));
    const seen: string[] = [];
    let before: string | undefined;
    for (let reads = 0; reads < 10; reads++) {
      const slice = await store.query({ pk, limit: 2, ...(before === undefined ? {} : { before }) });
      expect(slice.records.length).toBeLessThanOrEqual(2);
      seen.push(...slice.records.map(({ sk }) => sk));
      before = slice.next;
      if (before === undefined) break;
    }
    const bytes = (sk: string) => Buffer.from(sk);
    expect(seen).toStrictEqual(keys.toSorted((a, b) => Buffer.compare(bytes(b), bytes(a))));
  });

  it('query() goes on below a key that is gone', async () => {
    const pk = randomUUID();
    for (const sk of ['a', 'c']) await put(firstImage(pk, sk));
    const { records: images } = await store.query({ pk, limit: 5, before: 'b' });
    expect(images.map(({ sk }) => sk)).toStrictEqual(['a']);
  });

  it('query() finds tombstones too', async () => {
    const pk = randomUUID();
    const tombstone = { ...firstImage(pk, 'a'), deleted: true };
    await put(tombstone);
    expect(await store.query({ pk, limit: 5 })).toStrictEqual({ records: [{ sk: 'a', image: tombstone }] });
  });

  it('query() finds nothing in a list that does not exist', async () => {
    expect(await store.query({ pk: randomUUID(), limit: 5 })).toStrictEqual({ records: [] });
  });

  const orderImage = (
    customer: string,
    id: string,
    total: number,
    by: Partial<ItemImage> = {},
  ): ItemImage => ({
    ...firstImage(`order~${customer}`, id),
    data: { customerId: customer, status: 'open', total, lines: [] },
    ...by,
  });
  const byTotal = (customer: string) => ({ slot: 2, partition: `order~byTotal~${customer}` });
  /** Sort keys in an index, read in slices. */
  const readIndex = async (index: { slot: number; partition: string }, limit: number) => {
    const seen: string[] = [];
    let before: string | undefined;
    for (let reads = 0; reads < 50; reads++) {
      const slice = await store.queryIndex({ ...index, limit, ...(before === undefined ? {} : { before }) });
      expect(slice.records.length).toBeLessThanOrEqual(limit);
      seen.push(...slice.records.map(({ key }) => key.sk));
      before = slice.next;
      if (before === undefined) return seen;
    }
    throw new Error('Cannot read the index to its end: 50 reads were not enough');
  };

  it.each([1, 2, 7])(
    'queryIndex() reads by the field, greatest first, %i by %i, each once',
    async (limit) => {
      const customer = randomUUID();
      const totals = [-3, 0, 0.5, 2, 2, 2, 10, 1e12];
      for (const [at, total] of totals.entries())
        await put(orderImage(customer, `${at}~\u{1f600}${'.'.repeat(at)}`, total));
      const seen = await readIndex(byTotal(customer), limit);
      expect(seen.map((id) => Number(id[0]))).toStrictEqual([7, 6, 5, 4, 3, 2, 1, 0]);
    },
  );

  it('queryIndex() tells images whole, and get() nothing of the index', async () => {
    const image = orderImage(randomUUID(), 'a', 1);
    await put(image);
    const { records } = await store.queryIndex({ ...byTotal(image.pk.slice('order~'.length)), limit: 5 });
    expect(records.map(({ key, image: found }) => ({ key, found }))).toStrictEqual([
      { key: { pk: image.pk, sk: 'a' }, found: image },
    ]);
    expect(await store.get(image)).toStrictEqual(image);
  });

  it('queryIndex() finds an item where its present fields put it, and no tombstone', async () => {
    const customer = randomUUID();
    const first = orderImage(customer, 'a', 1);
    await put(first);
    const moved = { ...successor(first, 2), data: { ...Object(first.data), customerId: `${customer}2` } };
    await put(moved);
    expect(await readIndex(byTotal(customer), 5)).toStrictEqual([]);
    expect(await readIndex(byTotal(`${customer}2`), 5)).toStrictEqual(['a']);
    const { data: _data, ...rest } = successor(moved, 3);
    await put({ ...rest, deleted: true });
    expect(await readIndex(byTotal(`${customer}2`), 5)).toStrictEqual([]);
  });

  it('queryIndex() does not find what is of no entity, or lacks a field of the index', async () => {
    const customer = randomUUID();
    await put({ ...orderImage(customer, 'a', 1), data: { customerId: customer } });
    await put({ ...orderImage(customer, 'b', 1), pk: `other~${customer}` });
    await put({ ...orderImage(customer, 'c', 1), data: [customer] });
    expect(await readIndex(byTotal(customer), 5)).toStrictEqual([]);
  });

  it.each(['replace', 'findRecord', 'get', 'query', 'queryIndex'] as const)(
    '%s() fails with table-timeout when its signal is aborted',
    async (call) => {
      const signal = AbortSignal.abort();
      const calls = {
        replace: () => store.replace(firstImage('a', 'b'), undefined, { signal }),
        findRecord: () => store.findRecord('k', { signal }),
        get: () => store.get({ pk: 'a', sk: 'b' }, { signal }),
        query: () => store.query({ pk: 'a', limit: 1 }, { signal }),
        queryIndex: () => store.queryIndex({ slot: 1, partition: 'a', limit: 1 }, { signal }),
      };
      await expect(calls[call]()).rejects.toMatchObject({ name: 'PlatformError', code: 'table-timeout' });
    },
  );
});
