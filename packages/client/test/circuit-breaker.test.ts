import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCircuitBreaker } from '../src/circuit-breaker.ts';
import type { Random } from '../src/clock.ts';
import { createFakeClock } from './support/fake-clock.ts';

const setUp = (random: Random = () => 1) => {
  const clock = createFakeClock();
  return { clock, breaker: createCircuitBreaker({ clock, random }) };
};

const openUp = ({ breaker }: ReturnType<typeof setUp>) => {
  for (let i = 0; i < 3; i += 1) breaker.failed('timed out');
};

describe('createCircuitBreaker()', () => {
  test('admit() lets requests pass when failures are not in a row', () => {
    const { breaker } = setUp();
    for (let i = 0; i < 4; i += 1) {
      breaker.failed('timed out');
      breaker.failed('timed out');
      breaker.succeeded();
      breaker.succeeded();
      breaker.succeeded();
    }
    expect(breaker).toMatchObject({ state: 'closed', reason: null, openedAtMs: null });
    expect(breaker.admit()).toBe('pass');
  });

  test('failed() opens it when three come in a row', () => {
    const { clock, breaker } = setUp();
    breaker.failed('timed out');
    breaker.failed('timed out');
    expect(breaker.state).toBe('closed');
    breaker.failed('connection refused');
    expect(breaker).toMatchObject({
      state: 'open',
      reason: 'connection refused',
      openedAtMs: clock.nowMs(),
    });
    expect(breaker.admit()).toBe('avoid');
  });

  test('failed() opens it when half of ten within the window failed, never three in a row', () => {
    const { breaker } = setUp();
    for (let i = 0; i < 4; i += 1) {
      breaker.succeeded();
      breaker.failed('500');
    }
    breaker.succeeded();
    expect(breaker.state).toBe('closed');
    breaker.failed('500');
    expect(breaker.state).toBe('open');
  });

  test('failed() forgets what is older than the window', () => {
    for (const [pauseMs, state] of [
      [10_000, 'open'],
      [10_001, 'closed'],
    ] as const) {
      const { clock, breaker } = setUp();
      for (let i = 0; i < 4; i += 1) {
        breaker.succeeded();
        breaker.failed('500');
      }
      breaker.succeeded();
      clock.advance(pauseMs);
      breaker.failed('500');
      expect(breaker.state).toBe(state);
    }
  });

  test('admit() gives one probe when a thousand ask at once in half-open', () => {
    const it = setUp();
    openUp(it);
    it.clock.advance(1_000);
    expect(it.breaker.state).toBe('half-open');
    const admissions = Array.from({ length: 1_000 }, () => it.breaker.admit());
    expect(admissions.filter((each) => each === 'probe')).toHaveLength(1);
    expect(admissions.filter((each) => each === 'avoid')).toHaveLength(999);
  });

  test('succeeded() closes it when the probe was answered', () => {
    const it = setUp();
    openUp(it);
    it.clock.advance(1_000);
    expect(it.breaker.admit()).toBe('probe');
    it.breaker.succeeded();
    expect(it.breaker).toMatchObject({ state: 'closed', reason: null, openedAtMs: null });
    it.breaker.failed('timed out');
    it.breaker.failed('timed out');
    expect(it.breaker.state).toBe('closed');
  });

  test('failed() opens it anew and for longer when the probe failed', () => {
    const it = setUp();
    openUp(it);
    const openedForMs = [];
    for (let i = 0; i < 8; i += 1) {
      const startMs = it.clock.nowMs();
      while (it.breaker.state === 'open') it.clock.advance(100);
      openedForMs.push(it.clock.nowMs() - startMs);
      expect(it.breaker.admit()).toBe('probe');
      it.breaker.failed('timed out');
    }
    expect(openedForMs).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  test('failed() goes on doubling when it had closed only just before', () => {
    const it = setUp();
    openUp(it);
    it.clock.advance(1_000);
    it.breaker.admit();
    it.breaker.succeeded();
    openUp(it);
    it.clock.advance(1_999);
    expect(it.breaker.state).toBe('open');
    it.clock.advance(1);
    expect(it.breaker.admit()).toBe('probe');
    it.breaker.succeeded();
    it.clock.advance(10_001);
    openUp(it);
    it.clock.advance(1_000);
    expect(it.breaker.state).toBe('half-open');
  });

  test('abandoned() makes room for another probe when one ended without verdict', () => {
    const it = setUp();
    openUp(it);
    it.clock.advance(1_000);
    expect([it.breaker.admit(), it.breaker.admit()]).toEqual(['probe', 'avoid']);
    it.breaker.abandoned();
    expect([it.breaker.admit(), it.breaker.admit()]).toEqual(['probe', 'avoid']);
  });

  test('admit() gives another probe when one was never settled', () => {
    const it = setUp();
    openUp(it);
    it.clock.advance(1_000);
    expect(it.breaker.admit()).toBe('probe');
    it.clock.advance(9_999);
    expect(it.breaker.admit()).toBe('avoid');
    it.clock.advance(1);
    expect(it.breaker.admit()).toBe('probe');
  });

  test('failed() changes nothing when it is open: the failures of requests sent before', () => {
    const it = setUp();
    openUp(it);
    it.clock.advance(999);
    for (let i = 0; i < 50; i += 1) it.breaker.failed('timed out');
    it.clock.advance(1);
    expect(it.breaker.state).toBe('half-open');
  });

  test('admit() gives one probe when the clock jumps a day ahead', () => {
    const it = setUp();
    openUp(it);
    it.clock.advance(86_400_000);
    expect([it.breaker.admit(), it.breaker.admit()]).toEqual(['probe', 'avoid']);
    it.breaker.failed('timed out');
    expect(it.breaker.state).toBe('open');
    it.clock.advance(86_400_000);
    expect(it.breaker.admit()).toBe('probe');
    it.breaker.succeeded();
    expect(it.breaker.state).toBe('closed');
  });

  test('failed() opens it for a random part of its time, never for less than a tenth', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999_999, noNaN: true }), fc.nat(12), (random, probes) => {
        const it = setUp(() => random);
        openUp(it);
        for (let i = 0; i < probes; i += 1) {
          it.clock.advance(30_000);
          expect(it.breaker.admit()).toBe('probe');
          it.breaker.failed('timed out');
        }
        const limitMs = Math.min(30_000, 1_000 * 2 ** probes);
        it.clock.advance(limitMs * 0.099);
        expect(it.breaker.state).toBe('open');
        it.clock.advance(limitMs * 0.901);
        expect(it.breaker.state).toBe('half-open');
      }),
    );
  });

  test('admit() never has two probes under way, whatever happens in whatever order', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ step: fc.constant('advance' as const), ms: fc.nat(3_000) }),
        fc.record({ step: fc.constantFrom('admit', 'succeeded', 'failed', 'abandoned') }),
      ),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.double({ min: 0, max: 0.99, noNaN: true })), (all, dice) => {
        const it = setUp(() => dice.next().value ?? 0);
        let probeSentAtMs: number | undefined;
        for (const each of all) {
          if (each.step === 'advance') it.clock.advance('ms' in each ? each.ms : 0);
          else if (each.step === 'admit') {
            const { state } = it.breaker;
            const admission = it.breaker.admit();
            if (admission === 'probe') {
              expect(state).toBe('half-open');
              if (probeSentAtMs !== undefined)
                expect(it.clock.nowMs() - probeSentAtMs).toBeGreaterThanOrEqual(10_000);
              probeSentAtMs = it.clock.nowMs();
            } else expect(admission === 'pass').toBe(state === 'closed');
          } else {
            if (each.step === 'failed') it.breaker.failed('500');
            else if (each.step === 'succeeded') it.breaker.succeeded();
            else it.breaker.abandoned();
            // A failure while it is open belongs to no probe: there is none before its time is up.
            probeSentAtMs = undefined;
          }
          expect(it.breaker.reason === null).toBe(it.breaker.state === 'closed');
        }
      }),
    );
  });
});
