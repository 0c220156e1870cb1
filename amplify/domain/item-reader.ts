import type { Item, ItemKey } from '../contract/item.ts';
import type { Clock } from './clock.ts';
import { isVisible } from './is-visible.ts';
import type { ItemStore, StoreCallOptions } from './item-store.ts';
import { PlatformError } from './platform-error.ts';

/** What reading items needs. */
export interface ItemReaderOptions {
  readonly store: ItemStore;
  readonly clock: Clock;
}

/** Reads one item. */
export type ItemReader = (key: ItemKey, options?: StoreCallOptions) => Promise<Item>;

/**
 * Makes the operation behind `GET /items/{pk}/{sk}`. It fails with `item-not-found` when this region holds no
 * such item, or only an expired one.
 */
export function createItemReader({ store, clock }: ItemReaderOptions): ItemReader {
  return async (key, options) => {
    const item = await store.get(key, options);
    if (item !== undefined && isVisible(item, clock.nowMs())) return item;
    throw new PlatformError(
      'item-not-found',
      `Cannot read the item: this region holds none under these keys`,
    );
  };
}
