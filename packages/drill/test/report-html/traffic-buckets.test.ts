import { percentile } from '@gsp/cli-kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TrafficSample } from '../../src/drill-report.ts';
import { trafficBuckets } from '../../src/report-html/traffic-buckets.ts';
import { trafficPhases } from '../../src/report-html/traffic-phases.ts';
import { sampleScenario } from './sample-report.ts';

const durationArbitrary = fc.double({ min: 0.5, max: 20_000, noNaN: true });

function samplesWithin(durationSeconds: number): fc.Arbitrary<TrafficSample[]> {
  const sample = fc.record({
    atSeconds: fc.double({ min: 0, max: durationSeconds, noNaN: true }),
    kind: fc.constantFrom('read', 'write'),
    vantage: fc.constantFrom('dns', 'client'),
    client: fc.constant('c'),
    region: fc.constantFrom('eu-west-1', 'eu-central-1', null),
    outcome: fc.constantFrom('ok', 'slow', 'failed'),
    latencyMs: fc.double({ min: 0, max: 60_000, noNaN: true }),
    requests: fc.nat({ max: 5 }),
  } as const);
  return fc.array(sample, { maxLength: 200 });
}

const scenarios = durationArbitrary.chain((durationSeconds) =>
  samplesWithin(durationSeconds).map((samples) => ({ durationSeconds, samples })),
);

const sum = (numbers: readonly number[]) => numbers.reduce((total, count) => total + count, 0);

describe('trafficBuckets()', () => {
  test('trafficBuckets() counts every request once, in few buckets over the whole length, whatever the traffic', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { ok, slow, failed, fromSeconds, bucketSeconds } = trafficBuckets(scenario);
        expect(sum(ok) + sum(slow) + sum(failed)).toBe(scenario.samples.length);
        expect(fromSeconds.length).toBeLessThanOrEqual(151);
        expect(fromSeconds.length * bucketSeconds).toBeGreaterThanOrEqual(scenario.durationSeconds - 1e-6);
      }),
    );
  });

  test('trafficBuckets() has no latency where nothing was answered', () => {
    const { fromSeconds, p50Ms, p99Ms, failed } = trafficBuckets(sampleScenario());
    const dead = fromSeconds.indexOf(100);
    expect(failed[dead]).toBe(20);
    expect([p50Ms[dead], p99Ms[dead]]).toEqual([null, null]);
  });
});

describe('percentile()', () => {
  test('percentile() is the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([1, 50, 99, 100].map((percent) => percentile(hundred, percent))).toEqual([1, 50, 99, 100]);
    expect(percentile([7], 50)).toBe(7);
    expect(percentile([], 50)).toBeNull();
  });
});

describe('trafficPhases()', () => {
  test('trafficPhases() cuts the traffic at every mark and says who answered and why not', () => {
    const phases = trafficPhases(sampleScenario());
    expect(phases.map(({ since, fromSeconds, toSeconds }) => [since, fromSeconds, toSeconds])).toEqual([
      [null, 0, 60],
      ['kill eu-west-1', 60, 240],
      ['start eu-west-1', 240, 480],
    ]);
    const [before, during] = phases;
    expect(before).toMatchObject({ requests: 240, failed: 0, answeredBy: ['eu-west-1'], reasons: [] });
    expect(during?.answeredBy).toEqual(['eu-central-1']);
    expect(during?.reasons).toEqual([{ reason: 'connection refused', count: during?.failed }]);
  });

  test('trafficPhases() loses no request, whatever the marks', () => {
    fc.assert(
      fc.property(scenarios, fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (scenario, shares) => {
        const marks = shares
          .map((share) => ({
            atSeconds: share * scenario.durationSeconds,
            kind: 'fault' as const,
            what: 'x',
          }))
          .sort((a, b) => a.atSeconds - b.atSeconds);
        const phases = trafficPhases({ ...scenario, marks });
        expect(sum(phases.map(({ requests }) => requests))).toBe(scenario.samples.length);
      }),
    );
  });
});
