import { type ItemImage, isVisible } from './item-image.ts';
import { PlatformError } from './platform-error.ts';
import { encodeVersion } from './version-vector.ts';

/** Any version, or the one of these entity tags, which are compared as they stand: {@link entityTagOf} made them, or nobody. */
export type TagMatch = 'any' | readonly string[];

/** The text by which callers name a version of an item: opaque to them, and the one form in which versions are compared. */
export function entityTagOf({ version }: ItemImage): string {
  return encodeVersion(version);
}

/** What must hold in this region for a write to be made (RFC 9110, section 13.1). */
export interface Precondition {
  /** The item exists and has this version. */
  readonly ifMatch?: TagMatch;
  /** The item does not exist, or does not have this version. */
  readonly ifNoneMatch?: TagMatch;
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
  const present = image !== undefined && isVisible(image, nowMs) ? entityTagOf(image) : undefined;
  const state = present === undefined ? 'this region holds none' : `its version here is ${present}`;
  if (ifMatch !== undefined && !matches(present, ifMatch)) {
    throw new PlatformError('item-changed', `Cannot write the item: ${state}, another one was required`);
  }
  if (ifNoneMatch !== undefined && matches(present, ifNoneMatch)) {
    const needed = ifNoneMatch === 'any' ? 'none may exist' : 'another one was required';
    throw new PlatformError('item-changed', `Cannot write the item: ${state}, ${needed}`);
  }
}

function matches(present: string | undefined, match: TagMatch): boolean {
  return present !== undefined && (match === 'any' || match.includes(present));
}
