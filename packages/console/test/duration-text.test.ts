import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agoText, durationText, forText, untilText } from '../src/ui/duration-text.ts';

const NOW = Date.parse('2026-11-23T10:00:00.000Z');
const at = (offsetMs: number) => new Date(NOW + offsetMs).toISOString();

describe('durationText()', () => {
  it.each([
    [0, '0 ms'],
    [239.6, '240 ms'],
    [999.7, '1.0 s'],
    [1_800, '1.8 s'],
    [9_949, '9.9 s'],
    [9_951, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [3_599_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [90_000_000, '1 d'],
  ])('says %d ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it('never says more than three digits before a unit when less than a day has passed', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 86_399_000, noNaN: true }), (ms) => {
        expect(durationText(ms)).toMatch(/^\d{1,3}(\.\d)? (ms|s|min|h)( \d{1,2} min)?$/);
      }),
    );
  });
});

describe('agoText()', () => {
  it('says when something was, and that it cannot when that is no moment', () => {
    expect(agoText(at(-500), NOW)).toBe('just now');
    expect(agoText(at(-42_000), NOW)).toBe('42 s ago');
    expect(agoText('soon', NOW)).toBe('unknown');
  });
});

describe('forText()', () => {
  it('counts whole seconds, as tenths would be restless', () => {
    expect(forText(at(-2_340), NOW)).toBe('for 2 s');
    expect(forText(at(+900), NOW)).toBe('for 1 s');
    expect(forText(at(-180_000), NOW)).toBe('for 3 min');
  });
});

describe('untilText()', () => {
  it('says how long is left, and now once nothing is', () => {
    expect(untilText(at(1_740_000), NOW)).toBe('in 29 min');
    expect(untilText(at(-1), NOW)).toBe('now');
    expect(untilText('never', NOW)).toBe('unknown');
  });
});
