import type { Item } from '../contract/item.ts';
import { limits } from '../contract/limits.ts';
import type { Clock } from './clock.ts';
import { isVisible, toItem } from './item-image.ts';
import type { ItemQuery, ItemStore, StoreCallOptions } from './item-store.ts';
import { createPageBuilder, type Page } from './page-builder.ts';

/** Most reads of the table for one page: with 100 items each, about a thousand of them are skipped. */
const readsMax = 10;

/** Reads one page of a list, newest first; positions are sort keys. */
export type ItemLister = (query: ItemQuery, options?: StoreCallOptions) => Promise<Page<Item>>;

/** What listing items needs. */
export interface ItemListerOptions {
  readonly store: ItemStore;
  readonly clock: Clock;
}

/**
 * Makes the operation behind `GET /items/{pk}`: a page without expired and deleted items, filled up to the limit. It
 * ends early, and says where to go on, when it is full by its bytes, when it is half full and the table's own page of 1 MB
 * has ended, or when more than about a thousand items that nobody may see lie in between.
 *
 * Records that this API did not write are named by their keys: nobody can tell what they are, and one of them must
 * neither break the list nor be missing from it without a word.
 */
export function createItemLister({ store, clock }: ItemListerOptions): ItemLister {
  return async ({ pk, limit, before }, options) => {
    const page = createPageBuilder<Item>(limit);
    // One more than the page holds tells whether anything follows, so that the last page carries no cursor.
    let query: ItemQuery = { pk, limit: limit + 1, ...(before === undefined ? {} : { before }) };
    for (let reads = 1; ; reads++) {
      const slice = await store.query(query, options);
      for (const { sk, image } of slice.records) {
        if (image !== undefined && !isVisible(image, clock.nowMs())) continue;
        const listed = image === undefined ? { unreadable: { pk, sk } } : { entry: toItem(image) };
        if (!page.add({ position: sk, ...listed })) return page.before();
      }
      if (slice.next === undefined) return page.last();
      if (reads === readsMax || page.isHeavy) return page.before(slice.next);
      // Where such items were met there may be many: further reads take as much as a page may hold.
      query = { pk, limit: limits.listLimitMax, before: slice.next };
    }
  };
}
