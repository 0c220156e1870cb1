import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  decodeVersion,
  encodeVersion,
  incrementVersion,
  type VersionVector,
} from '../../src/domain/version-vector.ts';

const region = fc.constantFrom('eu-west-1', 'eu-central-1', 'us-east-1');
const version = fc.dictionary(region, fc.integer({ min: 1, max: 2 ** 52 }), {
  minKeys: 1,
  noNullPrototype: true,
});
const timeInMs = fc.integer({ min: 0, max: 9_000_000_000_000 });
const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('incrementVersion()', () => {
  it('gives a version after the one before it, in which the region alone has moved', () => {
    fc.assert(
      fc.property(version, region, timeInMs, fraction, (before, writer, timeMs, part) => {
        const random = (limit: number) => Math.floor(part * limit);
        const next = incrementVersion(before, { region: writer, nowMs: timeMs, random });
        expect(compareVersions(next, before)).toBe('after');
        expect({ ...next, [writer]: 0 }).toStrictEqual({ ...before, [writer]: 0 });
      }),
    );
  });

  it('counts microseconds, random below the millisecond, and goes on where the clock stands behind', () => {
    const at = { region: 'eu-west-1', nowMs: 1_000 };
    expect(incrementVersion({}, { ...at, random: () => 0 })).toStrictEqual({ 'eu-west-1': 1_000_000 });
    expect(incrementVersion({}, { ...at, random: (limit) => limit - 1 })).toStrictEqual({
      'eu-west-1': 1_000_999,
    });
    expect(incrementVersion({ 'eu-west-1': 2_000_000 }, { ...at, random: () => 0 })).toStrictEqual({
      'eu-west-1': 2_000_001,
    });
  });

  it('never ends: a hundred thousand writes a millisecond, and a count of 0.1 that is used up', () => {
    const at = { region: 'eu-west-1', nowMs: 1_795_348_800_000, random: () => 0 };
    let version: VersionVector = { 'eu-central-1': 5 };
    for (let write = 0; write < 100_000; write++) version = incrementVersion(version, at);
    expect(version['eu-west-1']).toBeLessThan((at.nowMs + 101) * 1_000);
    const full = { 'eu-central-1': 5, 'eu-west-1': Number.MAX_SAFE_INTEGER };
    expect(incrementVersion(full, at)).toStrictEqual({ 'eu-west-1': at.nowMs * 1_000 });
  });
});

describe('compareVersions()', () => {
  it('is equal to itself, turns round when its arguments do, and takes an absent count for 0', () => {
    const turned = { equal: 'equal', before: 'after', after: 'before', concurrent: 'concurrent' } as const;
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(compareVersions(a, a)).toBe('equal');
        expect(compareVersions(b, a)).toBe(turned[compareVersions(a, b)]);
        expect(compareVersions({ ...a, 'ap-south-1': 1 }, a)).toBe('after');
      }),
    );
  });

  it('calls versions concurrent when each has a count that the other lacks', () => {
    expect(compareVersions({ 'eu-west-1': 2, 'us-east-1': 1 }, { 'eu-west-1': 1, 'us-east-1': 2 })).toBe(
      'concurrent',
    );
  });
});

describe('encodeVersion()', () => {
  it('writes regions in order', () => {
    expect(encodeVersion({ 'eu-west-1': 1, 'eu-central-1': 2 })).toBe('eu-central-1=2;eu-west-1=1');
  });

  it('gives the same text exactly when the versions are the same, in characters that an entity tag may hold', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(encodeVersion(Object.fromEntries(Object.entries(a).reverse()))).toBe(encodeVersion(a));
        expect(encodeVersion(a) === encodeVersion(b)).toBe(compareVersions(a, b) === 'equal');
        expect(encodeVersion(a)).toMatch(/^[\x21\x23-\x7e]+$/);
      }),
    );
  });
});

describe('decodeVersion()', () => {
  it('reads what was encoded', () => {
    fc.assert(
      fc.property(version, (each) => {
        expect(decodeVersion(encodeVersion(each))).toStrictEqual(each);
      }),
    );
  });

  it.each([
    '',
    'eu-west-1',
    'eu-west-1=0',
    'eu-west-1=01',
    'eu-west-1=-1',
    'eu-west-1=1.5',
    'eu-west-1=9007199254740992',
    'eu-west-1=1;eu-west-1=1',
    'eu-west-1=1;eu-central-1=1',
    'eu-west-1=1;',
    '__proto__=1',
    'constructor=1',
    Array.from({ length: 17 }, (_, index) => `eu-west-${10 + index}=1`).join(';'),
  ])('refuses %j', (text) => {
    expect(decodeVersion(text)).toBeUndefined();
  });

  it('takes back no text but what was given out, and never throws', () => {
    const near = fc.stringMatching(/^(eu-west-1|us-east-1)?=?[0-9;=.e-]{0,12}(;us-east-1=[0-9]{1,3})?$/);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), near), (text) => {
        const decoded = decodeVersion(text);
        expect(decoded === undefined ? text : encodeVersion(decoded)).toBe(text);
      }),
    );
  });
});
