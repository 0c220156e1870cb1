import type { StoreCallOptions } from './item-store.ts';

/** A keyed increment as the table keeps it: one record, which every region can overwrite. */
export interface IncrementRecord {
  /** Name of the counter. */
  readonly id: string;
  /** Digest of the idempotency key. */
  readonly key: string;
  /** Digest of the request that came with it. */
  readonly request: string;
  readonly by: number;
  /** Region that has counted it. */
  readonly region: string;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  /** When the key may be used anew, in seconds since 1970. */
  readonly ttl: number;
}

/** How an increment ended. `out-of-range`: the region's part of the counter would become too large. */
export type IncrementOutcome = 'counted' | 'out-of-range';

/** How a keyed increment ended; `found` is the record of the increment that came before under the same key. */
export type KeyedIncrementOutcome = IncrementOutcome | { readonly found: IncrementRecord };

/**
 * The counters of one region, as decisions see them: one part for every region, which only that region writes, so
 * that last-writer-wins has nothing to drop. Methods throw a `PlatformError` as those of the item store do. Each
 * counts once, also when the answer of the table was lost and the call was repeated below.
 */
export interface CounterStore {
  /** Adds to this region's part. */
  add(id: string, by: number, options?: StoreCallOptions): Promise<IncrementOutcome>;
  /**
   * Adds to this region's part and keeps the record, both or neither; nothing when this region holds a record of
   * the key that is not over at the record's time.
   */
  addOnce(record: IncrementRecord, options?: StoreCallOptions): Promise<KeyedIncrementOutcome>;
  /**
   * Takes a counted record back out of this region's part, once, however often it is called.
   *
   * @returns whether this call did
   */
  takeBack(record: IncrementRecord, options?: StoreCallOptions): Promise<boolean>;
  /** Adds up the parts of all regions, as far as this region has them; 0 for an unknown counter. */
  read(id: string, options?: StoreCallOptions): Promise<number>;
}
