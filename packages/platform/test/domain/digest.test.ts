import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/contract/json-value.ts';
import { canonicalJson, numberOf } from '../../src/domain/digest.ts';

const json = fc
  .jsonValue({ noUnicodeString: false })
  .map((value): JsonValue => JSON.parse(JSON.stringify(value)));

function turnedRound(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(turnedRound);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]): [string, JsonValue] => [
    name,
    turnedRound(member),
  ]);
  return Object.fromEntries(members.reverse());
}

describe('canonicalJson()', () => {
  it('is JSON of the same value, whatever the order of members', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toStrictEqual(value);
        expect(canonicalJson(turnedRound(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('tells different values apart', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const isSame = canonicalJson(a) === canonicalJson(b);
        expect(isSame).toBe(isDeepStrictEqual(a, b));
      }),
    );
    expect(canonicalJson(undefined)).toBe('null');
  });
});

describe('numberOf()', () => {
  it('gives a whole number from 1 to 2^48, by the first 48 bits', () => {
    expect(numberOf('0'.repeat(64))).toBe(1);
    expect(numberOf('f'.repeat(64))).toBe(2 ** 48);
    expect(numberOf(`00000000000a${'f'.repeat(52)}`)).toBe(11);
  });
});
