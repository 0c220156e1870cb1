import type { Item, ItemKey } from '../contract/item.ts';
import type { JsonValue } from '../contract/json-value.ts';
import type { RandomInteger } from './clock.ts';
import type { KeyedWrite, KeyIdentity } from './keyed-write.ts';
import { incrementVersion, type VersionVector } from './version-vector.ts';

/** Ancestors that an image names. A shorter history is complete: it goes back to the first write. */
export const historyMax = 32;

/** Dots are spread over 2^48: two writes of one item hardly ever have the same. */
const dotMax = 2 ** 48 - 1;

/** Keyed writes that an image remembers: the first one, which may have made it, and those of the latest other keys. */
export const keyedWritesMax = 8;

/**
 * An item as the table keeps it: what callers see, and where it comes from. Every write is made on the image that
 * its region holds, so an image's history is a chain; last-writer-wins may drop the end of a chain, never join two.
 */
export interface ItemImage extends ItemKey {
  /** When its present life began: its first write, or the first after it was deleted or had expired. ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When it expires, in seconds since 1970; absent: never. For a tombstone: when the deletion is forgotten. */
  readonly ttl?: number;
  /** Region of the last write. */
  readonly region: string;
  readonly version: VersionVector;
  /**
   * Names the last write (a "dot": Preguiça et al., "Dotted Version Vectors", 2012): a random number, or, for a write
   * with an idempotency key, one that the same write has in every region.
   */
  readonly dot: number;
  /** Dots of the writes before it, the oldest first, at most {@link historyMax}. */
  readonly history: readonly number[];
  /** How far back the history is known to reach; absent where it is complete, or nearly so. */
  readonly reach?: HistoryReach;
  /** Whether it is a tombstone: the item was deleted, and the deletion has to win over older writes. */
  readonly deleted: boolean;
  readonly data?: JsonValue;
  /** Writes with idempotency keys whose window is not over, the oldest first, at most {@link keyedWritesMax}. */
  readonly keyedWrites: readonly KeyedWrite[];
  /** The latest of the keys that had to make room in {@link ItemImage.keyedWrites}; absent when none is in its window. */
  readonly forgotten?: ForgottenKey;
}

/**
 * Versions that an image had at two of the writes before it, half a history apart: whatever was written after the first
 * of them is in the history. It tells a write that was never part of the image from one that is too long ago.
 */
export interface HistoryReach {
  readonly since: VersionVector;
  readonly next: VersionVector;
  /** Writes since the second of them, below half a history. */
  readonly age: number;
}

/** The latest key that an image remembers no more: one that is not newer may be a repetition. */
export interface ForgottenKey {
  /** The key's time, in milliseconds since 1970. */
  readonly keyMs: number;
  /** End of its window, in seconds since 1970. */
  readonly until: number;
}

/** What an item holds. */
export interface ItemContent {
  readonly data?: JsonValue;
}

/** A write that is about to be made. */
export interface ImageWrite {
  readonly key: ItemKey;
  /** What the image will be: an item with this content, which may depend on what the region holds, or a tombstone. */
  readonly content: ItemContent | ((held: ItemImage | undefined) => ItemContent) | 'tombstone';
  /**
   * How long it lives from now on, in seconds; `null`: for ever. Absent: as long as the item that it replaces, or, where
   * there is none, {@link ImageWrite.defaultTtlSeconds}.
   */
  readonly ttlSeconds?: number | null;
  /** Life of a new item whose writer says nothing, in seconds; `null`: for ever. */
  readonly defaultTtlSeconds: number | null;
  /** The idempotency key, if the caller gave one. */
  readonly keyed?: KeyIdentity;
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
  const { key, keyed } = write;
  const content = contentOf(write, before);
  const { region, nowMs, random } = context;
  const updatedAt = new Date(nowMs).toISOString();
  const version = nextVersion(before, write, context);
  const isAlive = before !== undefined && isVisible(before, nowMs);
  const ttl = nextTtl(isAlive ? before : undefined, write, nowMs);
  const image = {
    pk: key.pk,
    sk: key.sk,
    createdAt: isAlive ? before.createdAt : updatedAt,
    updatedAt,
    ...(ttl === undefined ? {} : { ttl }),
    region,
    version,
    dot: keyed?.dot ?? 1 + random(dotMax),
    history: before === undefined ? [] : [...before.history, before.dot].slice(-historyMax),
    deleted: content === 'tombstone',
    ...(content === 'tombstone' || content.data === undefined ? {} : { data: content.data }),
  };
  const isOwnRecord = keyed === undefined || keyed.hasRecord;
  const reach = nextReach(before);
  const past = reach === undefined ? image : { ...image, reach };
  return { ...past, ...rememberKeys(before, isOwnRecord ? undefined : keyedWriteOf(keyed, image), nowMs) };
}

/** The content of a write, made on what the region holds. */
export function contentOf({ content }: ImageWrite, held: ItemImage | undefined): ItemContent | 'tombstone' {
  return typeof content === 'function' ? content(held) : content;
}

const halfHistory = historyMax / 2;

function nextReach(before: ItemImage | undefined): HistoryReach | undefined {
  if (before === undefined || before.history.length < halfHistory) return undefined;
  const { reach, version } = before;
  if (reach === undefined) return { since: {}, next: version, age: 0 };
  const age = reach.age + 1;
  return age < halfHistory ? { ...reach, age } : { since: reach.next, next: version, age: 0 };
}

/** What is remembered of a keyed write that made an image. */
export function keyedWriteOf(
  { key, request, keyMs, until }: KeyIdentity,
  image: Omit<ItemImage, 'keyedWrites' | 'forgotten'>,
): KeyedWrite {
  const { region, version, createdAt, updatedAt, ttl, dot, deleted } = image;
  return {
    key,
    request,
    ...(keyMs === undefined ? {} : { keyMs }),
    until,
    dot,
    region,
    version,
    createdAt,
    updatedAt,
    ...(ttl === undefined ? {} : { ttl }),
    deleted,
  };
}

// A write changes how long an item lives only when it says so.
function nextTtl(
  alive: ItemImage | undefined,
  { ttlSeconds, defaultTtlSeconds }: ImageWrite,
  nowMs: number,
): number | undefined {
  if (ttlSeconds === undefined && alive !== undefined) return alive.ttl;
  const seconds = ttlSeconds === undefined ? defaultTtlSeconds : ttlSeconds;
  return seconds === null ? undefined : Math.floor(nowMs / 1000) + seconds;
}

/**
 * The first write of a key with an idempotency key has the same version in every region, because it is the same
 * write: two regions that make it at once have made one version, not two that conflict.
 */
function nextVersion(
  before: ItemImage | undefined,
  { keyed }: ImageWrite,
  { region, regions, nowMs, random }: WriteContext,
): VersionVector {
  if (before !== undefined || keyed === undefined)
    return incrementVersion(before?.version ?? {}, { region, nowMs, random });
  return Object.fromEntries(regions.map((each) => [each, keyed.dot]));
}

/**
 * Adds a keyed write to what an image remembers. What is over goes: its key is refused for its time. Where there is no
 * room the key of the earliest time goes, but not the first, which answers retries of the write that made the item;
 * from then on keys that are not newer than the one that went are refused, since they may be that one.
 */
function rememberKeys(
  before: ItemImage | undefined,
  record: KeyedWrite | undefined,
  nowMs: number,
): Pick<ItemImage, 'keyedWrites' | 'forgotten'> {
  const isOpen = ({ until }: { readonly until: number }) => until * 1000 > nowMs;
  const open = (before?.keyedWrites ?? []).filter(isOpen);
  const all = record === undefined ? open : [...open, record];
  const gone = all.length > keyedWritesMax ? earliest(all.slice(1, -1)) : undefined;
  const kept = before?.forgotten !== undefined && isOpen(before.forgotten) ? before.forgotten : undefined;
  const forgotten = latest(kept, gone);
  const keyedWrites = all.filter((each) => each !== gone);
  return forgotten === undefined ? { keyedWrites } : { keyedWrites, forgotten };
}

function earliest(records: readonly KeyedWrite[]): KeyedWrite | undefined {
  return records.reduce<KeyedWrite | undefined>(
    (found, each) => (found === undefined || timeOf(each) < timeOf(found) ? each : found),
    undefined,
  );
}

// A key without a time is as old as what it wrote.
function timeOf({ keyMs, updatedAt }: KeyedWrite): number {
  return keyMs ?? Date.parse(updatedAt);
}

function latest(kept: ForgottenKey | undefined, gone: KeyedWrite | undefined): ForgottenKey | undefined {
  if (gone === undefined) return kept;
  const keyMs = Math.max(kept?.keyMs ?? 0, timeOf(gone));
  return { keyMs, until: Math.max(kept?.until ?? 0, gone.until) };
}

/**
 * When the table may remove an image, in seconds since 1970; undefined: never. That is later than the end of the item's
 * life where the image still has to know idempotency keys.
 */
export function keptUntil({ ttl, keyedWrites, forgotten }: ItemImage): number | undefined {
  if (ttl === undefined) return undefined;
  return Math.max(ttl, forgotten?.until ?? 0, ...keyedWrites.map(({ until }) => until));
}

/** Tells whether an image's time was over at `atMs`. DynamoDB removes it later, within days. */
export function hasExpired({ ttl }: Pick<ItemImage, 'ttl'>, atMs: number): boolean {
  return ttl !== undefined && ttl <= Math.floor(atMs / 1000);
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
  const life = ttl === undefined ? {} : { ttl };
  return { pk, sk, createdAt, updatedAt, ...life, region, version, ...(data === undefined ? {} : { data }) };
}
