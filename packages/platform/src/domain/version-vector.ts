import type { RandomInteger } from './clock.ts';

/**
 * How far each region's writes to one item have come (Parker et al., "Detection of Mutual Inconsistency in
 * Distributed Systems", 1983). A region that is absent has made none; a count is a positive safe integer.
 */
export type VersionVector = Readonly<Record<string, number>>;

/** How one version stands to another: the same, an ancestor, a descendant, or neither. */
export type VersionOrder = 'equal' | 'before' | 'after' | 'concurrent';

/** Most regions of a version, and the longest region name, that are looked at. */
const regionsMax = 16;
const regionPattern = /^[a-z]{2,4}(-[a-z]{2,12}){1,3}-\d{1,2}$/;
const countPattern = /^[1-9]\d{0,15}$/;

/** A count is a time in microseconds; below the millisecond, which is all that clocks tell, it is random. */
const countsPerMs = 1_000;

/** By how much a count grows at most where it is ahead of the clock: 65 ms, so that it is hardly ever given twice. */
const stepMax = 2 ** 16;

/**
 * Gives a region's next version of an item: its count becomes the time, or grows by a random step where the region's
 * clock stands behind it.
 *
 * Counts of a region are unique for the item also where the region has no memory of its earlier ones, which is the
 * rule under last-writer-wins:
 *
 *     eu-west-1     writes {w:7}          <- {c:4} wins, {w:7} is gone     writes {c:4, w:?}
 *     eu-central-1          writes {c:4}
 *
 * Were `?` 7 again, then {c:4, w:7} would pass for a descendant of the lost {w:7} wherever that is still held. Both
 * would have to be made in one millisecond, or both behind the count, and be equal at random. The same goes for an item
 * that expired, or whose tombstone did, and is written again.
 *
 * Counts do not run out: they grow as time does, and time has until the year 2255. Where one is at the end all the
 * same (versions of 0.1 grew by steps of up to 2^28) the version begins again at the time.
 */
export function incrementVersion(
  version: VersionVector,
  { region, nowMs, random }: { region: string; nowMs: number; random: RandomInteger },
): VersionVector {
  const time = nowMs * countsPerMs + random(countsPerMs);
  const count = version[region] ?? 0;
  const next = time > count ? time : count + 1 + random(stepMax);
  return Number.isSafeInteger(next) ? { ...version, [region]: next } : { [region]: time };
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
