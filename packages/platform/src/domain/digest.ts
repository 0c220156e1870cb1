import type { JsonValue } from '../contract/json-value.ts';

/** SHA-256 of a text in UTF-8, as 64 hexadecimal digits in lower case (FIPS 180-4). */
export type Sha256 = (text: string) => string;

/**
 * Writes a JSON value as one text, whatever the order of its members: equal values give equal text. (The idea of
 * RFC 8785, for values that `JSON.parse` made.)
 */
export function canonicalJson(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`,
  );
  return `{${members.sort().join(',')}}`;
}

/** A whole number from 1 to 2^48, out of a digest. */
export function numberOf(digest: string): number {
  return Number.parseInt(digest.slice(0, 12), 16) + 1;
}
