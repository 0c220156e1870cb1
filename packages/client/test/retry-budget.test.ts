import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRetryBudget } from '../src/retry-budget.ts';

describe('createRetryBudget()', () => {
  test('withdraw() gives the reserve, then a token for every ten calls', () => {
    const budget = createRetryBudget({ ratio: 0.1, reserve: 2 });
    expect([budget.withdraw(), budget.withdraw(), budget.withdraw()]).toEqual([true, true, false]);
    for (let call = 0; call < 9; call += 1) budget.deposit();
    expect(budget.withdraw()).toBe(false);
    budget.deposit();
    expect([budget.withdraw(), budget.withdraw()]).toEqual([true, false]);
    expect(budget.balance).toBe(0);
  });

  test('deposit() adds nothing when the reserve is full', () => {
    const budget = createRetryBudget({ ratio: 0.5, reserve: 3 });
    for (let call = 0; call < 1_000; call += 1) budget.deposit();
    expect(budget.balance).toBe(3);
  });

  test('giveBack() makes room for another request, and never more than the reserve', () => {
    const budget = createRetryBudget({ ratio: 0, reserve: 2 });
    budget.giveBack();
    expect(budget.balance).toBe(2);
    expect([budget.withdraw(), budget.withdraw(), budget.withdraw()]).toEqual([true, true, false]);
    budget.giveBack();
    expect([budget.withdraw(), budget.withdraw()]).toEqual([true, false]);
  });

  test('withdraw() gives nothing when there is no reserve', () => {
    const budget = createRetryBudget({ ratio: 1, reserve: 0 });
    budget.deposit();
    expect(budget.withdraw()).toBe(false);
  });

  test.each([
    { ratio: -0.1, reserve: 1 },
    { ratio: Number.NaN, reserve: 1 },
    { ratio: 0.1, reserve: Number.POSITIVE_INFINITY },
  ])('createRetryBudget() throws when given %j', (amounts) => {
    expect(() => createRetryBudget(amounts)).toThrow(RangeError);
  });

  test('withdraw() never gives more than the reserve and the share of the calls, beside what came back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 50 }),
        fc.array(fc.constantFrom('call', 'send', 'answered'), { maxLength: 2_000 }),
        (hundredths, reserve, steps) => {
          const budget = createRetryBudget({ ratio: hundredths / 100, reserve });
          let calls = 0;
          let extra = 0;
          for (const step of steps) {
            if (step === 'call') {
              calls += 1;
              budget.deposit();
            } else if (step === 'send') {
              if (budget.withdraw()) extra += 1;
            } else if (extra > 0) {
              extra -= 1;
              budget.giveBack();
            }
            // In hundredths, as both sides are then whole numbers.
            expect(extra * 100).toBeLessThanOrEqual(reserve * 100 + hundredths * calls);
            expect(budget.balance).toBeGreaterThanOrEqual(0);
            expect(budget.balance).toBeLessThanOrEqual(reserve);
          }
        },
      ),
    );
  });
});
