import type { ItemKey } from '../contract/item.ts';
import type { JsonValue } from '../contract/json-value.ts';
import type { Committed, Committer } from './commit-image.ts';
import { contentWrite } from './content-write.ts';
import type { Sha256 } from './digest.ts';
import type { ItemStore, StoreCallOptions } from './item-store.ts';
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
  const { store, commit } = options;
  return async ({ key, data, ttlSeconds, precondition, idempotencyKey }, call) => {
    const write = contentWrite(key, { method: 'PUT', data, ttlSeconds, idempotencyKey }, options);
    const before = await store.get(key, call);
    return commit(
      { write, before, require: (held, nowMs) => requirePrecondition(held, precondition, nowMs) },
      call,
    );
  };
}
