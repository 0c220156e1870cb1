import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latencySeries } from '../src/traffic/latency-series.ts';
import { callEvent } from './traffic-events.ts';

const regions = ['eu-west-1', 'eu-central-1'];
const anyCall = fc
  .record({
    outcome: fc.constantFrom('ok', 'refused', 'failed', 'aborted'),
    region: fc.constantFrom(...regions, null),
    startedAtMs: fc.integer({ min: 0, max: 120_000 }),
    latencyMs: fc.integer({ min: 0, max: 6_000 }),
  })
  .map(callEvent);

describe('latencySeries()', () => {
  it('gives columns of equal length in the order of time, with at most one value a moment', () =>
    fc.assert(
      fc.property(
        fc.array(anyCall, { maxLength: 100 }),
        fc.integer({ min: 0, max: 60_000 }),
        (calls, fromMs) => {
          const window = { regions, fromMs, untilMs: fromMs + 60_000, epochOffsetMs: 0 };
          const { xSeconds, byRegion, failed } = latencySeries(calls, window);
          expect(xSeconds).toEqual([...xSeconds].sort((a, b) => a - b));
          expect(xSeconds.at(-1)).toBeCloseTo(fromMs / 1_000 + 60);
          for (const column of [...byRegion, failed]) expect(column).toHaveLength(xSeconds.length);
          for (const index of xSeconds.keys())
            expect([...byRegion, failed].flatMap((column) => column[index] ?? []).length).toBeLessThanOrEqual(
              1,
            );
        },
      ),
    ));

  it('puts an answer to its region and a failure to the failures, by the moment at which it ended', () => {
    const calls = [
      callEvent({ startedAtMs: 1_000, latencyMs: 5_000, outcome: 'failed', region: null }),
      callEvent({ startedAtMs: 2_000, latencyMs: 20, region: 'eu-central-1' }),
      callEvent({ startedAtMs: 2_500, latencyMs: 0 }),
      callEvent({ startedAtMs: 100, latencyMs: 3 }),
    ];
    expect(latencySeries(calls, { regions, fromMs: 1_000, untilMs: 7_000, epochOffsetMs: 10_000 })).toEqual({
      xSeconds: [12.02, 12.5, 16, 17],
      byRegion: [
        [null, 0, null, null],
        [20, null, null, null],
      ],
      failed: [null, null, 5_000, null],
    });
  });
});
