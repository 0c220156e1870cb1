import type { Item } from '../contract/item.ts';
import type { WriteRequest } from '../contract/write-request.ts';
import type { Clock, IdGenerator } from './clock.ts';
import type { ItemStore, StoreCallOptions } from './item-store.ts';
import { firstVersion } from './version-vector.ts';

/** What writing items needs. */
export interface ItemWriterOptions {
  readonly store: ItemStore;
  readonly clock: Clock;
  /** Makes sort keys that grow with time: UUIDv7. */
  readonly newId: IdGenerator;
  /** Region that writes. */
  readonly region: string;
  readonly defaultTtlSeconds: number;
}

/** Writes a new item and returns it as stored. */
export type ItemWriter = (request: WriteRequest, options?: StoreCallOptions) => Promise<Item>;

/**
 * Makes the operation behind `POST /write`: one new item with a key of its own, so that nothing can be
 * overwritten and no condition is needed, in this region or in another.
 */
export function createItemWriter(options: ItemWriterOptions): ItemWriter {
  const { store, clock, newId, region, defaultTtlSeconds } = options;
  return async ({ pk, data, ttlSeconds = defaultTtlSeconds }, call) => {
    const nowMs = clock.nowMs();
    const item: Item = {
      pk,
      sk: newId(),
      createdAt: new Date(nowMs).toISOString(),
      ttl: Math.floor(nowMs / 1000) + ttlSeconds,
      region,
      version: firstVersion(region),
      ...(data === undefined ? {} : { data }),
    };
    await store.put(item, call);
    return item;
  };
}
