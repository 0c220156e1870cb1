import type { RandomInteger } from './clock.ts';

/**
 * How far each region's writes to one item have come (Parker et al., "Detection of Mutual Inconsistency in
 * Distributed Systems", 1983). A region that is absent has made none; a count is a positive safe integer.
 */
export type VersionVector = Readonly<Record<string, number>>;

/** How one version stands to another: the same, an ancestor, a descendant, or neither. */
export type VersionOrder = 'equal' | 'before' | 'after' | 'concurrent';

/** First counts are spread over 2^48, so that two lives of one key hardly ever begin alike. */
const firstCountMax = 2 ** 48 - 1;

/** Later counts grow by at most 2^28: tens of millions of writes fit between the first count and 2^53. */
const stepMax = 2 ** 28;

/** Most regions of a version, and the longest region name, that are looked at. */
const regionsMax = 16;
const regionPattern = /^[a-z]{2,4}(-[a-z]{2,12}){1,3}-\d{1,2}$/;
const countPattern = /^[1-9]\d{0,15}$/;

/**
 * Gives a region's next version of an item.
 *
 * The count grows by a random step, and no clock is asked. That makes a count of a region unique for the item, even
 * where the region has no memory of its earlier ones, which is the rule under last-writer-wins:
 *
 *     eu-west-1     writes {w:7}          <- {c:4} wins, {w:7} is gone     writes {c:4, w:?}
 *     eu-central-1          writes {c:4}
 *
 * Were `?` 7 again, then {c:4, w:7} would pass for a descendant of the lost {w:7} wherever that is still held. The
 * same goes for an item that expired, or whose tombstone did, and is written anew. Two counts of a region collide
 * with a probability of 2^-28 for each pair that was made from the same version, else of 2^-48.
 *
 * @throws RangeError when the region's count is used up.
 */
export function incrementVersion(
  version: VersionVector,
  region: string,
  random: RandomInteger,
): VersionVector {
  const count = version[region];
  const next = count === undefined ? 1 + random(firstCountMax) : count + 1 + random(stepMax);
  if (Number.isSafeInteger(next)) return { ...version, [region]: next };
  throw new RangeError(
    `Cannot count another write: ${region} stands at ${count}, a safe integer is needed. Write the data under a new key`,
  );
}

/** Compares two versions count by count. */
export function compareVersions(a: VersionVector, b: VersionVector): VersionOrder {
  let isBefore = false;
  let isAfter = false;
  for (const region of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const difference = (a[region] ?? 0) - (b[region] ?? 0);
    isBefore ||= difference < 0;
    isAfter ||= difference > 0;
  }
  if (isBefore && isAfter) return 'concurrent';
  if (isBefore) return 'before';
  return isAfter ? 'after' : 'equal';
}

/**
 * Writes a version as text: equal versions give equal text, whatever the order of their members. The characters
 * used are legal inside an HTTP entity tag and need no escaping: `eu-central-1=2;eu-west-1=1`.
 */
export function encodeVersion(version: VersionVector): string {
  return Object.entries(version)
    .map(([region, count]) => `${region}=${count}`)
    .sort()
    .join(';');
}

/**
 * Reads a version that {@link encodeVersion} has written.
 *
 * @returns undefined for any other text: too many regions, no region's name, a region twice or out of order, a count
 * that is no positive safe integer.
 */
export function decodeVersion(text: string): VersionVector | undefined {
  const parts = text.split(';', regionsMax + 1);
  if (parts.length > regionsMax) return undefined;
  const version: Record<string, number> = {};
  for (const part of parts) {
    const separator = part.indexOf('=');
    const region = part.slice(0, separator);
    const digits = part.slice(separator + 1);
    const count = Number(digits);
    if (!regionPattern.test(region) || !countPattern.test(digits) || !Number.isSafeInteger(count))
      return undefined;
    version[region] = count;
  }
  // Only the very text that was given out is taken back.
  return encodeVersion(version) === text ? version : undefined;
}
