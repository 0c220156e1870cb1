import type { ItemKey } from '../contract/item.ts';
import type { WriteRequest } from '../contract/item-messages.ts';
import type { JsonValue } from '../contract/json-value.ts';
import type { Clock, IdGenerator } from './clock.ts';
import type { Committed, Committer } from './commit-image.ts';
import type { Sha256 } from './digest.ts';
import { hasExpired, type ImageWrite, type ItemImage } from './item-image.ts';
import { itemNotFound } from './item-reader.ts';
import type { ItemStore, StoreCallOptions } from './item-store.ts';
import { keyIdentity, sortKeyOf } from './keyed-write.ts';
import { PlatformError } from './platform-error.ts';
import { type Precondition, requirePrecondition } from './precondition.ts';

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
    return commit({ write, before: undefined, require: requireUnused }, call);
  };
}

// What lies there and has not expired was made by this key, which then is on record and is not asked here, or it was
// written by hand under a sort key taken from another item's list. It is not this request's to replace.
function requireUnused(held: ItemImage | undefined, nowMs: number): void {
  if (held === undefined || hasExpired(held, nowMs)) return;
  throw new PlatformError(
    'idempotency-key-reused',
    'Cannot take the idempotency key: what it wrote was overwritten by other requests since',
  );
}

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

/** What a caller wants an item to hold. */
interface ContentRequest {
  readonly method: 'POST' | 'PUT';
  readonly data?: JsonValue | undefined;
  readonly ttlSeconds?: number | undefined;
  readonly idempotencyKey?: string | undefined;
}

/**
 * Makes the write that gives an item its whole content. What identifies it under an idempotency key is what the caller
 * said, not what the stage adds: the default life may change between a request and its repetition.
 */
function contentWrite(
  key: ItemKey,
  { method, data, ttlSeconds, idempotencyKey }: ContentRequest,
  { sha256, defaultTtlSeconds }: { readonly sha256: Sha256; readonly defaultTtlSeconds: number },
): ImageWrite {
  const content = data === undefined ? {} : { data };
  const write = { key, content, ttlSeconds: ttlSeconds ?? defaultTtlSeconds };
  if (idempotencyKey === undefined) return write;
  const request = { method, ...content, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) };
  return { ...write, keyed: keyIdentity(key, { idempotencyKey, request, sha256 }) };
}
