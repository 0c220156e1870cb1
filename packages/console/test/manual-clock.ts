import type { Clock } from '@gsp/client';

/** Time that passes only when it is told to, timers included. */
export interface ManualClock {
  readonly clock: Clock;
  /** Lets time pass and calls what is due on the way. `late`: all of it at the end, as in a page that was frozen. */
  advance(byMs: number, options?: { readonly late?: boolean }): void;
}

/** Makes a clock that stands still at 0. */
export function manualClock(): ManualClock {
  let nowMs = 0;
  let made = 0;
  const timers = new Map<number, { readonly atMs: number; readonly callback: () => void }>();
  const firstDue = (untilMs: number) =>
    [...timers].filter(([, { atMs }]) => atMs <= untilMs).sort(([, a], [, b]) => a.atMs - b.atMs)[0];
  return {
    clock: {
      nowMs: () => nowMs,
      setTimer: (delayMs, callback) => {
        made += 1;
        const id = made;
        timers.set(id, { atMs: nowMs + delayMs, callback });
        return () => timers.delete(id);
      },
    },
    advance: (byMs, { late = false } = {}) => {
      const endMs = nowMs + byMs;
      if (late) nowMs = endMs;
      for (let due = firstDue(endMs); due !== undefined; due = firstDue(endMs)) {
        timers.delete(due[0]);
        nowMs = Math.max(nowMs, due[1].atMs);
        due[1].callback();
      }
      nowMs = endMs;
    },
  };
}
