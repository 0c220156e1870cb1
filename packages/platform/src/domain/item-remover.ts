import type { ItemKey } from '../contract/item.ts';
import type { Clock } from './clock.ts';
import type { Committed, Committer } from './commit-image.ts';
import type { Sha256 } from './digest.ts';
import { hasExpired, type ItemImage } from './item-image.ts';
import { itemNotFound } from './item-not-found.ts';
import type { ItemStore, StoreCallOptions } from './item-store.ts';
import { keyIdentity } from './keyed-write.ts';
import { type Precondition, requirePrecondition } from './precondition.ts';

/** What deleting items needs. */
export interface ItemRemoverOptions {
  readonly store: ItemStore;
  readonly commit: Committer;
  readonly clock: Clock;
  readonly sha256: Sha256;
  /** How long a deletion is remembered. */
  readonly tombstoneTtlSeconds: number;
}

/** Which item to delete. */
export interface Removal {
  readonly key: ItemKey;
  readonly precondition: Precondition;
  readonly idempotencyKey?: string;
}

/** Deletes an item. The image that it returns is the tombstone. */
export type ItemRemover = (removal: Removal, options?: StoreCallOptions) => Promise<Committed>;

/**
 * Makes the operation behind `DELETE /items/{pk}/{sk}`. It leaves a tombstone: a bare removal has no version, so an
 * older write from another region could not be told from a newer one. Deleting what is deleted already changes
 * nothing; what this region does not hold at all it does not delete, since a promise about an item that may be on
 * its way from elsewhere could not be kept.
 */
export function createItemRemover(options: ItemRemoverOptions): ItemRemover {
  const { store, commit, clock, sha256, tombstoneTtlSeconds } = options;
  return async ({ key, precondition, idempotencyKey }, call) => {
    const before = await store.get(key, call);
    const asksMore = idempotencyKey !== undefined || Object.keys(precondition).length > 0;
    if (before?.deleted && !asksMore && !hasExpired(before, clock.nowMs()))
      return { image: before, held: before, isReplay: false };
    const identity = idempotencyKey && { idempotencyKey, request: { method: 'DELETE' as const }, sha256 };
    const write = {
      key,
      content: 'tombstone' as const,
      ttlSeconds: tombstoneTtlSeconds,
      ...(identity ? { keyed: keyIdentity(key, identity) } : {}),
    };
    const require = (held: ItemImage | undefined, nowMs: number) => {
      requirePrecondition(held, precondition, nowMs);
      if (held === undefined || hasExpired(held, nowMs)) throw itemNotFound('delete');
    };
    return commit({ write, before, require }, call);
  };
}
