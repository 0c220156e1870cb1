import { limits } from './limits.ts';

const charactersMax = limits.idempotencyKeyCharactersMax;

/**
 * What an `Idempotency-Key` header may be: visible ASCII, which every proxy passes on unchanged, bare or as a string of
 * structured fields (RFC 9651, section 3.3.3), in which a backslash is before quotes and backslashes. A regular expression of
 * JSON Schema.
 */
export const idempotencyKeyPattern = `^(?:[!#-~][!-~]{0,${charactersMax - 1}}|"(?:[!#-\\[\\]-~]|\\\\["\\\\]){1,${charactersMax}}")$`;

/** The same in words, to be said after its name. */
export const idempotencyKeyRule = `must have 1 to ${charactersMax} visible ASCII characters, bare or as a quoted string`;

/**
 * Reads the text of an `Idempotency-Key` header: `"abc"`, as draft-ietf-httpapi-idempotency-key-header writes it, is the same
 * key as `abc`, as many clients do.
 *
 * @returns the bare key; undefined for other text
 */
export function parseIdempotencyKey(text: string): string | undefined {
  if (!new RegExp(idempotencyKeyPattern).test(text)) return undefined;
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}
