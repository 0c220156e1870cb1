import { limits } from './limits.ts';

/** Visible ASCII: what every proxy passes on unchanged. */
const keyPattern = /^[\x21-\x7e]+$/;

/** A string of structured fields (RFC 9651, section 3.3.3): in quotes, with a backslash before quotes and backslashes. */
const quotedPattern = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/** What an idempotency key must be, to be said after its name. */
export const idempotencyKeyRule = `must have 1 to ${limits.idempotencyKeyCharactersMax} visible ASCII characters, bare or as a quoted string`;

/**
 * Reads the text of an `Idempotency-Key` header: `"abc"`, as draft-ietf-httpapi-idempotency-key-header writes it, is the same
 * key as `abc`, as many clients do.
 *
 * @returns the bare key; undefined when the text is none of 1 to 255 visible ASCII characters
 */
export function parseIdempotencyKey(text: string): string | undefined {
  // Measured first, as every character may have a backslash before it.
  if (text.length > 2 * limits.idempotencyKeyCharactersMax + 2) return undefined;
  const key = text.startsWith('"') ? quotedPattern.exec(text)?.[1]?.replace(/\\(.)/g, '$1') : text;
  const isKey = key !== undefined && key.length <= limits.idempotencyKeyCharactersMax && keyPattern.test(key);
  return isKey ? key : undefined;
}
