import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { niceMaximum, timeRange } from '../src/ui/line-chart.tsx';

describe('niceMaximum()', () => {
  it('is never below the value and at most two and a half times it', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (value) => {
        const maximum = niceMaximum(value);
        expect(maximum).toBeGreaterThanOrEqual(value * (1 - 1e-9));
        expect(maximum).toBeLessThanOrEqual(value * 2.5 * (1 + 1e-9));
      }),
    );
  });

  it('gives an axis to a chart without values', () => {
    expect([niceMaximum(0), niceMaximum(-1), niceMaximum(Number.NaN)]).toEqual([1, 1, 1]);
  });
});

describe('timeRange()', () => {
  it('shows the latest part when it is told how much, else all', () => {
    expect(timeRange({ min: 10, max: 100, windowSeconds: 60 })).toEqual([40, 100]);
    expect(timeRange({ min: 10, max: 100, windowSeconds: undefined })).toEqual([10, 100]);
  });

  it('has a width for one moment or none', () => {
    for (const [min, max] of [
      [5, 5],
      [null, null],
    ] as const) {
      const [start, end] = timeRange({ min, max, windowSeconds: undefined });
      expect(end).toBeGreaterThan(start);
    }
  });
});
