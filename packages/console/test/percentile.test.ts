import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentile } from '../src/traffic/percentile.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const shares = fc.constantFrom(0.01, 0.5, 0.9, 0.95, 0.99, 1);

describe('percentile()', () => {
  it('is the least of the values that enough of them do not exceed', () =>
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 200 }), shares, (values, share) => {
        const found = percentile(values, share);
        if (found === null) throw new Error('there is a value');
        const upTo = (limit: number) => values.filter((value) => value <= limit).length;
        expect(values).toContain(found);
        expect(upTo(found)).toBeGreaterThanOrEqual(Math.ceil(share * values.length));
        for (const lesser of values.filter((value) => value < found))
          expect(upTo(lesser)).toBeLessThan(Math.ceil(share * values.length));
      }),
    ));

  it('is null when there is nothing', () => expect(percentile([], 0.5)).toBeNull());

  it('leaves the order of what it was given', () => {
    const values = [3, 1, 2];
    percentile(values, 0.5);
    expect(values).toEqual([3, 1, 2]);
  });

  it.each([0, -0.1, 1.01, Number.NaN])('refuses the share %d', (share) => {
    expect(() => percentile([1], share)).toThrow(RangeError);
  });
});
