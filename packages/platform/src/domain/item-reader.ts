import type { Conflict } from '../contract/conflict.ts';
import type { ItemKey } from '../contract/item.ts';
import type { Session, Sighting } from '../contract/session-token.ts';
import { type Clock, pause } from './clock.ts';
import type { ConflictLog, LoggedLoss } from './conflict-log.ts';
import type { Sha256 } from './digest.ts';
import type { ItemImage } from './item-image.ts';
import type { ItemStore, StoreCallOptions } from './item-store.ts';
import { PlatformError } from './platform-error.ts';
import { freshnessOf, itemDigest } from './session.ts';
import { compareVersions } from './version-vector.ts';

/** What reading items needs. */
export interface ItemReaderOptions {
  readonly store: ItemStore;
  readonly conflicts: ConflictLog;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly region: string;
  /**
   * Longest wait for a write that the session has seen.
   * @default 1000
   */
  readonly sessionWaitMs?: number;
  /** Told when a read begins to wait for what its session has seen. @default - nobody is */
  readonly onWait?: () => void;
}

/** What a read found. */
export interface ItemReading {
  /** What this region holds: an item, a tombstone, or nothing. */
  readonly image: ItemImage | undefined;
  /** The write that the session has seen and that was lost. */
  readonly superseded?: Conflict;
}

/** Reads what a region holds under a key, not before what a session has seen of it. */
export type ItemReader = (key: ItemKey, session: Session, options?: StoreCallOptions) => Promise<ItemReading>;

/** Waits between two checks: short at first, since most replication takes less than a second. */
const checkAfterMs = [20, 40, 80, 160, 250] as const;

/** Checks at most: a clock that is set back must not make a caller wait for ever. */
const checksMax = 16;

/**
 * Makes the operation behind `GET /items/{pk}/{sk}`: it reads, and where the session has seen a write that the
 * image does not include, it checks again for up to `sessionWaitMs` until the write is here or the conflict log says
 * that it was lost.
 *
 *     session       writes {w:9} in eu-west-1 ............ reads in eu-central-1, having seen {w:9}
 *     eu-central-1                  ... {w:9} on its way ...  holds nothing: waits ... {w:9} arrives: answers
 *     or            writes {c:4}, later: it wins              holds {c:4}: waits ... eu-west-1 logs the loss of {w:9}:
 *                                                             answers {c:4}, "superseded"
 *
 * @throws PlatformError `replica-behind` when neither happens in that time.
 */
export function createItemReader(options: ItemReaderOptions): ItemReader {
  const { store, conflicts, clock, sha256, region, sessionWaitMs = 1_000, onWait } = options;

  const check = async (key: ItemKey, seen: Sighting | undefined, call?: StoreCallOptions) => {
    const image = await store.get(key, call);
    const freshness = seen === undefined || isOver(seen, clock) ? 'current' : freshnessOf(image, seen);
    if (seen === undefined || freshness === 'current') return { image };
    const loss = await conflicts.find({ ...seen, pk: key.pk }, call);
    if (loss === undefined) return freshness === 'presumably-current' ? { image } : undefined;
    // The entry may be here before what took the write's place is; until then the image is older than what was seen.
    return isOlder(image, loss) ? undefined : { image, superseded: loss.conflict };
  };

  return async (key, session, call) => {
    const item = session.length === 0 ? '' : itemDigest(key, sha256);
    const seen = session.find((each) => each.item === item);
    const untilMs = clock.nowMs() + sessionWaitMs;
    let waitedMs = 0;
    for (let checks = 0; ; checks++) {
      const reading = await check(key, seen, call);
      if (reading !== undefined) return reading;
      // Whichever says first that it is time: the clock, or, if that was set back, the waits themselves.
      const leftMs = Math.min(untilMs - clock.nowMs(), sessionWaitMs - waitedMs);
      const waitMs = Math.min(checkAfterMs[checks] ?? 250, leftMs);
      if (waitMs <= 0 || checks === checksMax || call?.signal?.aborted) {
        // Where the write was made only an entry of the conflict log can be on its way, and that has had its time:
        // what is gone has expired, or was removed by hand.
        if (seen?.region === region && (await store.get(key, call)) === undefined)
          return { image: undefined };
        throw replicaBehind(seen, region);
      }
      if (checks === 0) onWait?.();
      await pause(clock, waitMs);
      waitedMs += waitMs;
    }
  };
}

// One that the lost write was made from: so are its own ancestors then, and no count of it is greater. The dot alone
// would not do. A keyed write has it in each image that it made: in the one that the lost write was made from, in one
// that took its place, in one of a later life.
function isOlder(image: ItemImage | undefined, { conflict, history }: LoggedLoss): boolean {
  if (image === undefined || ![image.dot, ...image.history].every((dot) => history.includes(dot)))
    return false;
  const { loser, winner } = conflict;
  const isWinner = winner !== undefined && compareVersions(image.version, winner.version) === 'equal';
  const isBefore = compareVersions(image.version, loser.version) === 'before';
  return isBefore && !isWinner && image.createdAt <= loser.createdAt;
}

function isOver({ until }: Sighting, clock: Clock): boolean {
  return until <= Math.floor(clock.nowMs() / 1000);
}

function replicaBehind(seen: Sighting | undefined, region: string): PlatformError {
  const from = seen?.region ?? region;
  const state =
    from === region
      ? 'the write that it has seen was lost to another one, and the conflict log does not have it yet'
      : `the write from ${from} is not here yet`;
  return new PlatformError('replica-behind', `Cannot read the item as the session has seen it: ${state}`, {
    region: from,
  });
}

/**
 * The error for an item that this region does not hold, or not any more.
 *
 * @param superseded - the write that the session has seen and that was lost, if that is why
 */
export function itemNotFound(act: 'read' | 'delete', superseded?: Conflict): PlatformError {
  return new PlatformError(
    'item-not-found',
    `Cannot ${act} the item: this region holds none under these keys`,
    {
      ...(superseded === undefined ? {} : { superseded }),
    },
  );
}
