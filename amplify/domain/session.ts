import type { ItemKey } from '../contract/item.ts';
import { limits } from '../contract/limits.ts';
import { canonicalJson, type Sha256 } from './digest.ts';
import { historyMax, type ItemImage } from './item-image.ts';
import { PlatformError } from './platform-error.ts';

/** What a session has seen last of one item. */
export interface Sighting {
  /** Digest of the item's keys, 16 hexadecimal digits. */
  readonly item: string;
  /** Region that wrote what was seen. */
  readonly region: string;
  readonly dot: number;
  /** That region's count in the version that was seen. */
  readonly count: number;
  readonly updatedAtMs: number;
  /** Until when the sighting binds, in seconds since 1970: what was seen may have expired by then. */
  readonly until: number;
}

/** What a session has seen, the latest first, each item once. */
export type Session = readonly Sighting[];

/** First characters of every token: the version of its format. */
const prefix = '1~';
const sightingPattern =
  /^([0-9a-f]{16})\.([a-z0-9-]{1,32})\.([0-9a-z]{1,11})\.([0-9a-z]{0,11})\.([0-9a-z]{1,9})\.([0-9a-z]{1,8})$/;

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
export function noteSighting(
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
export function noteReplay(
  session: Session,
  held: ItemImage,
  options: { item: string; nowMs: number; holdSeconds: number },
): Session {
  const seen = session.find(({ item }) => item === options.item);
  const isBehind = seen !== undefined && standingOf(held, seen) === 'without';
  return isBehind ? session : noteSighting(session, held, options);
}

/** How an image stands to what a session has seen. */
export type Standing =
  /** It is what was seen, or was made from it. */
  | 'current'
  /** It was made from it, unless the write that was seen was lost long ago: the conflict log can tell. */
  | 'presumably-current'
  /** It is older, or comes from elsewhere. */
  | 'without';

/** Tells how an image stands to a sighting of the same item. */
export function standingOf(image: ItemImage | undefined, { dot, region, count }: Sighting): Standing {
  if (image === undefined) return 'without';
  if (image.dot === dot || image.history.includes(dot)) return 'current';
  const mayBeForgotten = image.history.length === historyMax && (image.version[region] ?? 0) >= count;
  return mayBeForgotten ? 'presumably-current' : 'without';
}

/** Writes a session as a token: text that is legal in a header, unchanged by anything but a write or a read. */
export function encodeSession(session: Session): string {
  return prefix + session.map(encodeSighting).join('~');
}

function encodeSighting({ item, region, dot, count, updatedAtMs, until }: Sighting): string {
  const countText = count === dot ? '' : count.toString(36);
  return [item, region, dot.toString(36), countText, updatedAtMs.toString(36), until.toString(36)].join('.');
}

/**
 * Reads a session out of a token. It is no secret and carries no right: a forged one makes nobody wait but its maker.
 *
 * @throws PlatformError `invalid-session` when the token is damaged, too long, or names a region that is none of
 * `regions`.
 */
export function decodeSession(token: string, regions: readonly string[]): Session {
  const sightings = token.length <= limits.sessionCharactersMax ? readSightings(token, regions) : undefined;
  if (sightings !== undefined && encodeSession(sightings) === token) return sightings;
  throw new PlatformError('invalid-session', 'Cannot follow the session: its token is damaged');
}

function readSightings(token: string, regions: readonly string[]): Session | undefined {
  if (!token.startsWith(prefix)) return undefined;
  const parts = token.slice(prefix.length).split('~');
  const sightings = parts.map((part) => readSighting(part, regions)).filter((each) => each !== undefined);
  const items = new Set(sightings.map(({ item }) => item));
  const isWhole =
    sightings.length === parts.length &&
    items.size === parts.length &&
    parts.length <= limits.sessionItemsMax;
  return isWhole ? sightings : undefined;
}

function readSighting(text: string, regions: readonly string[]): Sighting | undefined {
  const [matched, item = '', region = '', dotText = '', countText = '', updatedText = '', untilText = ''] =
    sightingPattern.exec(text) ?? [];
  const dot = Number.parseInt(dotText, 36);
  const count = countText === '' ? dot : Number.parseInt(countText, 36);
  const updatedAtMs = Number.parseInt(updatedText, 36);
  const until = Number.parseInt(untilText, 36);
  const isSound =
    matched !== undefined &&
    regions.includes(region) &&
    [dot, count, updatedAtMs, until].every((each) => Number.isSafeInteger(each));
  return isSound ? { item, region, dot, count, updatedAtMs, until } : undefined;
}
