import type { Item, ItemKey } from '../contract/item.ts';
import type { JsonValue } from '../contract/json-value.ts';
import type { RandomInteger } from './clock.ts';
import type { KeyedWrite } from './keyed-write.ts';
import { incrementVersion, type VersionVector } from './version-vector.ts';

/** Ancestors that an image names. A shorter history is complete: it goes back to the first write. */
export const historyMax = 32;

/** Keyed writes that an image remembers: the first one, which may have made it, and the latest others. */
export const keyedWritesMax = 8;

/**
 * An item as the table keeps it: what callers see, and where it comes from. Every write is made on the image that
 * its region holds, so an image's history is a chain; last-writer-wins may drop the end of a chain, never join two.
 */
export interface ItemImage extends ItemKey {
  /** When its present life began: its first write, or the first after it was deleted or had expired. ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When it expires, in seconds since 1970. For a tombstone: when the deletion is forgotten. */
  readonly ttl: number;
  /** Region of the last write. */
  readonly region: string;
  readonly version: VersionVector;
  /**
   * Names the last write (a "dot": Preguiça et al., "Dotted Version Vectors", 2012): the writing region's count, or,
   * for a write with an idempotency key, a number that the same write has in every region.
   */
  readonly dot: number;
  /** Dots of the writes before it, the oldest first, at most {@link historyMax}. */
  readonly history: readonly number[];
  /** Whether it is a tombstone: the item was deleted, and the deletion has to win over older writes. */
  readonly deleted: boolean;
  readonly data?: JsonValue;
  /** Writes with idempotency keys, the oldest first, at most {@link keyedWritesMax}. */
  readonly keyedWrites: readonly KeyedWrite[];
}

/** A write that is about to be made. */
export interface ImageWrite {
  readonly key: ItemKey;
  /** What the image will be: an item with this content, or a tombstone. */
  readonly content: { readonly data?: JsonValue } | 'tombstone';
  readonly ttlSeconds: number;
  /** The idempotency key, if the caller gave one. */
  readonly keyed?: { readonly key: string; readonly request: string; readonly dot: number };
}

/** Where and when a write is made. */
export interface WriteContext {
  readonly region: string;
  /** Every region of the stage. */
  readonly regions: readonly string[];
  readonly nowMs: number;
  readonly random: RandomInteger;
}

/**
 * Makes the image that a write leaves on top of `before`, or where there was nothing. It continues the version of
 * whatever lies there, of a tombstone and of an expired item too: both may still exist in another region, and would
 * come back if the new image did not descend from them.
 */
export function nextImage(
  before: ItemImage | undefined,
  write: ImageWrite,
  context: WriteContext,
): ItemImage {
  const { key, content, ttlSeconds, keyed } = write;
  const { region, nowMs } = context;
  const updatedAt = new Date(nowMs).toISOString();
  const version = nextVersion(before, write, context);
  const isAlive = before !== undefined && !before.deleted && !hasExpired(before, nowMs);
  const image = {
    pk: key.pk,
    sk: key.sk,
    createdAt: isAlive ? before.createdAt : updatedAt,
    updatedAt,
    ttl: Math.floor(nowMs / 1000) + ttlSeconds,
    region,
    version,
    dot: keyed?.dot ?? version[region] ?? 0,
    history: before === undefined ? [] : [...before.history, before.dot].slice(-historyMax),
    deleted: content === 'tombstone',
    ...(content === 'tombstone' || content.data === undefined ? {} : { data: content.data }),
  };
  const kept = before === undefined || hasExpired(before, nowMs) ? [] : before.keyedWrites;
  if (keyed === undefined) return { ...image, keyedWrites: kept };
  const { createdAt, ttl, dot, deleted } = image;
  const record = { ...keyed, region, version, createdAt, updatedAt, ttl, dot, deleted };
  return { ...image, keyedWrites: remember(kept, record) };
}

/**
 * The first write of a key with an idempotency key has the same version in every region, because it is the same
 * write: two regions that make it at once have made one version, not two that conflict.
 */
function nextVersion(
  before: ItemImage | undefined,
  { keyed }: ImageWrite,
  context: WriteContext,
): VersionVector {
  const { region, regions, random } = context;
  if (before !== undefined || keyed === undefined)
    return incrementVersion(before?.version ?? {}, region, random);
  return Object.fromEntries(regions.map((each) => [each, keyed.dot]));
}

// The first record answers retries of the write that made the item; of the others the oldest goes.
function remember(records: readonly KeyedWrite[], record: KeyedWrite): readonly KeyedWrite[] {
  const all = [...records, record];
  return all.length > keyedWritesMax ? [...all.slice(0, 1), ...all.slice(2)] : all;
}

/** Tells whether an image's time was over at `atMs`. DynamoDB removes it later, within days. */
export function hasExpired({ ttl }: Pick<ItemImage, 'ttl'>, atMs: number): boolean {
  return ttl <= Math.floor(atMs / 1000);
}

/**
 * Tells whether readers may see an image: no tombstone, and not expired. DynamoDB deletes expired items within days,
 * not at once, so every reader has to look at the time itself.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html
 */
export function isVisible(image: ItemImage, nowMs: number): boolean {
  return !image.deleted && !hasExpired(image, nowMs);
}

/** What callers see of an image. */
export function toItem(image: ItemImage): Item {
  const { pk, sk, createdAt, updatedAt, ttl, region, version, data } = image;
  return { pk, sk, createdAt, updatedAt, ttl, region, version, ...(data === undefined ? {} : { data }) };
}
