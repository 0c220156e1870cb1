import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenBucket } from '../../src/http-api/serving.ts';

describe('tokenBucket()', () => {
  test('lets a burst through, then one request for each token that comes in', () => {
    let nowMs = 0;
    const take = tokenBucket({ rateLimit: 10, burstLimit: 3 }, () => nowMs);
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
    nowMs += 99;
    expect(take()).toBe(false);
    nowMs += 1;
    expect([take(), take()]).toEqual([true, false]);
    nowMs += 60_000;
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
  });

  test('lets nothing through when its burst is zero', () => {
    expect(tokenBucket({ rateLimit: 100, burstLimit: 0 }, () => 0)()).toBe(false);
  });

  test('never lets through more than burst + rate × time, whatever the pattern, and a clock that steps back adds none', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: -50, max: 200 }), fc.nat(20)), { maxLength: 50 });
    const settings = fc.record({ rateLimit: fc.nat(50), burstLimit: fc.nat(50) });
    fc.assert(
      fc.property(settings, steps, ({ rateLimit, burstLimit }, pattern) => {
        let nowMs = 0;
        let elapsedMs = 0;
        let admitted = 0;
        const take = tokenBucket({ rateLimit, burstLimit }, () => nowMs);
        for (const [stepMs, tries] of pattern) {
          nowMs += stepMs;
          elapsedMs += Math.max(0, stepMs);
          for (let n = 0; n < tries; n += 1) admitted += Number(take());
        }
        expect(admitted).toBeLessThanOrEqual(burstLimit + (rateLimit * elapsedMs) / 1000 + 1e-6);
      }),
    );
  });
});
