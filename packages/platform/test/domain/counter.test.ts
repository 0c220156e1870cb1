import fc from 'fast-check';
import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/contract/limits.ts';
import { createCounter, type IncrementRecord, isCountedTwice } from '../../src/domain/counter.ts';
import { memoryCounterStore } from '../store/memory-counter-store.ts';
import { manualClock } from './manual-clock.ts';
import { regions, sha256 } from './write-under-test.ts';

function counterUnderTest({ supportsKeys = true }: { readonly supportsKeys?: boolean } = {}) {
  const clock = manualClock();
  const store = memoryCounterStore();
  const life = { idempotencyTtlSeconds: 60, tombstoneTtlSeconds: 86_400 };
  const options = { store, clock, sha256, region: 'eu-west-1', ...life, supportsKeys };
  return { clock, store, counter: createCounter(options) };
}

describe('createCounter()', () => {
  it('adds up what was added and taken away, and nothing for a counter that nobody knows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -1_000, max: 1_000 })), async (amounts) => {
        const { counter } = counterUnderTest();
        for (const by of amounts) await counter.increment({ id: 'c', by });
        expect(await counter.read('c')).toBe(amounts.reduce((sum, by) => sum + by, 0));
        expect(await counter.read('other')).toBe(0);
      }),
    );
  });

  it('counts a key once until its time is over, and says so', async () => {
    const { clock, counter } = counterUnderTest();
    const increment = { id: 'c', by: 3, idempotencyKey: 'k' };
    expect(await counter.increment(increment)).toStrictEqual({ value: 3, isReplay: false });
    clock.advance(359_000);
    expect(await counter.increment(increment)).toStrictEqual({ value: 3, isReplay: true });
    expect(await counter.increment({ ...increment, id: 'd' })).toStrictEqual({ value: 3, isReplay: false });
    clock.advance(2_000);
    expect(await counter.increment(increment)).toStrictEqual({ value: 6, isReplay: false });
  });

  it('refuses a key that is out of its window, and takes two callers with one key for two', async () => {
    const { clock, counter } = counterUnderTest();
    const idempotencyKey = v7({ msecs: clock.nowMs() - 61_000 });
    await expect(counter.increment({ id: 'c', by: 3, idempotencyKey })).rejects.toMatchObject({
      code: 'idempotency-key-out-of-window',
    });
    await counter.increment({ id: 'c', by: 3, idempotencyKey: 'k', caller: 'ada' });
    const other = await counter.increment({ id: 'c', by: 3, idempotencyKey: 'k', caller: 'bob' });
    expect(other).toStrictEqual({ value: 6, isReplay: false });
  });

  it('refuses another amount under a key, and counts nothing', async () => {
    const { counter } = counterUnderTest();
    await counter.increment({ id: 'c', by: 3, idempotencyKey: 'k' });
    await expect(counter.increment({ id: 'c', by: 4, idempotencyKey: 'k' })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    expect(await counter.read('c')).toBe(3);
  });

  it('refuses what would exceed the part of its region, with a key and without', async () => {
    const { counter, store } = counterUnderTest();
    await store.add('c', limits.counterShardMax);
    for (const increment of [
      { id: 'c', by: 1 },
      { id: 'c', by: 1, idempotencyKey: 'k' },
    ])
      await expect(counter.increment(increment)).rejects.toMatchObject({ code: 'counter-out-of-range' });
    expect(await counter.read('c')).toBe(limits.counterShardMax);
  });

  it('refuses keys where the table has no transactions, and counts nothing', async () => {
    const { counter } = counterUnderTest({ supportsKeys: false });
    await expect(counter.increment({ id: 'c', by: 1, idempotencyKey: 'k' })).rejects.toMatchObject({
      code: 'idempotency-unsupported',
    });
    expect(await counter.increment({ id: 'c', by: 1 })).toStrictEqual({ value: 1, isReplay: false });
  });
});

describe('isCountedTwice()', () => {
  const record = (region: string, atMs: number): IncrementRecord => ({
    ...{ id: 'c', key: 'k', request: 'r', by: 5, region, atMs },
    until: Math.floor(atMs / 1000) + 60,
    ttl: Math.floor(atMs / 1000) + 60,
  });

  it('holds once in all regions but one, whichever record wins and in whatever order records arrive', () => {
    const order = fc.shuffledSubarray([...regions], { minLength: regions.length });
    fc.assert(
      fc.property(fc.constantFrom(...regions), fc.tuple(order, order, order), (winner, orders) => {
        const rank = (region: string) =>
          region === winner ? regions.length : regions.indexOf(region as 'us-east-1');
        const takenBack = regions.map((region, index) => {
          // Every region holds its own record first, then hears of the others; the higher one stays.
          let held = record(region, 1_000);
          let times = 0;
          for (const from of orders[index] ?? []) {
            if (rank(from) <= rank(held.region)) continue;
            const before = held;
            held = record(from, 1_000);
            if (isCountedTwice(before, held, region)) times++;
          }
          return times;
        });
        expect(takenBack).toStrictEqual(regions.map((region) => (region === winner ? 0 : 1)));
      }),
    );
  });

  it('does not hold when the record was removed, or its time was over', () => {
    const ours = record('eu-west-1', 1_000);
    expect(isCountedTwice(ours, undefined, 'eu-west-1')).toBe(false);
    expect(isCountedTwice(ours, record('us-east-1', 60_999), 'eu-west-1')).toBe(true);
    expect(isCountedTwice(ours, record('us-east-1', 61_000), 'eu-west-1')).toBe(false);
    expect(isCountedTwice(ours, record('eu-west-1', 2_000), 'eu-west-1')).toBe(false);
  });
});
