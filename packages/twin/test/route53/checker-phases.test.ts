import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkerPhases, nextAsk } from '../../src/route53/checker.ts';
import { type CheckerOpinion, endpointVerdict, opinionAfter } from '../../src/route53/health-verdicts.ts';
import { seededRandom } from '../../src/seeded-random.ts';

describe('checkerPhases()', () => {
  test('lets 8 checkers notice a death within 10 % of interval × threshold, whenever it comes', () => {
    const interval = fc.constantFrom(10, 30);
    const threshold = fc.integer({ min: 3, max: 10 });
    fc.assert(
      fc.property(
        fc.integer(),
        interval,
        threshold,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, intervalSeconds, failures, at) => {
          const phases = checkerPhases(8, intervalSeconds, seededRandom(seed, 'x'));
          const diesAt = at * intervalSeconds;
          const detected = detectionSeconds(phases, { intervalSeconds, failures, diesAt });
          expect(detected / (intervalSeconds * failures)).toBeGreaterThan(0.9);
          expect(detected / (intervalSeconds * failures)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('leaves no two checkers closer to each other than four fifths of an even gap', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 16 }), (seed, count) => {
        const phases = checkerPhases(count, 1, seededRandom(seed, 'x')).sort((a, b) => a - b);
        const gaps = phases.map((phase, index) => (phases[index + 1] ?? 1 + (phases[0] ?? 0)) - phase);
        expect(Math.min(...phases)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...phases)).toBeLessThan(1);
        expect(Math.min(...gaps)).toBeGreaterThan(0.79 / count);
      }),
    );
  });
});

describe('nextAsk()', () => {
  test('is the first time of the phase that is still to come', () => {
    const time = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        time,
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (now, interval, share) => {
          const next = nextAsk(now, share * interval, interval);
          expect(next).toBeGreaterThan(now - 1e-6);
          expect(next).toBeLessThanOrEqual(Math.max(now + interval, share * interval) + 1e-6);
        },
      ),
    );
    expect(nextAsk(25, 5, 10)).toBe(35);
    expect(nextAsk(0, 5, 10)).toBe(5);
  });
});

/** Plays the checkers' asks one after the other, every one failing from the death on. */
function detectionSeconds(
  phases: readonly number[],
  { intervalSeconds, failures, diesAt }: { intervalSeconds: number; failures: number; diesAt: number },
): number {
  const opinions: CheckerOpinion[] = phases.map(() => ({ healthy: true, against: 0 }));
  const asks = phases.flatMap((phase, checker) =>
    Array.from({ length: failures + 2 }, (_, round) => ({ at: phase + round * intervalSeconds, checker })),
  );
  for (const { at, checker } of asks.filter((ask) => ask.at > diesAt).sort((a, b) => a.at - b.at)) {
    opinions[checker] = opinionAfter(opinions[checker] ?? { healthy: true, against: 0 }, false, failures);
    if (!endpointVerdict(opinions)) return at - diesAt;
  }
  throw new Error('never detected');
}
