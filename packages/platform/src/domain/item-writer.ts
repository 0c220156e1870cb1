import type { WriteRequest } from '../contract/item-messages.ts';
import type { IdGenerator } from './clock.ts';
import type { Committed, Committer } from './commit-image.ts';
import { contentWrite } from './content-write.ts';
import type { Sha256 } from './digest.ts';
import { hasExpired, type ItemImage } from './item-image.ts';
import type { StoreCallOptions } from './item-store.ts';
import { sortKeyOf } from './keyed-write.ts';
import { PlatformError } from './platform-error.ts';

/** What writing items needs. */
export interface ItemWriterOptions {
  readonly commit: Committer;
  /** Makes sort keys that grow with time: UUIDv7. */
  readonly newId: IdGenerator;
  readonly sha256: Sha256;
  readonly defaultTtlSeconds: number;
}

/** A new item, and the idempotency key that came with it. */
export interface NewItem extends WriteRequest {
  readonly idempotencyKey?: string;
}

/** Writes a new item. */
export type ItemWriter = (request: NewItem, options?: StoreCallOptions) => Promise<Committed>;

/**
 * Makes the operation behind `POST /write`: one new item, one write to the table, nothing read before.
 *
 * Without an idempotency key the item gets a key of its own. With one, key and version are derived from it, so that
 * a repetition finds the item in the same region, and in another region makes the same item once more.
 */
export function createItemWriter(options: ItemWriterOptions): ItemWriter {
  const { commit, newId, sha256 } = options;
  return ({ pk, data, ttlSeconds, idempotencyKey }, call) => {
    const sk = idempotencyKey === undefined ? newId() : sortKeyOf(pk, idempotencyKey, sha256);
    const key = { pk, sk };
    const write = contentWrite(key, { method: 'POST', data, ttlSeconds, idempotencyKey }, options);
    return commit({ write, before: undefined, require: requireOwnPlace }, call);
  };
}

// What lies there and has not expired was made by this key, which then is on record and is not asked here, or it was
// written by hand under a sort key taken from another item's list. It is not this request's to replace.
function requireOwnPlace(held: ItemImage | undefined, nowMs: number): void {
  if (held === undefined || hasExpired(held, nowMs)) return;
  throw new PlatformError(
    'idempotency-key-reused',
    'Cannot take the idempotency key: what it wrote was overwritten by other requests since',
  );
}
