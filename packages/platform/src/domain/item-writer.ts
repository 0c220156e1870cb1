import type { ItemKey } from '../contract/item.ts';
import type { JsonValue } from '../contract/json-value.ts';
import type { Session } from '../contract/session-token.ts';
import type { Clock, IdGenerator } from './clock.ts';
import type { Committed, Committer } from './commit-image.ts';
import type { Sha256 } from './digest.ts';
import { hasExpired, type ImageWrite, type ItemImage, isVisible } from './item-image.ts';
import { itemNotFound } from './item-reader.ts';
import type { ItemStore, StoreCallOptions } from './item-store.ts';
import { admitKey } from './key-window.ts';
import {
  type CallerKey,
  type KeyedRequest,
  type KeyIdentity,
  keyIdentity,
  sortKeyOf,
} from './keyed-write.ts';
import { PlatformError } from './platform-error.ts';
import { type Precondition, requirePrecondition } from './precondition.ts';
import { sightingOf } from './session.ts';

/** What every way of writing items needs. */
interface WriteOptions {
  readonly commit: Committer;
  readonly clock: Clock;
  readonly sha256: Sha256;
  /** How long an idempotency key is good for, from its time on. */
  readonly idempotencyTtlSeconds: number;
}

/** Who writes: what they have seen, and by which key they may repeat the write. */
export interface Writer {
  readonly session?: Session;
  readonly idempotencyKey?: string;
  /** Who asks, as the API's authorizer knows them; idempotency keys are theirs. */
  readonly caller?: string | undefined;
}

/** What writing items needs. */
export interface ItemWriterOptions extends WriteOptions {
  /** Makes sort keys that grow with time: UUIDv7. */
  readonly newId: IdGenerator;
  /** Life of an item whose writer names none, in seconds; `null`: for ever. */
  readonly defaultTtlSeconds: number | null;
}

/** A new item. */
export interface NewItem extends Writer, Content {
  readonly pk: string;
  /** Key of the item with an id. @default - the id is its sort key */
  readonly keyOf?: (id: string) => ItemKey;
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
  return ({ pk, keyOf = (sk) => ({ pk, sk }), data, ttlSeconds, ...writer }, call) => {
    const given = callerKeyOf(writer);
    const key = keyOf(given === undefined ? newId() : sortKeyOf(pk, given, sha256));
    const write = contentWrite(key, { method: 'POST', data, ttlSeconds }, { writer, options });
    return commit(
      { write, before: undefined, require: requireUnused, seen: seenBy(writer, key, options) },
      call,
    );
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
export interface ItemReplacerOptions extends WriteOptions {
  readonly store: ItemStore;
  /** Life of a new item whose writer names none, in seconds; `null`: for ever. */
  readonly defaultTtlSeconds: number | null;
  /** To how many bytes of JSON patches may add up: what a body may have, so that what was read can be put back. */
  readonly bodyLimitBytes: number;
}

/** Refuses, by throwing, to change the item that this region holds; asked of none, and of what has expired, with undefined. */
export type HeldRule = (held: ItemImage | undefined) => void;

/** A change of an item's content: as it was asked for, and what comes of what a region holds. Undefined stands for no content. */
export interface ContentPatch {
  readonly asked: JsonValue | undefined;
  readonly apply: (held: JsonValue | undefined) => JsonValue | undefined;
}

/** An item's whole new content. */
export interface Replacement extends Writer, Content {
  readonly key: ItemKey;
  readonly precondition: Precondition;
  /** A change of what the region holds, in place of `data`: as it was asked for, and what comes of it. */
  readonly patch?: ContentPatch;
  readonly requireHeld?: HeldRule;
}

/** Writes an item's whole new content, whether there was an item or not. */
export type ItemReplacer = (replacement: Replacement, options?: StoreCallOptions) => Promise<Committed>;

/**
 * Makes the operation behind `PUT` and `PATCH /items/{pk}/{sk}`. It reads first, because the image that it writes has to tell
 * which one it replaces, and then writes on the condition that this is still so.
 */
export function createItemReplacer(options: ItemReplacerOptions): ItemReplacer {
  const { store, commit } = options;
  return async ({ key, data, ttlSeconds, precondition, patch, requireHeld, ...writer }, call) => {
    const asked =
      patch === undefined
        ? ({ method: 'PUT', data, ttlSeconds } as const)
        : ({ method: 'PATCH', data: patch.asked, ttlSeconds } as const);
    const written = contentWrite(key, asked, { writer, options });
    const content = (held: ItemImage | undefined) => {
      const made = patch?.apply(held?.data);
      requireNoGrowth(made, held?.data, options.bodyLimitBytes);
      return contentOf(made);
    };
    const write = patch === undefined ? written : { ...written, content };
    const before = await store.get(key, call);
    const require = (held: ItemImage | undefined, nowMs: number) => {
      requireHeld?.(held !== undefined && isVisible(held, nowMs) ? held : undefined);
      requirePrecondition(held, precondition, nowMs);
    };
    const committed = await commit({ write, before, require, seen: seenBy(writer, key, options) }, call);
    if (patch === undefined || !committed.isReplay) return committed;
    // What a patch has left is not kept beside what came later: a repetition is told the item as it is now.
    const held = committed.isLost ? await store.get(key, call) : committed.held;
    if (held === undefined || !isVisible(held, options.clock.nowMs())) throw itemNotFound('change');
    return { ...committed, image: held };
  };
}

/** What is larger already may stay so: text has several forms in JSON, of which a body may have had a shorter one. */
function requireNoGrowth(made: JsonValue | undefined, held: JsonValue | undefined, bytesMax: number): void {
  const bytes = bytesOf(made);
  if (bytes <= bytesMax || bytes <= bytesOf(held)) return;
  throw new PlatformError(
    'item-too-large',
    `Cannot change the item: it would have ${bytes} bytes of JSON, at most ${bytesMax} are allowed`,
  );
}

const encoder = new TextEncoder();
const bytesOf = (data: JsonValue | undefined) =>
  data === undefined ? 0 : encoder.encode(JSON.stringify(data)).length;

/** What deleting items needs. */
export interface ItemRemoverOptions extends WriteOptions {
  readonly store: ItemStore;
  /** How long a deletion is remembered. */
  readonly tombstoneTtlSeconds: number;
}

/** Which item to delete. */
export interface Removal extends Writer {
  readonly key: ItemKey;
  readonly precondition: Precondition;
  readonly requireHeld?: HeldRule;
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
  const { store, commit, clock, tombstoneTtlSeconds } = options;
  return async ({ key, precondition, requireHeld, ...writer }, call) => {
    const keyed = identityOf(key, { method: 'DELETE' }, { writer, options });
    const before = await store.get(key, call);
    const asksMore = keyed !== undefined || Object.keys(precondition).length > 0;
    if (before?.deleted && !asksMore && !hasExpired(before, clock.nowMs()))
      return { image: before, held: before, isReplay: false };
    const life = { ttlSeconds: tombstoneTtlSeconds, defaultTtlSeconds: tombstoneTtlSeconds };
    const write = { key, content: 'tombstone' as const, ...life, ...(keyed && { keyed }) };
    const require = (held: ItemImage | undefined, nowMs: number) => {
      requireHeld?.(held !== undefined && isVisible(held, nowMs) ? held : undefined);
      requirePrecondition(held, precondition, nowMs);
      if (held === undefined || hasExpired(held, nowMs)) throw itemNotFound('delete');
    };
    return commit({ write, before, require, seen: seenBy(writer, key, options) }, call);
  };
}

/** What a caller wants an item to hold, and for how long from now on; `null`: for ever. */
interface Content {
  readonly data?: JsonValue | undefined;
  readonly ttlSeconds?: number | null | undefined;
}

interface WriteOf<T extends WriteOptions> {
  readonly writer: Writer;
  readonly options: T;
}

/**
 * Makes the write that gives an item its whole content. What identifies it under an idempotency key is what the caller
 * said, not what the stage adds: the default life may change between a request and its repetition.
 */
function contentWrite(
  key: ItemKey,
  { method, data, ttlSeconds }: Content & { readonly method: 'POST' | 'PUT' | 'PATCH' },
  { writer, options }: WriteOf<WriteOptions & { readonly defaultTtlSeconds: number | null }>,
): ImageWrite {
  const content = contentOf(data);
  const life = ttlSeconds === undefined ? {} : { ttlSeconds };
  const keyed = identityOf(key, { method, ...content, ...life }, { writer, options });
  const { defaultTtlSeconds } = options;
  return { key, content, ...life, defaultTtlSeconds, ...(keyed && { keyed }) };
}

function contentOf(data: JsonValue | undefined): { readonly data?: JsonValue } {
  return data === undefined ? {} : { data };
}

/** @throws PlatformError `idempotency-key-out-of-window` */
function identityOf(
  key: ItemKey,
  request: KeyedRequest,
  { writer, options }: WriteOf<WriteOptions>,
): KeyIdentity | undefined {
  const given = callerKeyOf(writer);
  if (given === undefined) return undefined;
  const { clock, sha256, idempotencyTtlSeconds: windowSeconds } = options;
  const admitted = admitKey(given.idempotencyKey, { nowMs: clock.nowMs(), windowSeconds });
  return keyIdentity(key, given, { request, admitted, sha256 });
}

function callerKeyOf({ idempotencyKey, caller }: Writer): CallerKey | undefined {
  return idempotencyKey === undefined ? undefined : { idempotencyKey, caller };
}

function seenBy({ session = [] }: Writer, key: ItemKey, { sha256 }: WriteOptions) {
  return sightingOf(session, key, sha256);
}
