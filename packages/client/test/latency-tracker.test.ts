import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLatencyTracker } from '../src/latency-tracker.ts';
import { createFakeClock } from './support/fake-clock.ts';

const setUp = () => {
  const clock = createFakeClock();
  return { clock, tracker: createLatencyTracker({ clock }) };
};

describe('createLatencyTracker()', () => {
  test('it knows nothing when nothing was noted', () => {
    const { tracker } = setUp();
    expect(tracker).toMatchObject({ smoothedMs: null, p95Ms: null, notedAtMs: null, samples: 0 });
  });

  test('note() makes the mean of the first ten, then moves a tenth of the way', () => {
    const { clock, tracker } = setUp();
    for (let ms = 1; ms <= 10; ms += 1) tracker.note(ms);
    expect(tracker.smoothedMs).toBeCloseTo(5.5);
    clock.advance(70);
    tracker.note(105.5);
    expect(tracker.smoothedMs).toBeCloseTo(15.5);
    expect(tracker.notedAtMs).toBe(clock.nowMs());
  });

  test('noteAtLeast() counts when it is above what was expected, else not', () => {
    const { tracker } = setUp();
    tracker.noteAtLeast(0);
    expect(tracker.samples).toBe(0);
    tracker.noteAtLeast(50);
    expect(tracker.smoothedMs).toBe(50);
    tracker.noteAtLeast(49);
    expect(tracker).toMatchObject({ smoothedMs: 50, samples: 1 });
    tracker.noteAtLeast(150);
    expect(tracker.smoothedMs).toBe(100);
  });

  test('p95Ms is null under 20 latencies, then that of the latest 100', () => {
    const { tracker } = setUp();
    for (let ms = 1; ms <= 19; ms += 1) tracker.note(ms);
    expect(tracker.p95Ms).toBeNull();
    tracker.note(20);
    expect(tracker.p95Ms).toBe(19);
    for (let ms = 1; ms <= 100; ms += 1) tracker.note(ms);
    expect(tracker.p95Ms).toBe(95);
  });

  test('p95Ms rises when reads slower than it are given up: hedges do not hide what they cut off', () => {
    const { tracker } = setUp();
    for (let i = 0; i < 100; i += 1) tracker.note(10);
    for (let i = 0; i < 10; i += 1) tracker.noteAtLeast(11);
    expect(tracker.p95Ms).toBe(11);
  });

  test('its estimates stay within what was noted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { minLength: 20, maxLength: 300 }),
        (all) => {
          const { tracker } = setUp();
          for (const ms of all) tracker.note(ms);
          const latest = all.slice(-100);
          const p95Ms = tracker.p95Ms ?? Number.NaN;
          expect(latest).toContain(p95Ms);
          expect(latest.filter((ms) => ms <= p95Ms).length / latest.length).toBeGreaterThanOrEqual(0.95);
          expect(latest.filter((ms) => ms < p95Ms).length / latest.length).toBeLessThan(0.95);
          expect(tracker.smoothedMs).toBeGreaterThanOrEqual(Math.min(...all) - 1e-9);
          expect(tracker.smoothedMs).toBeLessThanOrEqual(Math.max(...all) + 1e-9);
          expect(tracker.samples).toBe(all.length);
        },
      ),
    );
  });
});
