import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Item } from '../../src/contract/item.ts';
import { limits } from '../../src/contract/limits.ts';
import type { ItemImage } from '../../src/domain/item-image.ts';
import { createItemLister, type ItemLister } from '../../src/domain/item-lister.ts';
import type { ItemStore } from '../../src/domain/item-store.ts';
import type { Page } from '../../src/domain/page-builder.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { manualClock } from './manual-clock.ts';
import { childOf } from './write-under-test.ts';

const nowMs = Date.parse('2026-11-22T12:00:00.000Z');
const clock = manualClock(nowMs);

/** What lies in a list: an item, one that has expired, a tombstone, or a record of another program. */
type Kind = 'item' | 'expired' | 'deleted' | 'foreign';

function imageAt(index: number, kind: Kind): ItemImage {
  const image = childOf(undefined, { nowMs, ...(kind === 'deleted' ? { content: 'tombstone' } : {}) });
  const life = kind === 'expired' ? { ttl: nowMs / 1000 } : {};
  return { ...image, pk: 'a', sk: String(index).padStart(6, '0'), ...life };
}

/** Fills a list from oldest to newest. */
async function listOf(kinds: readonly Kind[]) {
  const store = memoryItemStore();
  const images = kinds.map((kind, index) => imageAt(index, kind));
  for (const image of images) await store.replace(image, undefined);
  for (const [index, image] of images.entries()) if (kinds[index] === 'foreign') store.makeForeign(image);
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
          seen.push(...page.entries.map(({ sk }) => sk));
          before = page.next;
          expect(page.entries.length).toBe(before === undefined ? page.entries.length : limit);
          expect(page.entries.length).toBeLessThanOrEqual(limit);
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
      seen.push(...page.entries.map(({ sk }) => sk));
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
    expect(first.entries).toStrictEqual([]);
    const second = await listItems({ pk: 'a', limit: 5, before: first.next ?? '' });
    expect(second.entries.map(({ sk }) => sk)).toStrictEqual(newestFirst);
    expect(second).not.toHaveProperty('next');
  });

  it('names records of other programs by their keys, each once, and counts them', async () => {
    const kinds = fc.array(fc.constantFrom<Kind>('item', 'expired', 'foreign'), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(kinds, fc.integer({ min: 1, max: 7 }), async (list, limit) => {
        const { listItems, newestFirst } = await listOf(list);
        const pages = await pagesOf(listItems, limit);
        for (const { entries, unreadable } of pages)
          expect(entries.length + unreadable.length).toBeLessThanOrEqual(limit);
        const foreign = list.flatMap((kind, index) => (kind === 'foreign' ? [imageAt(index, kind)] : []));
        const keys = foreign.map(({ pk, sk }) => ({ pk, sk })).reverse();
        expect(pages.flatMap(({ unreadable }) => unreadable)).toStrictEqual(keys);
        expect(pages.flatMap(({ entries }) => entries.map(({ sk }) => sk))).toStrictEqual(newestFirst);
      }),
    );
  });

  it('ends each page by its bytes, and gives every item once whatever their sizes', async () => {
    const size = fc.oneof(
      fc.integer({ min: 0, max: 2_000 }),
      fc.integer({ min: 150_000, max: 600_000 }),
      fc.constant(limits.pageBytesMax + 1),
    );
    // One byte in UTF-8, two, three; and what JSON writes with two bytes or six.
    const character = fc.constantFrom('a', 'é', '€', '"', '\u0001');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(size, character), { maxLength: 12 }),
        fc.integer({ min: 1, max: 12 }),
        async (sizes, limit) => {
          const store = memoryItemStore();
          for (const [index, [length, text]] of sizes.entries()) {
            const data = text.repeat(Math.floor(length / (Buffer.byteLength(JSON.stringify(text)) - 2)));
            await store.replace({ ...imageAt(index, 'item'), data }, undefined);
          }
          const pages = await pagesOf(createItemLister({ store, clock }), limit);
          for (const { entries } of pages) {
            const isWithin = Buffer.byteLength(JSON.stringify(entries)) <= limits.pageBytesMax + 2;
            expect(isWithin || entries.length === 1).toBe(true);
          }
          const newestFirst = sizes.map((_size, index) => imageAt(index, 'item').sk).reverse();
          expect(pages.flatMap(({ entries }) => entries.map(({ sk }) => sk))).toStrictEqual(newestFirst);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('does not read on for a page that is half full when the table has ended a page of its own', async () => {
    const store = memoryItemStore();
    for (let index = 0; index < 12; index++)
      await store.replace({ ...imageAt(index, 'item'), data: 'x'.repeat(198_000) }, undefined);
    // As DynamoDB does it: a page has at most 1 MB.
    const query: ItemStore['query'] = (asked, call) =>
      store.query({ ...asked, limit: Math.min(asked.limit, 5) }, call);
    const pages = await pagesOf(createItemLister({ store: { ...store, query }, clock }), 40);
    expect(pages.map(({ entries }) => entries.length)).toStrictEqual([5, 5, 2]);
    expect(store.queriedLimits).toHaveLength(3);
  });
});

async function pagesOf(listItems: ItemLister, limit: number) {
  const pages: Page<Item>[] = [];
  let before: string | undefined;
  do {
    const page = await listItems({ pk: 'a', limit, ...(before === undefined ? {} : { before }) });
    pages.push(page);
    before = page.next;
  } while (before !== undefined);
  return pages;
}
