import type { Conflict } from '../contract/conflict.ts';
import { type ItemImage, toItem } from './item-image.ts';
import type { StoreCallOptions } from './item-store.ts';

/** Names a lost write: the same in every region that sees the loss, however often. */
export interface ConflictId {
  readonly pk: string;
  /** Digest of the item's keys. */
  readonly item: string;
  /** The lost write's dot. */
  readonly dot: number;
  /** When the lost write was made, in milliseconds since 1970; entries are listed by it. */
  readonly updatedAtMs: number;
}

/** One read of the conflict log. */
export interface ConflictQuery {
  /** Absent for the conflicts of all partition keys. */
  readonly pk?: string;
  /** Most entries to read, at least 1. */
  readonly limit: number;
  /** Where a former slice ended. */
  readonly after?: string;
}

/** What one read of the conflict log found. */
export interface ConflictSlice {
  readonly conflicts: readonly Conflict[];
  /** Where to go on; absent when nothing is left. */
  readonly next?: string;
}

/**
 * The log of lost writes, as decisions see it. Its methods throw a `PlatformError` as those of the item store do.
 */
export interface ConflictLog {
  /**
   * Enters a conflict, unless this region holds an entry of the same id.
   *
   * @returns whether it was new
   */
  record(id: ConflictId, conflict: Conflict, options?: StoreCallOptions): Promise<boolean>;
  /** Finds an entry, with everything that this region has acknowledged. */
  find(id: ConflictId, options?: StoreCallOptions): Promise<Conflict | undefined>;
  /** Reads one slice: of one partition key the latest lost write first, of all partition key by partition key. */
  list(query: ConflictQuery, options?: StoreCallOptions): Promise<ConflictSlice>;
}

/** Makes the log entry of a lost write. */
export function conflictOf(
  lost: ItemImage,
  winner: ItemImage | undefined,
  seen: { readonly atMs: number; readonly region: string; readonly ttlSeconds: number },
): Conflict {
  return {
    loser: { ...toItem(lost), ...deletedFlag(lost) },
    ...(winner === undefined ? {} : { winner: winnerOf(winner) }),
    detectedAt: new Date(seen.atMs).toISOString(),
    detectedIn: seen.region,
    ttl: Math.floor(seen.atMs / 1000) + seen.ttlSeconds,
  };
}

function winnerOf(image: ItemImage): Conflict['winner'] {
  const { region, version, updatedAt } = image;
  return { region, version: { ...version }, updatedAt, ...deletedFlag(image) };
}

function deletedFlag({ deleted }: ItemImage): { deleted?: true } {
  return deleted ? { deleted: true } : {};
}
