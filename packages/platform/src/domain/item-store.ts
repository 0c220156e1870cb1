import type { ItemKey } from '../contract/item.ts';
import type { ItemImage } from './item-image.ts';
import type { KeyedWrite } from './keyed-write.ts';

/** Options of every call that waits for the table. */
export interface StoreCallOptions {
  /** Ends the wait; the call then fails with `table-timeout`. */
  readonly signal?: AbortSignal;
}

/** Options of a write of an image. */
export interface ReplaceOptions extends StoreCallOptions {
  /**
   * Record of the write's idempotency key, kept together with the image, both or neither. The image is not stored where
   * this region holds a record of the key that is not over at the time of the write.
   */
  readonly record?: KeyedWrite;
}

/** One read of a list. */
export interface ItemQuery {
  readonly pk: string;
  /** Most images to read, at least 1. */
  readonly limit: number;
  /** Sort key to start below; absent for the newest item. */
  readonly before?: string;
}

/** What one read of a list found, newest first. */
export interface ItemSlice {
  /** Records as stored, tombstones and expired items included; one without an image is none of this API. */
  readonly records: readonly { readonly sk: string; readonly image: ItemImage | undefined }[];
  /** Sort key to go on from; absent when nothing is left. */
  readonly next?: string;
}

/** One read of an index. */
export interface IndexQuery {
  /** Number of the index in the table's pool, counted from 1. */
  readonly slot: number;
  /** Partition key of the index. */
  readonly partition: string;
  /** Most images to read, at least 1. */
  readonly limit: number;
  /** Position to start below; absent for the last item in the order of the index. */
  readonly before?: string;
}

/** What one read of an index found, the last in its order first. */
export interface IndexSlice {
  /** Records as stored, expired items included; one without an image is none of this API. */
  readonly records: readonly {
    readonly key: ItemKey;
    /** Where it stands in the index: opaque, to go on below. */
    readonly position: string;
    readonly image: ItemImage | undefined;
  }[];
  /** Position to go on from; absent when nothing is left. */
  readonly next?: string;
}

/** How a conditional write ended: made, or refused because the region held something else. */
export type ReplaceOutcome =
  | { readonly replaced: true }
  | { readonly replaced: false; readonly found?: ItemImage };

/**
 * The table of one region, as decisions see it. Every method throws a `PlatformError` with code
 * `table-throttled`, `table-timeout` or `table-unavailable` when the table does not serve it, `get` and `replace` one
 * with code `foreign-item` when what lies under the key is none of this API, and `replace` one with code
 * `item-contended` when another region of a strongly consistent table writes the item at the same time.
 */
export interface ItemStore {
  /**
   * Stores an image where this region holds exactly `before`, or nothing when that is undefined; otherwise tells
   * what it holds. One write to the table, with a record a transaction of two. Whether the write was made by this call
   * or by an earlier one whose answer was lost makes no difference.
   *
   * @throws PlatformError `idempotency-unsupported` for a record that a strongly consistent table cannot keep
   */
  replace(image: ItemImage, before: ItemImage | undefined, options?: ReplaceOptions): Promise<ReplaceOutcome>;
  /** Finds the record of an idempotency key, by the key's digest, with every write that this region acknowledged. */
  findRecord(key: string, options?: StoreCallOptions): Promise<KeyedWrite | undefined>;
  /** Finds the image that this region holds under a key, with every write that this region acknowledged. */
  get(key: ItemKey, options?: StoreCallOptions): Promise<ItemImage | undefined>;
  /** Reads one slice of a list, newest first; it may lag behind acknowledged writes for a moment. */
  query(query: ItemQuery, options?: StoreCallOptions): Promise<ItemSlice>;
  /**
   * Reads one slice of an index. It follows acknowledged writes within moments, but nobody says how many, and tells items
   * as they were then; tombstones are in no index.
   */
  queryIndex(query: IndexQuery, options?: StoreCallOptions): Promise<IndexSlice>;
}
