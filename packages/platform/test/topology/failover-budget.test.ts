import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failoverBudget } from '../../src/topology/failover-budget.ts';

const withChecks = (intervalSeconds: 10 | 30, failureThreshold: number) =>
  failoverBudget({ healthCheck: { intervalSeconds, failureThreshold } });

describe('failoverBudget', () => {
  test('failoverBudget() is interval times threshold and the minute for which DNS answers are kept', () => {
    expect(withChecks(30, 3)).toEqual({ detectionSeconds: 90, ttlSeconds: 60, totalSeconds: 150 });
    expect(withChecks(10, 3)).toEqual({ detectionSeconds: 30, ttlSeconds: 60, totalSeconds: 90 });
    expect(withChecks(10, 2)).toEqual({ detectionSeconds: 20, ttlSeconds: 60, totalSeconds: 80 });
  });

  test('failoverBudget() is the sum of its parts and grows with interval and threshold', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), (threshold) => {
        for (const interval of [10, 30] as const) {
          const { detectionSeconds, ttlSeconds, totalSeconds } = withChecks(interval, threshold);
          expect(totalSeconds).toBe(detectionSeconds + ttlSeconds);
          expect(withChecks(interval, threshold + 1).totalSeconds - totalSeconds).toBe(interval);
        }
        expect(withChecks(30, threshold).detectionSeconds).toBe(
          3 * withChecks(10, threshold).detectionSeconds,
        );
      }),
    );
  });
});
