import type { Item, ItemKey } from '../contract/item.ts';

/** Options of every call that waits for the table. */
export interface StoreCallOptions {
  /** Ends the wait; the call then fails with `table-timeout`. */
  readonly signal?: AbortSignal;
}

/** One read of a list. */
export interface ItemQuery {
  readonly pk: string;
  /** Most items to read, at least 1. */
  readonly limit: number;
  /** Sort key to start below; absent for the newest item. */
  readonly before?: string;
}

/** What one read of a list found, newest first. */
export interface ItemSlice {
  /** Items as stored, expired ones included. */
  readonly items: readonly Item[];
  /** Sort key to go on from; absent when nothing is left. */
  readonly next?: string;
}

/**
 * The table of one region, as decisions see it. Every method throws a `PlatformError` with code
 * `table-throttled`, `table-timeout` or `table-unavailable` when the table does not serve it.
 */
export interface ItemStore {
  /** Stores an item under its key, whatever was there. Repeating it with the same item changes nothing. */
  put(item: Item, options?: StoreCallOptions): Promise<void>;
  /** Finds the item that this region holds under a key, with every write that this region acknowledged. */
  get(key: ItemKey, options?: StoreCallOptions): Promise<Item | undefined>;
  /** Reads one slice of a list, newest first; it may lag behind acknowledged writes for a moment. */
  query(query: ItemQuery, options?: StoreCallOptions): Promise<ItemSlice>;
}
