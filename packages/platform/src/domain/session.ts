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
  const { region, dot, version, updatedAt, ttl } = image;
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
 * Adds to a session that a write of its own, made before, was found again in what a region holds now. A region that
 * is behind the session has nothing to add: what the session has seen since must not be forgotten.
 */
export function recordReplay(
  session: Session,
  held: ItemImage,
  options: { item: string; nowMs: number; holdSeconds: number },
): Session {
  const seen = session.find(({ item }) => item === options.item);
  const isBehind = seen !== undefined && freshnessOf(held, seen) === 'behind';
  return isBehind ? session : recordSighting(session, held, options);
}

/** How an image stands to what a session has seen. */
export type Freshness =
  /** It is what was seen, or was made from it. */
  | 'current'
  /** It was made from it, unless the write that was seen was lost long ago: the conflict log can tell. */
  | 'presumably-current'
  /** It is older, or comes from elsewhere. */
  | 'behind';

/** Tells how an image stands to a sighting of the same item. */
export function freshnessOf(image: ItemImage | undefined, { dot, region, count }: Sighting): Freshness {
  if (image === undefined) return 'behind';
  if (image.dot === dot || image.history.includes(dot)) return 'current';
  const mayBeForgotten = image.history.length === historyMax && (image.version[region] ?? 0) >= count;
  return mayBeForgotten ? 'presumably-current' : 'behind';
}

/**
 * Reads a session out of a token. It is no secret and carries no right: a forged one makes nobody wait but its maker.
 *
 * @throws PlatformError `invalid-session` when the token is damaged, too long, or names a region that is none of
 * `regions`.
 */
export function decodeSession(token: string, regions: readonly string[]): Session {
  const session = readSessionToken(token);
  if (session?.every(({ region }) => regions.includes(region))) return session;
  throw new PlatformError('invalid-session', 'Cannot follow the session: its token is damaged');
}
