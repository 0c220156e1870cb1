import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemImage } from '../../src/domain/item-image.ts';
import { createItemLister } from '../../src/domain/item-lister.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { manualClock } from './manual-clock.ts';
import { childOf } from './write-under-test.ts';

const nowMs = Date.parse('2026-11-22T12:00:00.000Z');
const clock = manualClock(nowMs);

/** What lies in a list: an item, one that has expired, or a tombstone. */
type Kind = 'item' | 'expired' | 'deleted';

function imageAt(index: number, kind: Kind): ItemImage {
  const image = childOf(undefined, { nowMs, ...(kind === 'deleted' ? { content: 'tombstone' } : {}) });
  const ttl = kind === 'expired' ? nowMs / 1000 : image.ttl;
  return { ...image, pk: 'a', sk: String(index).padStart(6, '0'), ttl };
}

/** Fills a list from oldest to newest. */
async function listOf(kinds: readonly Kind[]) {
  const store = memoryItemStore();
  const images = kinds.map((kind, index) => imageAt(index, kind));
  for (const image of images) await store.replace(image, undefined);
  const newestFirst = images.filter((_image, index) => kinds[index] === 'item').map(({ sk }) => sk);
  return { store, listItems: createItemLister({ store, clock }), newestFirst: newestFirst.reverse() };
}

describe('createItemLister()', () => {
  it('gives every item that readers may see once, newest first, in full pages', async () => {
    const kinds = fc.array(fc.constantFrom<Kind>('item', 'expired', 'deleted'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(kinds, fc.integer({ min: 1, max: 12 }), async (list, limit) => {
        const { listItems, newestFirst } = await listOf(list);
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
      }),
    );
  });

  it('gives each item that was there at the start once while newer ones are written between pages', async () => {
    const { listItems, newestFirst, store } = await listOf(Array.from({ length: 20 }, () => 'item'));
    const seen: string[] = [];
    let before: string | undefined;
    for (let index = 100; ; index++) {
      const page = await listItems({ pk: 'a', limit: 3, ...(before === undefined ? {} : { before }) });
      seen.push(...page.items.map(({ sk }) => sk));
      before = page.next;
      if (before === undefined) break;
      await store.replace(imageAt(index, 'item'), undefined);
    }
    expect(seen).toStrictEqual(newestFirst);
  });

  it('has no next page when the last one is exactly full', async () => {
    const { listItems } = await listOf(['item', 'item', 'item']);
    expect(await listItems({ pk: 'a', limit: 3 })).not.toHaveProperty('next');
  });

  it('ends the page and says where to go on when too many expired items lie in between', async () => {
    const { store, listItems, newestFirst } = await listOf([
      'item',
      ...Array.from({ length: 1_000 }, (): Kind => 'expired'),
    ]);
    const first = await listItems({ pk: 'a', limit: 5 });
    expect(store.queriedLimits).toStrictEqual([6, ...Array.from({ length: 9 }, () => 100)]);
    expect(first.items).toStrictEqual([]);
    const second = await listItems({ pk: 'a', limit: 5, before: first.next ?? '' });
    expect(second.items.map(({ sk }) => sk)).toStrictEqual(newestFirst);
    expect(second).not.toHaveProperty('next');
  });
});
