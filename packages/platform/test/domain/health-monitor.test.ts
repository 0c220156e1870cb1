import { describe, expect, it } from 'vitest';
import type { ProblemCode } from '../../src/contract/problems.ts';
import { createHealthMonitor, type HealthCheck } from '../../src/domain/health-monitor.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { manualClock } from './manual-clock.ts';

const pass: HealthCheck = async () => {};
const hang: HealthCheck = () => new Promise(() => {});

function failWith(code: ProblemCode): HealthCheck {
  return () => Promise.reject(new PlatformError(code, 'failed'));
}

function counted(check: HealthCheck) {
  const counter = { runs: 0 };
  const run: HealthCheck = (signal) => {
    counter.runs += 1;
    return check(signal);
  };
  return { counter, run };
}

describe('createHealthMonitor()', () => {
  it('is well when every check passes', async () => {
    const clock = manualClock();
    const startedAtMs = clock.nowMs();
    const slow: HealthCheck = async () => clock.advance(40);
    const monitor = createHealthMonitor({ checks: { 'table-write': slow, 'table-read': pass }, clock });
    expect(await monitor()).toStrictEqual({
      ok: true,
      reasons: [],
      checkedAtMs: startedAtMs,
      latencyMs: 40,
      causes: [],
    });
    expect(clock.timers).toBe(0);
  });

  it.each([
    ['table-write-throttled', failWith('table-throttled')],
    ['table-write-unavailable', failWith('table-unavailable')],
    ['table-write-timeout', failWith('table-timeout')],
    ['table-write-failed', failWith('item-not-found')],
    ['table-write-failed', () => Promise.reject(new Error('AccessDenied'))],
    [
      'table-write-failed',
      () => {
        throw new Error('thrown at once');
      },
    ],
  ] as const)('gives the reason %s when a check fails so', async (reason, check) => {
    const monitor = createHealthMonitor({
      checks: { 'table-write': check, 'table-read': pass },
      clock: manualClock(),
    });
    expect(await monitor()).toMatchObject({ ok: false, reasons: [reason], causes: [expect.any(Error)] });
  });

  it('names every check that failed', async () => {
    const checks = {
      'table-write': failWith('table-throttled'),
      'table-read': failWith('table-unavailable'),
    };
    const { reasons } = await createHealthMonitor({ checks, clock: manualClock() })();
    expect(reasons).toStrictEqual(['table-write-throttled', 'table-read-unavailable']);
  });

  it('answers at the timeout although a check neither ends nor listens, and aborts its signal', async () => {
    const clock = manualClock();
    const signals: AbortSignal[] = [];
    const deaf: HealthCheck = (signal) => {
      signals.push(signal);
      return hang(signal);
    };
    const verdict = createHealthMonitor({
      checks: { 'table-write': deaf, 'table-read': pass },
      clock,
      timeoutMs: 900,
    })();
    clock.advance(899);
    expect(signals[0]?.aborted).toBe(false);
    clock.advance(1);
    expect(await verdict).toMatchObject({ ok: false, reasons: ['table-write-timeout'], latencyMs: 900 });
    expect(signals[0]?.aborted).toBe(true);
  });

  it('gives a verdict again until it is a second old, then checks anew', async () => {
    const clock = manualClock();
    const { counter, run } = counted(pass);
    const monitor = createHealthMonitor({ checks: { table: run }, clock });
    const first = await monitor();
    clock.advance(999);
    expect(await monitor()).toBe(first);
    expect(counter.runs).toBe(1);
    clock.advance(1);
    await monitor();
    expect(counter.runs).toBe(2);
  });

  it('keeps bad news no longer than good news', async () => {
    const clock = manualClock();
    let isDown = true;
    const check: HealthCheck = async () => {
      if (isDown) throw new PlatformError('table-unavailable', 'down');
    };
    const monitor = createHealthMonitor({ checks: { table: check }, clock });
    expect((await monitor()).ok).toBe(false);
    isDown = false;
    clock.advance(1_000);
    expect((await monitor()).ok).toBe(true);
  });

  it('checks anew when the clock has stepped back', async () => {
    const clock = manualClock();
    const { counter, run } = counted(pass);
    const monitor = createHealthMonitor({ checks: { table: run }, clock });
    await monitor();
    clock.step(clock.nowMs() - 60_000);
    await monitor();
    expect(counter.runs).toBe(2);
  });

  it('lets a thousand callers share one check', async () => {
    const clock = manualClock();
    const { counter, run } = counted(hang);
    const monitor = createHealthMonitor({ checks: { table: run }, clock });
    const verdicts = Promise.all(Array.from({ length: 1_000 }, () => monitor()));
    clock.advance(900);
    expect(new Set(await verdicts).size).toBe(1);
    expect(counter.runs).toBe(1);
  });
});
