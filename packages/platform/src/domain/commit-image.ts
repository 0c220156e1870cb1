import { type Clock, pause, type RandomInteger } from './clock.ts';
import { hasExpired, type ImageWrite, type ItemImage, nextImage } from './item-image.ts';
import type { ItemStore, StoreCallOptions } from './item-store.ts';
import { findKeyedWrite, type KeyedWrite } from './keyed-write.ts';
import { PlatformError } from './platform-error.ts';

/** Attempts at one write; each of them but the last was overtaken by another writer of this region. */
const attemptsMax = 8;

/** Longest wait before the second attempt; it doubles with each. */
const waitMs = 10;

/** What committing writes needs. */
export interface CommitterOptions {
  readonly store: ItemStore;
  readonly clock: Clock;
  readonly random: RandomInteger;
  readonly region: string;
  readonly regions: readonly string[];
}

/** What to write, and what must hold for it. */
export interface Commit {
  readonly write: ImageWrite;
  /** What this region was last seen to hold. */
  readonly before: ItemImage | undefined;
  /** Refuses, by throwing, to write over what this region holds. Asked anew for each attempt. */
  readonly require: (held: ItemImage | undefined, nowMs: number) => void;
}

/** A write that was made, now or before. */
export interface Committed {
  /** The image as the write left it. */
  readonly image: ItemImage;
  /** What the region holds now: the same, or what was made of it since. */
  readonly held: ItemImage;
  /** Whether it had been made before, under the same idempotency key. */
  readonly isReplay: boolean;
}

/** Makes a write. */
export type Committer = (commit: Commit, options?: StoreCallOptions) => Promise<Committed>;

/**
 * Makes the one way in which items change: look at what the region holds, make the next image from it, put it there
 * if the region still holds the same, otherwise begin again with what it holds now.
 *
 *     writer 1    sees {5} ........... puts {6} if {5}: made
 *     writer 2    sees {5} .................. puts {6'} if {5}: refused, told {6} .. puts {7} if {6}: made
 *
 * So every image descends from the one before it in its region, and whatever is lost was lost between regions.
 */
export function createCommitter({ store, clock, random, region, regions }: CommitterOptions): Committer {
  return async ({ write, before, require }, call) => {
    let held = before;
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      const nowMs = clock.nowMs();
      const done = findReplay(held, write, nowMs);
      if (done !== undefined) return { ...done, isReplay: true };
      require(held, nowMs);
      const image = nextImage(held, write, { region, regions, nowMs, random });
      const outcome = await store.replace(image, held, call);
      if (outcome.replaced) return { image, held: image, isReplay: false };
      held = outcome.found;
      if (attempt > 1) await pause(clock, random(waitMs * 2 ** (attempt - 1)));
    }
    throw new PlatformError(
      'item-contended',
      `Cannot write the item: ${attemptsMax} attempts were overtaken by other writers of this region`,
    );
  };
}

// The window of a key is the life of the item that it wrote: what has expired remembers nothing.
function findReplay(
  held: ItemImage | undefined,
  write: ImageWrite,
  nowMs: number,
): Pick<Committed, 'image' | 'held'> | undefined {
  const { keyed } = write;
  if (held === undefined || keyed === undefined || hasExpired(held, nowMs)) return undefined;
  const record = findKeyedWrite(held.keyedWrites, keyed);
  return record === undefined ? undefined : { image: replayed(held, write, record), held };
}

// The request is the same, so its content is; the rest is on record.
function replayed(held: ItemImage, { content }: ImageWrite, record: KeyedWrite): ItemImage {
  const { region, version, createdAt, updatedAt, ttl, dot, deleted } = record;
  const { data: _held, ...kept } = held;
  const data = content === 'tombstone' || content.data === undefined ? {} : { data: content.data };
  return { ...kept, region, version, createdAt, updatedAt, ttl, dot, deleted, ...data };
}
