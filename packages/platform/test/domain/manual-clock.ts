import type { Clock } from '../../src/domain/clock.ts';

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves time on and calls the timers that fall due, in order. */
  advance(byMs: number): void;
  /** Sets the time without calling timers, as a clock that is corrected. */
  step(toMs: number): void;
  /** Timers that wait. */
  readonly timers: number;
}

/** Makes a clock that starts at a given time. */
export function manualClock(startMs = Date.parse('2026-11-22T12:00:00.250Z')): ManualClock {
  let nowMs = startMs;
  let waiting: { dueMs: number; callback: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    setTimer: (delayMs, callback) => {
      const timer = { dueMs: nowMs + delayMs, callback };
      waiting.push(timer);
      return () => {
        waiting = waiting.filter((each) => each !== timer);
      };
    },
    advance: (byMs) => {
      nowMs += byMs;
      const due = waiting.filter(({ dueMs }) => dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs);
      waiting = waiting.filter(({ dueMs }) => dueMs > nowMs);
      for (const { callback } of due) callback();
    },
    step: (toMs) => {
      nowMs = toMs;
    },
    get timers() {
      return waiting.length;
    },
  };
}
