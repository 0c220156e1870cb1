import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptyLedger,
  judgeAgreement,
  type RegionValue,
  withAcknowledged,
  withBase,
  withUncertain,
} from '../src/counters/counter-agreement.ts';

const values = (...numbers: readonly RegionValue['value'][]): RegionValue[] =>
  numbers.map((value, index) => ({ region: `region-${index}`, value }));

const parts = fc.array(fc.record({ region: fc.nat(2), by: fc.integer({ min: 1, max: 9 }) }), {
  maxLength: 20,
});

describe('judgeAgreement()', () => {
  const ledger = withAcknowledged({ ...emptyLedger, base: 10 }, 5);

  it.each([
    [[15, 15], 'exact'],
    [[15, 12], 'behind'],
    [[12, 12], 'behind'],
    [[17, 17], 'agree'],
    [[15, null], 'unreachable'],
    [[15, undefined], 'unknown'],
    [[], 'unknown'],
  ] as const)('judges %o with 15 expected as %s', (numbers, state) => {
    expect(judgeAgreement(values(...numbers), ledger)).toEqual({ state, expected: 15 });
  });

  it('does not say exact when the value before is not known', () => {
    expect(judgeAgreement(values(4, 4), emptyLedger)).toEqual({ state: 'agree', expected: null });
    expect(judgeAgreement(values(4, 5), emptyLedger).state).toBe('behind');
  });

  it('comes to exact once every region has every part, whatever the order in which it was told', () =>
    fc.assert(
      fc.property(parts, fc.nat(100), (increments, base) => {
        const known = withBase(emptyLedger, values(base, base, base));
        const told = increments.reduce((sum, { by }) => withAcknowledged(sum, by), known);
        const total = increments.reduce((sum, { by }) => sum + by, base);
        expect(judgeAgreement(values(total, total, total), told).state).toBe('exact');
        const own = (region: number) =>
          increments.reduce((sum, part) => sum + (part.region === region ? part.by : 0), base);
        const alone = values(own(0), own(1), own(2));
        if (own(0) !== total) expect(judgeAgreement(alone, told).state).toBe('behind');
      }),
    ));
});

describe('withBase()', () => {
  it('takes the value on which all agree, once, before anything was added', () => {
    expect(withBase(emptyLedger, values(7, 7)).base).toBe(7);
    expect(withBase(emptyLedger, values(7, 8)).base).toBeNull();
    expect(withBase(emptyLedger, values(7, null)).base).toBeNull();
    expect(withBase({ ...emptyLedger, base: 7 }, values(9, 9)).base).toBe(7);
    expect(withBase(withAcknowledged(emptyLedger, 1), values(9, 9)).base).toBeNull();
    expect(withBase(withUncertain(emptyLedger, 1), values(9, 9)).base).toBeNull();
  });
});
