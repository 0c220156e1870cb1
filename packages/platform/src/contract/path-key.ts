/**
 * A key in a path: its bytes outside of `A-Z a-z 0-9 - . _` as `~` and two hex digits. Percent-encoding would not do: an HTTP API
 * decodes a path before it looks for a route, so that `/items/acme%2Feu` asks for the item `eu` of `acme`.
 */

/** What a key in a path looks like. A regular expression of JSON Schema. */
export const pathKeyPattern = '^(?:[A-Za-z0-9._-]|~[0-9A-Fa-f]{2})+$';

/** Characters that one character of a key takes at most: four bytes of UTF-8, three characters each. */
export const pathKeyCharactersPerCharacter = 12;

/**
 * Writes a key as one segment of a path: `acme/eu` as `acme~2Feu`.
 *
 * @throws {URIError} for a key with half a character
 */
export function encodePathKey(key: string): string {
  // URLs resolve these two segments away, percent-encoded or not: https://url.spec.whatwg.org/#double-dot-path-segment
  if (key === '.' || key === '..') return '~2E'.repeat(key.length);
  return encodeURIComponent(key)
    .replace(/[~!'()*]/g, percentEncoded)
    .replaceAll('%', '~');
}

/**
 * Reads a key out of a segment whose percent-encoding is decoded, so that other characters than those of the pattern stand
 * for themselves.
 *
 * @returns undefined for a `~` without two hex digits, and for bytes that are no UTF-8
 */
export function decodePathKey(segment: string): string | undefined {
  if (/~(?![0-9A-Fa-f]{2})/.test(segment)) return undefined;
  try {
    return segment.replace(/(?:~[0-9A-Fa-f]{2})+/g, (bytes) =>
      decodeURIComponent(bytes.replaceAll('~', '%')),
    );
  } catch {
    // No UTF-8: that is all there is to know.
    return undefined;
  }
}

/** What `encodeURIComponent` leaves alone. */
function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
