import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeVersion, firstVersion } from '../../../amplify/domain/version-vector.ts';

const version = fc.dictionary(fc.constantFrom('eu-west-1', 'eu-central-1', 'us-east-1'), fc.nat(), {
  minKeys: 1,
});

describe('firstVersion()', () => {
  it('counts one write of the region', () => {
    expect(firstVersion('eu-west-1')).toStrictEqual({ 'eu-west-1': 1 });
  });
});

describe('encodeVersion()', () => {
  it('writes regions in order', () => {
    expect(encodeVersion({ 'eu-west-1': 1, 'eu-central-1': 2 })).toBe('eu-central-1=2;eu-west-1=1');
  });

  it('gives the same text exactly when the versions are the same', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const reversed = Object.fromEntries(Object.entries(a).reverse());
        expect(encodeVersion(reversed)).toBe(encodeVersion(a));
        const isSame = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
        expect(encodeVersion(a) === encodeVersion(b)).toBe(isSame);
      }),
    );
  });

  it('uses only characters that an entity tag may hold', () => {
    fc.assert(
      fc.property(version, (each) => {
        expect(encodeVersion(each)).toMatch(/^[\x21\x23-\x7e]+$/);
      }),
    );
  });
});
