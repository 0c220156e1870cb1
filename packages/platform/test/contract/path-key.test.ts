import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodePathKey,
  encodePathKey,
  pathKeyCharactersPerCharacter,
  pathKeyPattern,
} from '../../src/contract/path-key.ts';

const key = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({
    unit: fc.constantFrom('~', '%', '/', '.', '2', 'F', 'e', '?', '#', ' ', '\ufeff'),
    minLength: 1,
  }),
);

describe('encodePathKey()', () => {
  it.each([
    ['acme/eu', 'acme~2Feu'],
    ['a-b_c.d', 'a-b_c.d'],
    ['~', '~7E'],
    ['100%', '100~25'],
    ["!'()*", '~21~27~28~29~2A'],
    ['é', '~C3~A9'],
    ['💩', '~F0~9F~92~A9'],
    ['.', '~2E'],
    ['..', '~2E~2E'],
    ['a/../b', 'a~2F..~2Fb'],
    ['//', '~2F~2F'],
  ])('writes %j as %s', (text, segment) => {
    expect(encodePathKey(text)).toBe(segment);
    expect(decodePathKey(segment)).toBe(text);
  });

  it('writes a segment that every URL parser leaves alone, and that gives the key back', () => {
    fc.assert(
      fc.property(key, (text) => {
        const segment = encodePathKey(text);
        expect(segment).toMatch(new RegExp(pathKeyPattern));
        expect(segment.length).toBeLessThanOrEqual(pathKeyCharactersPerCharacter * [...text].length);
        const { pathname } = new URL(`http://region.test/items/${segment}/x`);
        expect(decodeURIComponent(pathname).split('/')).toStrictEqual(['', 'items', segment, 'x']);
        expect(decodePathKey(segment)).toBe(text);
      }),
    );
  });

  it('throws for half a character', () => {
    expect(() => encodePathKey('\ud800')).toThrow(URIError);
  });
});

describe('decodePathKey()', () => {
  it.each([
    ['lower-case digits', 'a~2fb', 'a/b'],
    ['what was percent-encoded', 'a/b é%41+', 'a/b é%41+'],
    ['both ways beside each other', 'é~C3~A9', 'éé'],
    ['letters that need not be encoded', '~41', 'A'],
    ['a byte order mark', '~EF~BB~BFa', '\ufeffa'],
  ])('reads %s', (_case, segment, text) => {
    expect(decodePathKey(segment)).toBe(text);
  });

  it.each(['~', 'a~', '~2', '~zz', '~~41', '~2é', '~FF', '~C3', '~C3a~A9', '~C0~AF', '~ED~A0~80'])(
    'refuses %s',
    (segment) => {
      expect(decodePathKey(segment)).toBeUndefined();
    },
  );

  it('reads every text in one way or not at all', () => {
    fc.assert(
      fc.property(key, (segment) => {
        const text = decodePathKey(segment);
        if (text !== undefined) expect(decodePathKey(encodePathKey(text))).toBe(text);
      }),
    );
  });
});
