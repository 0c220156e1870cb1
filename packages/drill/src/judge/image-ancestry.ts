import type { Version } from './history.ts';

/** The part of an image that tells where it stands in its item's history. */
export interface Versioned {
  /** Region that made the write. */
  readonly region: string;
  readonly version: Version;
}

/** Where an image came from, as far as versions tell. */
export interface Parents<T> {
  readonly images: readonly T[];
  /** Whether these are certainly ancestors. If not, they are all that could be. */
  readonly isCertain: boolean;
}

/**
 * Finds an image's nearest known ancestors among the images of the same item.
 *
 * A write by region R leaves every other region's count as it was and raises R's. So the ancestors made since the
 * last write of another region are those with equal counts elsewhere and a smaller one of R, and as R makes one
 * write after the other, they form one chain:
 *
 *     {w:5} <- {w:9} <- {w:9, c:3} <- {w:14, c:3}        parent of {w:14, c:3}: {w:9, c:3}
 *
 * Where none of them is known, an attempt that nobody heard of again lies in between; then anything that is not
 * newer in any count may be an ancestor, and nothing else.
 */
export function parentsOf<T extends Versioned>(
  image: T,
  candidates: readonly T[],
  regions: readonly string[],
): Parents<T> {
  if (isKeyedCreation(image, regions)) return { images: [], isCertain: true };
  const { region, version } = image;
  const older = candidates.filter((each) => each !== image && isAtMost(each.version, version));
  const chain = older.filter(
    (each) =>
      countOf(each.version, region) < countOf(version, region) &&
      regions.every((other) => other === region || countOf(each.version, other) === countOf(version, other)),
  );
  const nearest = Math.max(...chain.map((each) => countOf(each.version, region)));
  if (chain.length > 0)
    return { images: chain.filter((each) => countOf(each.version, region) === nearest), isCertain: true };
  const isFirstWrite = regions.every((other) => other === region || countOf(version, other) === 0);
  return isFirstWrite ? { images: [], isCertain: true } : { images: older, isCertain: false };
}

/**
 * The first write of an item under an idempotency key has the same version wherever it is made: one count, in every
 * region. It has no ancestors, however small the counts of others are.
 */
function isKeyedCreation({ version }: Versioned, regions: readonly string[]): boolean {
  const [first = ''] = regions;
  return (
    regions.length > 1 && regions.every((region) => countOf(version, region) === countOf(version, first))
  );
}

/** A region's count; 0 for a region that has not written. */
export function countOf(version: Version, region: string): number {
  return version[region] ?? 0;
}

function isAtMost(a: Version, b: Version): boolean {
  const isSmaller = Object.entries(a).every(([region, count]) => count <= countOf(b, region));
  return isSmaller && versionText(a) !== versionText(b);
}

/** A version as text, equal for equal versions: what the API's ETags hold between their quotes. */
export function versionText(version: Version): string {
  return Object.entries(version)
    .map(([region, count]) => `${region}=${count}`)
    .sort()
    .join(';');
}
