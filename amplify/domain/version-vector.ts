/**
 * How many writes each region has made to an item (Parker et al., "Detection of Mutual Inconsistency in
 * Distributed Systems", 1983). A region that is absent has made none; a count is a positive safe integer.
 */
export type VersionVector = Readonly<Record<string, number>>;

/** Version of an item that a region writes for the first time. */
export function firstVersion(region: string): VersionVector {
  return { [region]: 1 };
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
