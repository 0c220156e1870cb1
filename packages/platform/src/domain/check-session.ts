import type { Conflict } from '../contract/conflict.ts';
import type { Sighting } from '../contract/session-token.ts';
import type { Clock } from './clock.ts';
import type { ConflictLog, LoggedLoss } from './conflict-log.ts';
import type { ItemImage } from './item-image.ts';
import type { StoreCallOptions } from './item-store.ts';
import { PlatformError } from './platform-error.ts';
import { freshnessOf } from './session.ts';
import { compareVersions } from './version-vector.ts';

/** What checking sessions needs. */
export interface SessionCheckOptions {
  readonly conflicts: Pick<ConflictLog, 'find'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly region: string;
}

/** What this region holds of an item, and what the caller's session has seen of it. */
export interface SessionQuestion {
  readonly pk: string;
  readonly image: ItemImage | undefined;
  readonly seen: Sighting | undefined;
}

/**
 * Tells whether what a region holds is what a session has seen, or was made from it.
 *
 * @returns the write that the session has seen and that was lost, if that is why it is not here
 * @throws PlatformError `replica-behind` where it is neither here nor known to be lost
 */
export type SessionCheck = (
  question: SessionQuestion,
  options?: StoreCallOptions,
) => Promise<Conflict | undefined>;

/**
 * Makes the check. It looks once and never waits: time of the server is not to be had for a token that anybody can
 * write. Whoever may wait is the client, which knows its own deadline and the other regions.
 *
 *     session       writes {w:9} in eu-west-1 ........ reads in eu-central-1, having seen {w:9}
 *     eu-central-1       ... {w:9} on its way ...      holds nothing, the log has nothing: replica-behind, eu-west-1
 *     or            writes {c:4}, later: it wins       holds {c:4}, the log has the loss of {w:9}: answers, "superseded"
 */
export function createSessionCheck({ conflicts, clock, region }: SessionCheckOptions): SessionCheck {
  return async ({ pk, image, seen }, call) => {
    if (seen === undefined || seen.until <= Math.floor(clock.nowMs() / 1000)) return undefined;
    const freshness = freshnessOf(image, seen);
    if (freshness === 'current') return undefined;
    const loss = await conflicts.find({ ...seen, pk }, call);
    // The entry may be here before what took the write's place is; until then the image is older than what was seen.
    if (loss !== undefined && !isOlder(image, loss)) return loss.conflict;
    if (loss === undefined && freshness === 'presumably-current') return undefined;
    // Where the write was made nothing can be on its way but an entry of the conflict log. What is gone has expired.
    if (loss === undefined && image === undefined && seen.region === region) return undefined;
    throw replicaBehind(seen, region);
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

function replicaBehind(seen: Sighting, region: string): PlatformError {
  const state =
    seen.region === region
      ? 'the write that it has seen was lost to another one, and the conflict log does not have it yet'
      : `the write from ${seen.region} is not here yet`;
  return new PlatformError('replica-behind', `Cannot answer as the session has seen the item: ${state}`, {
    region: seen.region,
  });
}

const definiteRefusals: ReadonlySet<string> = new Set([
  'item-not-found',
  'item-changed',
  'not-the-owner',
  'unreadable-item',
  'idempotency-key-reused',
  'idempotency-key-out-of-window',
]);

/** Tells whether an error refuses a request for good, by what the region holds of the item. */
export function isDefiniteRefusal(error: unknown): boolean {
  return error instanceof PlatformError && definiteRefusals.has(error.code);
}
