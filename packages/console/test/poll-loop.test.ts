import { describe, expect, it } from 'vitest';
import { type PollEnvironment, startPolling } from '../src/ui/poll-loop.ts';

/** An environment in which time passes when it is told to. */
function manualEnvironment() {
  let timer: { delayMs: number; callback: () => void } | null = null;
  let isVisible = true;
  const listeners = new Set<() => void>();
  const environment: PollEnvironment = {
    setTimer: (delayMs, callback) => {
      const set = { delayMs, callback };
      timer = set;
      return () => {
        if (timer === set) timer = null;
      };
    },
    isVisible: () => isVisible,
    onVisibilityChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    environment,
    waitsMs: () => timer?.delayMs ?? null,
    elapse: () => {
      const due = timer;
      timer = null;
      due?.callback();
    },
    show: (visible: boolean) => {
      isVisible = visible;
      for (const listener of [...listeners]) listener();
    },
    listeners,
  };
}

/** Lets promises that are settled be heard of. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('startPolling()', () => {
  it('asks at once, and again after the interval, one round at a time', async () => {
    const place = manualEnvironment();
    const open: (() => void)[] = [];
    startPolling(() => new Promise((resolve) => open.push(resolve)), {
      everyMs: 1_000,
      signal: new AbortController().signal,
      environment: place.environment,
    });
    expect(open).toHaveLength(1);
    place.show(true);
    expect(open).toHaveLength(1);
    expect(place.waitsMs()).toBeNull();
    open[0]?.();
    await settle();
    expect(place.waitsMs()).toBe(1_000);
    place.elapse();
    expect(open).toHaveLength(2);
  });

  it('asks more rarely after failures and as often as before once one went well', async () => {
    const place = manualEnvironment();
    let isDown = true;
    startPolling(async () => (isDown ? Promise.reject(new Error('down')) : undefined), {
      everyMs: 1_000,
      everyMsMax: 5_000,
      signal: new AbortController().signal,
      environment: place.environment,
    });
    const waits: (number | null)[] = [];
    for (let round = 0; round < 4; round += 1) {
      await settle();
      waits.push(place.waitsMs());
      place.elapse();
    }
    expect(waits).toEqual([2_000, 4_000, 5_000, 5_000]);
    isDown = false;
    place.elapse();
    await settle();
    place.elapse();
    await settle();
    expect(place.waitsMs()).toBe(1_000);
  });

  it('asks nothing while nobody looks, and at once when somebody does again', async () => {
    const place = manualEnvironment();
    let rounds = 0;
    startPolling(
      async () => {
        rounds += 1;
      },
      { everyMs: 1_000, signal: new AbortController().signal, environment: place.environment },
    );
    await settle();
    place.show(false);
    place.elapse();
    await settle();
    expect(rounds).toBe(1);
    expect(place.waitsMs()).toBeNull();
    place.show(true);
    expect(rounds).toBe(2);
  });

  it('ends for good when it is told to, in the middle of a round too', async () => {
    const place = manualEnvironment();
    const end = new AbortController();
    let finish = (): void => undefined;
    startPolling(
      (signal) =>
        new Promise((resolve) => {
          expect(signal).toBe(end.signal);
          finish = resolve;
        }),
      { everyMs: 1_000, signal: end.signal, environment: place.environment },
    );
    end.abort();
    finish();
    await settle();
    expect(place.waitsMs()).toBeNull();
    expect(place.listeners.size).toBe(0);
  });
});
