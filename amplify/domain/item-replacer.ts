import type { ItemKey } from '../contract/item.ts';
import type { JsonValue } from '../contract/json-value.ts';
import type { Committed, Committer } from './commit-image.ts';
import type { Sha256 } from './digest.ts';
import type { ItemStore, StoreCallOptions } from './item-store.ts';
import { keyIdentity } from './keyed-write.ts';
import { type Precondition, requirePrecondition } from './precondition.ts';

/** What replacing items needs. */
export interface ItemReplacerOptions {
  readonly store: ItemStore;
  readonly commit: Committer;
  readonly sha256: Sha256;
  readonly defaultTtlSeconds: number;
}

/** An item's whole new content. */
export interface Replacement {
  readonly key: ItemKey;
  readonly data?: JsonValue;
  readonly ttlSeconds?: number;
  readonly precondition: Precondition;
  readonly idempotencyKey?: string;
}

/** Writes an item's whole new content, whether there was an item or not. */
export type ItemReplacer = (replacement: Replacement, options?: StoreCallOptions) => Promise<Committed>;

/**
 * Makes the operation behind `PUT /items/{pk}/{sk}`. It reads first, because the image that it writes has to tell
 * which one it replaces, and then writes on the condition that this is still so.
 */
export function createItemReplacer(options: ItemReplacerOptions): ItemReplacer {
  const { store, commit, sha256, defaultTtlSeconds } = options;
  return async ({ key, data, ttlSeconds, precondition, idempotencyKey }, call) => {
    const content = data === undefined ? {} : { data };
    const request = {
      method: 'PUT' as const,
      ...content,
      ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
    };
    const write = {
      key,
      content,
      ttlSeconds: ttlSeconds ?? defaultTtlSeconds,
      ...(idempotencyKey === undefined
        ? {}
        : { keyed: keyIdentity(key, { idempotencyKey, request, sha256 }) }),
    };
    const before = await store.get(key, call);
    return commit(
      { write, before, require: (held, nowMs) => requirePrecondition(held, precondition, nowMs) },
      call,
    );
  };
}
