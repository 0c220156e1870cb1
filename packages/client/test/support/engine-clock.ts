import type { Clock } from '../../src/clock.ts';
import type { FakeClock } from './fake-clock.ts';

/** The clock as one client sees it: it counts the client's own timers, and can jump as that of a laptop that slept does. */
export interface EngineClock extends Clock {
  /** Timers that the client has set and neither stopped nor been called by. */
  readonly pending: number;
  /** Moves time on at once. Timers that are due by then fire late, the next time that the fake clock moves. */
  jump(ms: number): void;
}

/** Makes the clock of one client out of a fake one. */
export function createEngineClock(clock: FakeClock): EngineClock {
  let jumpedMs = 0;
  let pending = 0;
  return {
    nowMs: () => clock.nowMs() + jumpedMs,
    setTimer(delayMs, callback) {
      let isPending = true;
      pending += 1;
      const end = () => {
        if (isPending) pending -= 1;
        isPending = false;
      };
      const stop = clock.setTimer(delayMs, () => {
        end();
        callback();
      });
      return () => {
        end();
        stop();
      };
    },
    get pending() {
      return pending;
    },
    jump(ms) {
      jumpedMs += ms;
    },
  };
}
