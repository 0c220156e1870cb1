import { type ItemImage, isVisible } from './item-image.ts';
import { PlatformError } from './platform-error.ts';
import { compareVersions, encodeVersion, type VersionVector } from './version-vector.ts';

/** Any version, or one of these. */
export type VersionMatch = 'any' | readonly VersionVector[];

/** What must hold in this region for a write to be made (RFC 9110, section 13.1). */
export interface Precondition {
  /** The item exists and has this version. */
  readonly ifMatch?: VersionMatch;
  /** The item does not exist, or does not have this version. */
  readonly ifNoneMatch?: VersionMatch;
}

/**
 * Checks a precondition against what this region holds. It can say nothing about the others: under last-writer-wins
 * two regions may each accept a write made from the same version, and the conflict log then has the loser.
 *
 * @throws PlatformError `item-changed` when it does not hold.
 */
export function requirePrecondition(
  image: ItemImage | undefined,
  { ifMatch, ifNoneMatch }: Precondition,
  nowMs: number,
): void {
  const present = image !== undefined && isVisible(image, nowMs) ? image.version : undefined;
  const state =
    present === undefined ? 'this region holds none' : `its version here is ${encodeVersion(present)}`;
  if (ifMatch !== undefined && !matches(present, ifMatch)) {
    throw new PlatformError('item-changed', `Cannot write the item: ${state}, another one was required`);
  }
  if (ifNoneMatch !== undefined && matches(present, ifNoneMatch)) {
    const needed = ifNoneMatch === 'any' ? 'none may exist' : 'another one was required';
    throw new PlatformError('item-changed', `Cannot write the item: ${state}, ${needed}`);
  }
}

function matches(present: VersionVector | undefined, match: VersionMatch): boolean {
  if (present === undefined) return false;
  return match === 'any' || match.some((version) => compareVersions(version, present) === 'equal');
}
