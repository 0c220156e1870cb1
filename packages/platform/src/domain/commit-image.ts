import type { Sighting } from '../contract/session-token.ts';
import { isDefiniteRefusal, type SessionCheck } from './check-session.ts';
import { type Clock, pause, type RandomInteger } from './clock.ts';
import type { ConflictLog } from './conflict-log.ts';
import { canonicalJson, numberOf, type Sha256 } from './digest.ts';
import { historyMax, type ImageWrite, type ItemImage, keyedWriteOf, nextImage } from './item-image.ts';
import type { ItemStore, StoreCallOptions } from './item-store.ts';
import { keyOutOfWindow } from './key-window.ts';
import { findKeyedWrite, type KeyedWrite, type KeyIdentity } from './keyed-write.ts';
import { PlatformError } from './platform-error.ts';
import { itemDigest } from './session.ts';

/** Attempts at one write; each of them but the last was overtaken by another writer of this region. */
const attemptsMax = 8;

/** Longest wait before the second attempt; it doubles with each. */
const waitMs = 10;

/**
 * By how much a key has to be younger than what the region holds, for the conflict log not to be asked whether the key's
 * write was lost to that: clocks that are kept by NTP differ by less.
 */
const mayBeLostMs = 1_000;

/** What committing writes needs. */
export interface CommitterOptions {
  readonly store: ItemStore;
  readonly conflicts: Pick<ConflictLog, 'findDot'>;
  readonly checkSession: SessionCheck;
  readonly clock: Clock;
  readonly random: RandomInteger;
  readonly sha256: Sha256;
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
  /** What the caller's session has seen of the item. A refusal has to be true of that too. */
  readonly seen?: Sighting | undefined;
}

/** A write that was made, now or before. */
export interface Committed {
  /** The image as the write left it. */
  readonly image: ItemImage;
  /** What the region holds now: the same, or what was made of it since. Of a write that was lost: the image. */
  readonly held: ItemImage;
  /** Whether it is known to be lost, or may be: the region holds something of another origin. */
  readonly isLost?: boolean;
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
 *
 * @throws PlatformError whatever `require` refuses, `idempotency-key-reused` and `idempotency-key-out-of-window`, where
 * the region holds what the caller's session has seen; `replica-behind` where it does not: elsewhere it may be otherwise.
 */
export function createCommitter(options: CommitterOptions): Committer {
  const { store, clock, random, sha256, region, regions, checkSession } = options;
  const findEarlier = createRepetitionFinder(options);
  return async (commit, call) => {
    const { write, require, seen } = commit;
    let held = commit.before;
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      const nowMs = clock.nowMs();
      let made: ImageWrite;
      try {
        const done = await findEarlier({ write, held, isFirst: attempt === 1 }, call);
        if (done !== undefined) return { ...done, isReplay: true };
        require(held, nowMs);
        made = writeOn(write, held, sha256);
      } catch (error) {
        // Refused by what this region holds: whether that is so for the caller, what it has seen decides.
        if (isDefiniteRefusal(error)) await checkSession({ image: held, seen, pk: write.key.pk }, call);
        throw error;
      }
      const image = nextImage(held, made, { region, regions, nowMs, random });
      const outcome = await store.replace(image, held, { ...call, ...recordOf(made.keyed, image) });
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

/**
 * A write as it is made on what the region holds. Where its content depends on that, its dot does: two regions that make it
 * of the same image make the same write. Of others they make two, of which one is lost with what it was made from, and logged:
 *
 *     eu-west-1     holds {5}    makes {5, k}          <- {6, k'} wins: {5, k} is logged
 *     eu-central-1  holds {6}    makes {6, k'}
 *
 * With one dot for both, {6} would be gone without a word: {5, k} would pass for the same write.
 */
function writeOn(write: ImageWrite, held: ItemImage | undefined, sha256: Sha256): ImageWrite {
  const { content, keyed } = write;
  if (typeof content !== 'function') return write;
  const made = { ...write, content: content(held) };
  return keyed === undefined ? made : { ...made, keyed: { ...keyed, dot: dotOn(held?.dot, keyed, sha256) } };
}

function dotOn(base: number | undefined, { dot }: KeyIdentity, sha256: Sha256): number {
  return numberOf(sha256(canonicalJson(['dot', dot, base ?? 0])));
}

/** The dot of a keyed write in what a region holds, if it is there. */
function dotIn(
  held: ItemImage,
  { content, keyed }: { readonly content: ImageWrite['content']; readonly keyed: KeyIdentity },
  sha256: Sha256,
): number | undefined {
  const dots = [...held.history, held.dot];
  return dots.find((dot, at) =>
    typeof content === 'function' ? at > 0 && dot === dotOn(dots[at - 1], keyed, sha256) : dot === keyed.dot,
  );
}

function recordOf(keyed: KeyIdentity | undefined, image: ItemImage): { record?: KeyedWrite } {
  return keyed?.hasRecord ? { record: keyedWriteOf(keyed, image) } : {};
}

type Earlier = Omit<Committed, 'isReplay'>;

interface Repetition {
  readonly write: ImageWrite;
  readonly held: ItemImage | undefined;
  /** Whether nothing was asked yet but what the region holds. */
  readonly isFirst: boolean;
}

/**
 * Makes what finds the write that a key has made before: in the item's image, in the key's own record, or, where it was
 * lost to another region's write, in the conflict log.
 *
 *     eu-west-1     makes {k}: no answer     <- {c} wins: {k} stands in the conflict log
 *     eu-central-1       makes {c}                          the client repeats k: it was made, and is not made again
 *
 * @throws PlatformError `idempotency-key-reused` when the key came with another request, and
 * `idempotency-key-out-of-window` when it is not newer than one that the image has forgotten: it may be that one.
 */
function createRepetitionFinder({ store, conflicts, clock, sha256 }: CommitterOptions) {
  return async (
    { write, held, isFirst }: Repetition,
    call?: StoreCallOptions,
  ): Promise<Earlier | undefined> => {
    const { keyed, key } = write;
    if (keyed === undefined) return undefined;
    const nowMs = clock.nowMs();
    const records = keyed.hasRecord
      ? await ownRecord({ store, write: { ...write, keyed }, held, nowMs, sha256 }, call)
      : (held?.keyedWrites ?? []);
    const record = findKeyedWrite(records, keyed);
    if (record !== undefined) return earlierWrite(write, record, held);
    const { keyMs } = keyed;
    if (held === undefined || keyMs === undefined) return undefined;
    if (keyMs <= (held.forgotten?.keyMs ?? 0))
      throw keyOutOfWindow('it is not newer than keys that the item has forgotten since', nowMs);
    // A change of a part that was lost is made anew: the log has it as it was made, of something else.
    if (typeof write.content === 'function') return undefined;
    if (!isFirst || keyMs > Date.parse(held.updatedAt) + mayBeLostMs) return undefined;
    const item = itemDigest(key, sha256);
    const loss = await conflicts.findDot({ pk: key.pk, item, dot: keyed.dot, updatedAtMs: keyMs }, call);
    if (loss === undefined) return undefined;
    if (loss.dot !== keyed.dot)
      throw keyOutOfWindow('what it wrote was overwritten, and that was lost to another write', nowMs);
    const { deleted = false, ttl, data, ...lost } = loss.conflict.loser;
    const rest = { ...(ttl === undefined ? {} : { ttl }), ...(data === undefined ? {} : { data }) };
    const image = { ...lost, ...rest, deleted, dot: loss.dot, history: [], keyedWrites: [] };
    return { image, held: image, isLost: true };
  };
}

// The request is the same, so its content is; the rest is on record. What the region holds counts as seen with the
// answer, unless it is of another origin: then the write was lost, and the session has yet to be told.
function earlierWrite(
  write: ImageWrite,
  { region, version, createdAt, updatedAt, ttl, dot, deleted }: KeyedWrite,
  held: ItemImage | undefined,
): Earlier {
  const { key } = write;
  // What a change of a part has left is known as long as it is the last write.
  const kept = held?.dot === dot && held.data !== undefined ? { data: held.data } : {};
  const content = typeof write.content === 'function' ? kept : write.content;
  const data = content === 'tombstone' || content.data === undefined ? {} : { data: content.data };
  const life = ttl === undefined ? {} : { ttl };
  const made = { ...key, region, version, createdAt, updatedAt, ...life, dot, deleted, ...data };
  const image = { ...made, history: [], keyedWrites: [] };
  const isHeld = held !== undefined && mayInclude(held, dot);
  return isHeld ? { image, held } : { image, held: image, isLost: true };
}

interface RecordQuestion {
  readonly store: ItemStore;
  readonly write: ImageWrite & { readonly keyed: KeyIdentity };
  readonly held: ItemImage | undefined;
  readonly nowMs: number;
  readonly sha256: Sha256;
}

/**
 * Finds the own record of a key. It and the image travel to other regions apart, so that the image may be first:
 *
 *     eu-west-1     makes {k} and k's record
 *     eu-central-1       {k} arrives .... k is repeated: no record, but {k} tells .... the record arrives
 */
async function ownRecord(
  { store, write, held, nowMs, sha256 }: RecordQuestion,
  call?: StoreCallOptions,
): Promise<readonly KeyedWrite[]> {
  const { keyed } = write;
  const record = await store.findRecord(keyed.key, call);
  if (record !== undefined && record.until * 1000 > nowMs) return [record];
  const { until } = keyed;
  const windowMs = until * 1000 - nowMs;
  if (held === undefined || Date.parse(held.updatedAt) + windowMs <= nowMs) return [];
  const dot = dotIn(held, write, sha256);
  if (held.dot === dot) return [keyedWriteOf(keyed, held)];
  if (dot !== undefined) throw keyOutOfWindow('it made one of the latest writes of the item', nowMs);
  return [];
}

// A full history may have had it further back.
function mayInclude(image: ItemImage, dot: number): boolean {
  return image.dot === dot || image.history.includes(dot) || image.history.length === historyMax;
}
