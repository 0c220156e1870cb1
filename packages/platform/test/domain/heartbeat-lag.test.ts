import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pause } from '../../src/domain/clock.ts';
import type { Heartbeat, HeartbeatStore } from '../../src/domain/heartbeat.ts';
import { measureHeartbeatLag } from '../../src/domain/heartbeat-lag.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { manualClock } from './manual-clock.ts';
import { passTime } from './pass-time.ts';

const stepMs = 5;
const heartbeat: Heartbeat = {
  ...{ region: 'eu-west-1', sequence: 7, writtenAtMs: 0, lagMs: new Map() },
};
const throttled = new PlatformError('table-throttled', 'slow down');

function setUp(random: (limit: number) => number = () => 0) {
  const clock = manualClock();
  const startMs = clock.nowMs();
  const measure = (peer: Pick<HeartbeatStore, 'read'>, monotonicMs = () => clock.nowMs()) =>
    passTime(
      measureHeartbeatLag({
        ...{ peer, region: 'eu-west-1', sequence: 7, clock, monotonicMs, random, timeoutMs: 5_000 },
      }),
      { clock, stepMs },
    );
  return { clock, measure, elapsedMs: () => clock.nowMs() - startMs };
}

describe('measureHeartbeatLag()', () => {
  it('tells when the write became visible, too late by at most a pause and a round trip, never too early', async () => {
    const waits = { visibleAtMs: fc.nat(4_000), wayMs: fc.nat(150), draws: fc.array(fc.nat(50)) };
    await fc.assert(
      fc.asyncProperty(fc.record(waits), async ({ visibleAtMs, wayMs, draws }) => {
        const { clock, measure, elapsedMs } = setUp(() => draws.pop() ?? 0);
        const lagMs = await measure({
          read: async () => {
            await pause(clock, wayMs);
            const seen = elapsedMs() >= visibleAtMs ? heartbeat : undefined;
            await pause(clock, wayMs);
            return seen;
          },
        });
        expect(lagMs).toBeGreaterThanOrEqual(visibleAtMs - stepMs);
        expect(lagMs).toBeLessThanOrEqual(visibleAtMs + 100 + 2 * wayMs + 6 * stepMs);
      }),
      { numRuns: 60 },
    );
  });

  it('does not mind a clock that steps', async () => {
    const { clock, measure } = setUp();
    let monotonicMs = 0;
    let polls = 0;
    const read = async () => {
      monotonicMs += 30;
      clock.step(clock.nowMs() - 1_000);
      return ++polls === 2 ? heartbeat : undefined;
    };
    expect(await measure({ read }, () => monotonicMs)).toBe(45);
  });

  it('waits 50 to 100 ms between polls, as drawn', async () => {
    for (const [draw, pauseMs] of [
      [0, 50],
      [50, 100],
    ] as const) {
      const limits: number[] = [];
      const { measure, elapsedMs } = setUp((limit) => {
        limits.push(limit);
        return draw;
      });
      const atMs: number[] = [];
      await measure({ read: async () => (atMs.push(elapsedMs()) === 3 ? heartbeat : undefined) });
      expect(atMs).toStrictEqual([0, pauseMs, 2 * pauseMs]);
      expect(limits).toStrictEqual([51, 51]);
    }
  });

  it('goes on after a failure that may pass', async () => {
    const { measure } = setUp();
    let polls = 0;
    const read = async () => {
      if (++polls < 3) throw throttled;
      return heartbeat;
    };
    expect(await measure({ read })).toBe(100);
  });

  it('ends at once on a failure that does not pass', async () => {
    const { measure, elapsedMs } = setUp();
    const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    await expect(measure({ read: () => Promise.reject(denied) })).rejects.toBe(denied);
    expect(elapsedMs()).toBe(0);
  });

  it.each([
    { name: 'never shows the write', read: async () => undefined, cause: undefined },
    { name: 'shows an older one only', read: async () => ({ ...heartbeat, sequence: 6 }), cause: undefined },
    { name: 'fails all the time', read: () => Promise.reject(throttled), cause: throttled },
    { name: 'does not answer nor listen', read: () => new Promise<never>(() => {}), cause: undefined },
  ])('gives up in time when the peer $name', async ({ read, cause }) => {
    const { clock, measure, elapsedMs } = setUp();
    const error = await measure({ read }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'table-timeout', message: expect.stringContaining('5000 ms') });
    expect((error as Error).cause).toBe(cause);
    expect(elapsedMs()).toBe(5_000);
    // The last pause may be left, and ends in nothing: no poll follows it.
    clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.timers).toBe(0);
  });

  it('leaves no timer behind when the write was seen', async () => {
    const { clock, measure } = setUp();
    await measure({ read: async () => heartbeat });
    expect(clock.timers).toBe(0);
  });
});
