import { limits } from './limits.ts';

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

/** What every token looks like. A regular expression of JSON Schema, which not all that it matches is a token of. */
export const sessionTokenPattern = '^1~[0-9a-z.~-]+$';

/** Writes a session as a token: text that is legal in a header, unchanged by anything but a write or a read. */
export function encodeSession(session: Session): string {
  return prefix + session.map(encodeSighting).join('~');
}

function encodeSighting({ item, region, dot, count, updatedAtMs, until }: Sighting): string {
  const countText = count === dot ? '' : count.toString(36);
  return [item, region, dot.toString(36), countText, updatedAtMs.toString(36), until.toString(36)].join('.');
}

/** Reads a session out of a token; undefined when the token is damaged or too long. */
export function readSessionToken(token: string): Session | undefined {
  if (token.length > limits.sessionCharactersMax || !token.startsWith(prefix)) return undefined;
  const parts = token.slice(prefix.length).split('~');
  const sightings = parts.map(readSighting).filter((each) => each !== undefined);
  const items = new Set(sightings.map(({ item }) => item));
  const isWhole =
    sightings.length === parts.length &&
    items.size === parts.length &&
    parts.length <= limits.sessionItemsMax;
  // Only the very text that was given out is taken back.
  return isWhole && encodeSession(sightings) === token ? sightings : undefined;
}

function readSighting(text: string): Sighting | undefined {
  const [matched, item = '', region = '', dotText = '', countText = '', updatedText = '', untilText = ''] =
    sightingPattern.exec(text) ?? [];
  const dot = Number.parseInt(dotText, 36);
  const count = countText === '' ? dot : Number.parseInt(countText, 36);
  const updatedAtMs = Number.parseInt(updatedText, 36);
  const until = Number.parseInt(untilText, 36);
  const isSound =
    matched !== undefined && [dot, count, updatedAtMs, until].every((each) => Number.isSafeInteger(each));
  return isSound ? { item, region, dot, count, updatedAtMs, until } : undefined;
}

/** The tokens of a caller between whose request and answer others of its requests were answered. */
export interface SessionTokens {
  /** What the caller holds now; undefined as long as nothing was seen. */
  readonly held: string | undefined;
  /** What came with the answer. */
  readonly noted: string;
  /** What went with the request; undefined when nothing did. */
  readonly sent?: string | undefined;
}

/**
 * Joins what a caller holds with what an answer brought, item by item, so that requests under way together do not forget
 * what each other has seen:
 *
 * ```
 * request 1   sent: nothing ------------- answered: item a
 * request 2     sent: nothing ------ answered: item b
 *                                   held: b        held: a and b
 * ```
 *
 * Whoever changed an item since the request was sent is right about it; where both did, the later write is, by the clocks
 * of the regions that wrote. A damaged token adds nothing.
 */
export function mergeSessionTokens({ held, noted, sent }: SessionTokens): string | undefined {
  const brought = readSessionToken(noted);
  if (brought === undefined) return held;
  const known = held === undefined ? undefined : readSessionToken(held);
  if (known === undefined) return noted;
  const before = byItem((sent === undefined ? undefined : readSessionToken(sent)) ?? []);
  const present = byItem(known);
  const joined = brought.map((seen) =>
    laterOf(seen, { present: present.get(seen.item), before: before.get(seen.item) }),
  );
  const items = new Set(joined.map(({ item }) => item));
  // The answer's items stand first: they were seen last, and are forgotten last.
  const others = known.filter(({ item }) => !items.has(item));
  return encodeSession([...joined, ...others].slice(0, limits.sessionItemsMax));
}

function byItem(session: Session): ReadonlyMap<string, Sighting> {
  return new Map(session.map((sighting) => [sighting.item, sighting]));
}

function laterOf(
  seen: Sighting,
  { present, before }: { present: Sighting | undefined; before: Sighting | undefined },
): Sighting {
  if (present === undefined || isSame(present, before)) return seen;
  if (isSame(seen, before)) return present;
  return present.updatedAtMs > seen.updatedAtMs ? present : seen;
}

function isSame(a: Sighting, b: Sighting | undefined): boolean {
  return b !== undefined && a.region === b.region && a.dot === b.dot && a.count === b.count;
}
