import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameSecret, randomInteger, sha256 } from '../../src/functions/runtime.ts';

describe('sha256()', () => {
  // FIPS 180-4's own example, and one beyond ASCII.
  it.each([
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['é', '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c'],
  ])('digests %j as UTF-8', (text, digest) => {
    expect(sha256(text)).toBe(digest);
  });
});

describe('randomInteger()', () => {
  it.each([1, 2, 320, 2 ** 28, 2 ** 48 - 1])('stays below %d', (limit) => {
    const drawn = Array.from({ length: 200 }, () => randomInteger(limit));
    expect(drawn.every((each) => Number.isInteger(each) && each >= 0 && each < limit)).toBe(true);
    // Of 2^28 values two hundred draws repeat one in ten thousand times, and hardly ever most.
    expect(new Set(drawn).size).toBeGreaterThanOrEqual(limit >= 2 ** 28 ? 190 : 1);
  });
});

describe('isSameSecret()', () => {
  it('holds for equal texts and for no others, of whatever length', () => {
    const text = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(isSameSecret(one, one)).toBe(true);
        expect(isSameSecret(one, other)).toBe(one === other);
        expect(isSameSecret(one, `${one}x`)).toBe(false);
      }),
    );
  });
});
