import type { Clock } from '../../src/clock.ts';

/** A clock that stands until it is moved. */
export interface FakeClock extends Clock {
  /** Moves time on and calls back the timers that come due, each at its own moment. */
  advance(ms: number): void;
  /** The same, and lets promises settle after each timer and at the end. */
  run(ms: number): Promise<void>;
}

/** Lets everything that waits for promises alone go on. */
export async function settle(): Promise<void> {
  // A turn of the event loop ends only after every microtask, however many follow from one another.
  await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Makes a clock that stands at `startMs`. */
export function createFakeClock(startMs = 1_000): FakeClock {
  let nowMs = startMs;
  const timers = new Map<() => void, number>();

  function fireNext(untilMs: number): boolean {
    let next: readonly [() => void, number] | undefined;
    for (const timer of timers) if (timer[1] <= untilMs && timer[1] < (next?.[1] ?? Infinity)) next = timer;
    if (next === undefined) return false;
    const [fire, atMs] = next;
    timers.delete(fire);
    nowMs = Math.max(nowMs, atMs);
    fire();
    return true;
  }

  return {
    nowMs: () => nowMs,
    setTimer(delayMs, callback) {
      const fire = () => callback();
      timers.set(fire, nowMs + Math.max(0, delayMs));
      return () => void timers.delete(fire);
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      while (fireNext(untilMs));
      nowMs = untilMs;
    },
    async run(ms) {
      const untilMs = nowMs + ms;
      await settle();
      while (fireNext(untilMs)) await settle();
      nowMs = untilMs;
      await settle();
    },
  };
}
