import { describe, expect, it } from 'vitest';
import { createItemReader } from '../../../amplify/domain/item-reader.ts';
import { createItemWriter } from '../../../amplify/domain/item-writer.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { manualClock } from './manual-clock.ts';

function setUp() {
  const clock = manualClock(Date.parse('2026-11-22T12:00:00.250Z'));
  const store = memoryItemStore();
  const options = { store, clock, newId: () => 'id', region: 'eu-west-1', defaultTtlSeconds: 3600 };
  return { clock, store, writeItem: createItemWriter(options), readItem: createItemReader({ store, clock }) };
}

describe('createItemWriter()', () => {
  it('stores what it returns, with key, time, expiry, region and version', async () => {
    const { store, writeItem } = setUp();
    const item = await writeItem({ pk: 'a', data: { n: 1 }, ttlSeconds: 10 });
    expect(item).toStrictEqual({
      pk: 'a',
      sk: 'id',
      createdAt: '2026-11-22T12:00:00.250Z',
      ttl: Date.parse('2026-11-22T12:00:10Z') / 1000,
      region: 'eu-west-1',
      version: { 'eu-west-1': 1 },
      data: { n: 1 },
    });
    expect(await store.get(item)).toStrictEqual(item);
  });

  it('leaves data out when there is none, and takes the default time to live', async () => {
    const { writeItem } = setUp();
    const item = await writeItem({ pk: 'a' });
    expect(item).not.toHaveProperty('data');
    expect(item.ttl).toBe(Date.parse('2026-11-22T13:00:00Z') / 1000);
  });

  it('fails when the store does', async () => {
    const { writeItem } = setUp();
    await expect(writeItem({ pk: 'a' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'table-timeout',
    });
  });
});

describe('createItemReader()', () => {
  it('returns the item until the second it expires, then fails with item-not-found', async () => {
    const { clock, writeItem, readItem } = setUp();
    const item = await writeItem({ pk: 'a', ttlSeconds: 10 });
    clock.advance(9_749);
    expect(await readItem(item)).toStrictEqual(item);
    clock.advance(1);
    await expect(readItem(item)).rejects.toMatchObject({ name: 'PlatformError', code: 'item-not-found' });
  });

  it('fails with item-not-found when there is no item', async () => {
    const { readItem } = setUp();
    await expect(readItem({ pk: 'a', sk: 'b' })).rejects.toMatchObject({ code: 'item-not-found' });
  });
});
