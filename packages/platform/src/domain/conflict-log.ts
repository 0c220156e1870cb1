import type { Conflict, LoggedConflict } from '../contract/conflict.ts';
import { type ItemImage, toItem } from './item-image.ts';
import type { StoreCallOptions } from './item-store.ts';
import type { Page } from './page-builder.ts';

/**
 * Names a lost write: the same in every region that sees the loss, however often. A keyed write that two regions have
 * made is one with two times; where both images are lost to a third, the log has both.
 */
export interface ConflictId {
  readonly pk: string;
  /** Digest of the item's keys. */
  readonly item: string;
  /** The lost write's dot. */
  readonly dot: number;
  /** When the lost write was made, in milliseconds since 1970; entries are listed by it. */
  readonly updatedAtMs: number;
}

/** Names a lost write, and those that went with it. */
export interface LostWriteId extends ConflictId {
  /** Dots of the writes that it was made from, as its image has them. */
  readonly history: readonly number[];
  /** Whether only sessions ask for it: it is not listed. */
  readonly isQuiet: boolean;
}

/** An entry of the log as sessions need it. */
export interface LoggedLoss {
  readonly conflict: Conflict;
  /** The lost write's dot. */
  readonly dot: number;
  /** Dots of the writes that the lost one was made from. */
  readonly history: readonly number[];
}

/** One read of the conflict log. */
export interface ConflictQuery {
  /** Absent for the conflicts of all partition keys. */
  readonly pk?: string;
  /** Most entries to read, at least 1. */
  readonly limit: number;
  /** Where a former page ended. */
  readonly after?: string;
  /** Leaves entries out; they count as read. @default - all are shown */
  readonly isVisible?: (conflict: Conflict) => boolean;
}

/** How an entry is acknowledged. */
export interface AcknowledgeOptions extends StoreCallOptions {
  /** Refuses an entry by throwing. Without it the entry is not read. */
  readonly requireOwner?: (conflict: Conflict) => void;
}

/**
 * The log of lost writes, as decisions see it. Its methods throw a `PlatformError` as those of the item store do.
 */
export interface ConflictLog {
  /**
   * Enters a conflict, unless this region holds an entry of the same id.
   *
   * @returns whether it was new
   * @throws PlatformError `foreign-item` where something else has its place
   */
  record(id: LostWriteId, conflict: LoggedConflict, options?: StoreCallOptions): Promise<boolean>;
  /**
   * Finds the entry of a write, or of one that was made from it: whoever has seen the first has lost it with the
   * last. Reads everything that this region has acknowledged.
   */
  find(id: ConflictId, options?: StoreCallOptions): Promise<LoggedLoss | undefined>;
  /** The same where it is not known when the write was made, but not before when. */
  findDot(id: ConflictId, options?: StoreCallOptions): Promise<LoggedLoss | undefined>;
  /**
   * Takes an entry off the list: from then on it is as quiet ones are. Where a region enters the same loss before it has
   * heard of that, as in a cut, and does so later by the clock, the entry is listed again:
   *
   *     eu-west-1     enters the loss ... acknowledged ----.
   *     us-east-1     - cut - sees the loss, enters it ....'-> the later record is kept, and listed
   *
   * @param id - `id` of the conflict
   * @returns whether this region holds such an entry
   * @throws PlatformError `foreign-item` where something else has its place
   */
  acknowledge(id: string, options?: AcknowledgeOptions): Promise<boolean>;
  /**
   * Reads one page, without quiet entries: of one partition key the latest lost write first, of all partition key by
   * partition key. It may be short, or empty, and still have a next one.
   */
  list(query: ConflictQuery, options?: StoreCallOptions): Promise<Page<Conflict>>;
}

/** Makes the log entry of a lost write. */
export function conflictOf(
  lost: ItemImage,
  winner: ItemImage | undefined,
  seen: { readonly atMs: number; readonly region: string; readonly ttlSeconds: number },
): LoggedConflict {
  return {
    loser: { ...toItem(lost), ...deletedFlag(lost) },
    ...(winner === undefined ? {} : { winner: winnerOf(winner) }),
    detectedAt: new Date(seen.atMs).toISOString(),
    detectedIn: seen.region,
    ttl: Math.floor(seen.atMs / 1000) + seen.ttlSeconds,
  };
}

function winnerOf(image: ItemImage): LoggedConflict['winner'] {
  const { region, version, updatedAt } = image;
  return { region, version: { ...version }, updatedAt, ...deletedFlag(image) };
}

function deletedFlag({ deleted }: ItemImage): { deleted?: true } {
  return deleted ? { deleted: true } : {};
}
