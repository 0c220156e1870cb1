import { hasExpired, historyMax, type ItemImage } from './item-image.ts';
import { compareVersions } from './version-vector.ts';

/** A change of one item in one region's replica, as its stream tells it. */
export interface ImageChange {
  readonly before: ItemImage;
  /** Absent when the item was removed. */
  readonly after?: ItemImage;
  /** When the replica made the change, in milliseconds since 1970. */
  readonly atMs: number;
}

/** The region that judges a change. */
export interface JudgeContext {
  readonly region: string;
  /** Every region of the stage. */
  readonly regions: readonly string[];
}

/**
 * Tells whether `image` includes the write that made `other`, as seen in the replica of `region` in which `image`
 * replaced it or may have.
 *
 * The dots answer exactly, up to {@link historyMax} writes back. Beyond that the versions do, with one rule more
 * than counting: while `other` was what its region held, that region made no write after it. So an image from
 * elsewhere that descends from it has the region's count unchanged. A greater one comes from a chain that the
 * region has lost earlier:
 *
 *     eu-west-1     writes {w:9} ----.   <- {c:1} wins    writes {w:5} (c:1 aside)   <- {w:9, c:2} wins
 *     eu-central-1                    '-> {w:9} and writes {w:9, c:2} much later
 *
 * Counting alone, {w:9, c:2} would pass for a descendant of {w:5}.
 */
export function includes(image: ItemImage, other: ItemImage, region: string): boolean {
  if (image.dot === other.dot || image.history.includes(other.dot)) return true;
  if (image.history.length < historyMax) return false;
  const order = compareVersions(image.version, other.version);
  if (order !== 'after' && order !== 'equal') return false;
  return image.region === region || image.version[region] === other.version[region];
}

/**
 * Finds the write that a change has lost: one that was acknowledged, was still alive, and that what replaced it
 * does not include.
 *
 * Only the region that made a write judges its loss. It has surely held it, whatever reached the others, and it
 * knows the last write of the chain: others may hold an earlier one, and would report a loss that is part of the
 * same. A region that has left the topology cannot judge any more; then everyone who held the write does.
 *
 * No loss are: the removal of an expired item; the same write made twice, under one idempotency key in two regions;
 * an item that had expired before the other was written. Of that, what is lost is at most the memory of idempotency
 * keys. Some losses are {@link isQuiet | quiet}.
 *
 * @returns the lost image, or undefined
 */
export function lostWrite(change: ImageChange, { region, regions }: JudgeContext): ItemImage | undefined {
  const { before, after, atMs } = change;
  const judgesIt = before.region === region || !regions.includes(before.region);
  if (!judgesIt) return undefined;
  if (after === undefined) return hasExpired(before, atMs) ? undefined : before;
  if (hasExpiredBefore(before, after, atMs) && before.keyedWrites.length === 0) return undefined;
  return includes(after, before, region) && !isDuplicate(after, before) ? undefined : before;
}

/**
 * Tells whether an image goes back to the same keyed write as the one that it replaced, but made on top of something
 * else: what that one was made from is then in no history any more. Where the history does not reach back so far the
 * version tells: a descendant from elsewhere has the count of the region that made the replaced image unchanged.
 */
function isDuplicate(after: ItemImage, before: ItemImage): boolean {
  if (after.region === before.region) return false;
  const known = new Set([after.dot, ...after.history]);
  return after.history.length < historyMax
    ? before.history.some((dot) => !known.has(dot))
    : after.version[before.region] !== before.version[before.region];
}

/**
 * Tells whether a loss is one that nobody has to hear of but the sessions that have seen the write, and repetitions of
 * keyed writes: nothing of it is gone that was not over, deleted or written again.
 */
export function isQuiet({ before: lost, after, atMs }: ImageChange): boolean {
  if (after === undefined) return lost.deleted;
  const isIncluded = after.dot === lost.dot || after.history.includes(lost.dot);
  return (lost.deleted && after.deleted) || isIncluded || hasExpiredBefore(lost, after, atMs);
}

// By the clock of the other's writer and by that of this replica: the writer's may be ahead, and then the item was alive.
function hasExpiredBefore(lost: ItemImage, after: ItemImage, atMs: number): boolean {
  return hasExpired(lost, Math.min(Date.parse(after.updatedAt), atMs));
}
