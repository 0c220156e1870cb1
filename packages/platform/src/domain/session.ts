import type { ItemKey } from '../contract/item.ts';
import { limits } from '../contract/limits.ts';
import { readSessionToken, type Session, type Sighting } from '../contract/session-token.ts';
import { canonicalJson, type Sha256 } from './digest.ts';
import { historyMax, type ItemImage } from './item-image.ts';
import { PlatformError } from './platform-error.ts';

/** Digest of an item's keys, as sessions and the conflict log name the item. */
export function itemDigest({ pk, sk }: ItemKey, sha256: Sha256): string {
  return sha256(canonicalJson(['item', pk, sk])).slice(0, 16);
}

/**
 * Adds to a session that it has seen an image. When it holds as many items as it may, it forgets the one that it
 * saw longest ago.
 *
 * @param item - {@link itemDigest} of the image
 * @param holdSeconds - longest time for which the sighting binds
 */
export function recordSighting(
  session: Session,
  image: ItemImage,
  { item, nowMs, holdSeconds }: { item: string; nowMs: number; holdSeconds: number },
): Session {
  const { region, dot, version, updatedAt, ttl = Number.POSITIVE_INFINITY } = image;
  const sighting: Sighting = {
    item,
    region,
    dot,
    count: version[region] ?? dot,
    updatedAtMs: Date.parse(updatedAt),
    until: Math.min(ttl, Math.floor(nowMs / 1000) + holdSeconds),
  };
  return [sighting, ...session.filter((each) => each.item !== item)].slice(0, limits.sessionItemsMax);
}

/**
 * Adds to a session that a write of its own, made before, was found again: in what a region holds now, or, where the
 * write was lost, as it was made. Unless what a region holds includes for certain what the session has seen since, the
 * session keeps that: it must not be forgotten, and where it was lost the session has yet to be told. Of a lost write
 * only the times tell whether it is the later one.
 */
export function recordReplay(
  session: Session,
  { held, isLost = false }: { held: ItemImage; isLost?: boolean | undefined },
  options: { item: string; nowMs: number; holdSeconds: number },
): Session {
  const seen = session.find(({ item }) => item === options.item);
  if (seen === undefined) return recordSighting(session, held, options);
  const isLater = isLost
    ? Date.parse(held.updatedAt) > seen.updatedAtMs
    : freshnessOf(held, seen) === 'current';
  return isLater ? recordSighting(session, held, options) : session;
}

/** How an image stands to what a session has seen. */
export type Freshness =
  /** It is what was seen, or was made from it. */
  | 'current'
  /** It was made from it, unless the write that was seen was lost long ago: the conflict log can tell. */
  | 'presumably-current'
  /** It is older, or comes from elsewhere. */
  | 'behind';

/** Tells how an image stands to a sighting, or to another write, of the same item. */
export function freshnessOf(
  image: ItemImage | undefined,
  { dot, region, count }: Pick<Sighting, 'dot' | 'region' | 'count'>,
): Freshness {
  if (image === undefined) return 'behind';
  if (image.dot === dot || image.history.includes(dot)) return 'current';
  // Written after what the history reaches back to, it would be in there. 0.1 did not say how far that is.
  const isWithinReach = image.reach !== undefined && count > (image.reach.since[region] ?? 0);
  const isComplete = image.history.length < historyMax;
  const mayBeForgotten = !isComplete && !isWithinReach && (image.version[region] ?? 0) >= count;
  return mayBeForgotten ? 'presumably-current' : 'behind';
}

/**
 * Reads a session out of a token. It is no secret and carries no right: a forged one gets its maker one look into the
 * conflict log. What was seen in a region that has left the stage is dropped: nobody can serve it any more.
 *
 * @throws PlatformError `invalid-session` when the token is damaged or too long.
 */
export function decodeSession(token: string, regions: readonly string[]): Session {
  const session = readSessionToken(token);
  if (session !== undefined) return session.filter(({ region }) => regions.includes(region));
  throw new PlatformError('invalid-session', 'Cannot follow the session: its token is damaged');
}

/** What a session has seen of an item. */
export function sightingOf(session: Session, key: ItemKey, sha256: Sha256): Sighting | undefined {
  if (session.length === 0) return undefined;
  const item = itemDigest(key, sha256);
  return session.find((each) => each.item === item);
}
