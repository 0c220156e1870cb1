import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Item } from '../../../amplify/contract/item.ts';
import { createItemLister } from '../../../amplify/domain/item-lister.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { manualClock } from './manual-clock.ts';

const clock = manualClock(1_000_000);

function item(index: number, isExpired: boolean): Item {
  const sk = String(index).padStart(6, '0');
  return { pk: 'a', sk, createdAt: '', ttl: isExpired ? 1000 : 1001, region: 'eu-west-1', version: {} };
}

/** Fills a list from oldest to newest; `true` stands for an item that has expired. */
async function listOf(expired: readonly boolean[]) {
  const store = memoryItemStore();
  const items = expired.map((isExpired, index) => item(index, isExpired));
  for (const each of items) await store.put(each);
  const visible = items.filter((_item, index) => !expired[index]).map(({ sk }) => sk);
  return { store, listItems: createItemLister({ store, clock }), newestFirst: visible.reverse() };
}

describe('createItemLister()', () => {
  it('gives every item that has not expired once, newest first, in full pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        async (expired, limit) => {
          const { listItems, newestFirst } = await listOf(expired);
          const seen: string[] = [];
          let before: string | undefined;
          do {
            const page = await listItems({ pk: 'a', limit, ...(before === undefined ? {} : { before }) });
            seen.push(...page.items.map(({ sk }) => sk));
            before = page.next;
            expect(page.items.length).toBe(before === undefined ? page.items.length : limit);
            expect(page.items.length).toBeLessThanOrEqual(limit);
          } while (before !== undefined);
          expect(seen).toStrictEqual(newestFirst);
        },
      ),
    );
  });

  it('has no next page when the last one is exactly full', async () => {
    const { listItems } = await listOf([false, false, false]);
    expect(await listItems({ pk: 'a', limit: 3 })).not.toHaveProperty('next');
  });

  it('ends the page and says where to go on when too many expired items lie in between', async () => {
    const { store, listItems, newestFirst } = await listOf([
      false,
      ...Array.from({ length: 1_000 }, () => true),
    ]);
    const first = await listItems({ pk: 'a', limit: 5 });
    expect(store.queriedLimits).toStrictEqual([6, ...Array.from({ length: 9 }, () => 100)]);
    expect(first.items).toStrictEqual([]);
    const second = await listItems({ pk: 'a', limit: 5, before: first.next ?? '' });
    expect(second.items.map(({ sk }) => sk)).toStrictEqual(newestFirst);
    expect(second).not.toHaveProperty('next');
  });
});
