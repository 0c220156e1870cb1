import type { Item } from '../contract/item.ts';
import type { Clock } from './clock.ts';
import { isVisible, toItem } from './item-image.ts';
import type { ItemQuery, ItemStore, StoreCallOptions } from './item-store.ts';
import type { Page } from './page-builder.ts';
import { readPage } from './read-page.ts';

/** Reads one page of a list, newest first; positions are sort keys. */
export type ItemLister = (query: ItemQuery, options?: StoreCallOptions) => Promise<Page<Item>>;

/** What listing items needs. */
export interface ItemListerOptions {
  readonly store: ItemStore;
  readonly clock: Clock;
}

/**
 * Makes the operation behind `GET /items/{pk}`: a page without expired and deleted items.
 *
 * Records that this API did not write are named by their keys: nobody can tell what they are, and one of them must
 * neither break the list nor be missing from it without a word.
 */
export function createItemLister({ store, clock }: ItemListerOptions): ItemLister {
  return ({ pk, ...page }, options) =>
    readPage({
      ...page,
      next: async (limit, before) => {
        const slice = await store.query({ pk, limit, ...(before === undefined ? {} : { before }) }, options);
        const records = slice.records.map(({ sk, image }) => ({ key: { pk, sk }, position: sk, image }));
        return slice.next === undefined ? { records } : { records, next: slice.next };
      },
      isVisible: (image) => isVisible(image, clock.nowMs()),
      entryOf: toItem,
    });
}
