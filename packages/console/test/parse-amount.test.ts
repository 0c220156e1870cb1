import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAmount } from '../src/faults/use-fault.ts';

const range = { min: -60, max: 600, unit: 's' };

describe('parseAmount()', () => {
  it('takes every whole number of the range as it is written, and none beyond', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000, max: 1_000 }), (value) => {
        const isIn = value >= range.min && value <= range.max;
        expect('value' in parseAmount(` ${value} `, range)).toBe(isIn);
      }),
    );
  });

  it('takes the minus sign that this page itself writes', () => {
    expect(parseAmount('−30', range)).toEqual({ value: -30 });
  });

  it.each(['', ' ', '1.5', '1e2', '0x10', 'ten', '5 s'])('refuses %j and says what it takes', (text) => {
    expect(parseAmount(text, range)).toEqual({ error: 'A whole number from -60 to 600 s' });
  });
});
