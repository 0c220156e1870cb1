import type { Item } from '../contract/item.ts';
import { limits } from '../contract/limits.ts';
import type { Clock } from './clock.ts';
import { isVisible, toItem } from './item-image.ts';
import type { ItemQuery, ItemStore, StoreCallOptions } from './item-store.ts';

/** Most reads of the table for one page: with 100 items each, about a thousand of them are skipped. */
const readsMax = 10;

/** One page of a list, newest first. */
interface ItemPage {
  readonly items: readonly Item[];
  /** Sort key after which the next page starts; absent on the last page. */
  readonly next?: string;
}

/** Reads one page of a list. */
export type ItemLister = (query: ItemQuery, options?: StoreCallOptions) => Promise<ItemPage>;

/** What listing items needs. */
export interface ItemListerOptions {
  readonly store: ItemStore;
  readonly clock: Clock;
}

/**
 * Makes the operation behind `GET /items/{pk}`: a page without expired and deleted items, filled up to the limit. When more
 * than about a thousand of those lie in between, the page ends early and says where to go on.
 */
export function createItemLister({ store, clock }: ItemListerOptions): ItemLister {
  return async ({ pk, limit, before }, options) => {
    const items: Item[] = [];
    // One more than the page holds tells whether anything follows, so that the last page carries no cursor.
    let slice = await store.query(
      { pk, limit: limit + 1, ...(before === undefined ? {} : { before }) },
      options,
    );
    for (let reads = 1; ; reads++) {
      items.push(...slice.images.filter((image) => isVisible(image, clock.nowMs())).map(toItem));
      if (items.length > limit) return firstPage(items, limit);
      if (slice.next === undefined) return { items };
      if (reads === readsMax) return { items, next: slice.next };
      // Where such items were met there may be many: further reads take as much as a page may hold.
      slice = await store.query({ pk, limit: limits.listLimitMax, before: slice.next }, options);
    }
  };
}

function firstPage(items: readonly Item[], limit: number): ItemPage {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return last === undefined ? { items: page } : { items: page, next: last.sk };
}
