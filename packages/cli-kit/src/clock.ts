import { setTimeout as sleep } from 'node:timers/promises';

/** Time as a command sees it. Injected, so that a test decides how long a wait takes. */
export interface Clock {
  readonly nowMs: () => number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** For lengths of time: never goes back, and its zero is the start of this process. */
export const monotonicClock: Clock = { nowMs: () => performance.now(), sleep: sleepUnlessAborted };

/** For points in time: milliseconds since the epoch, as this machine has them. */
export const wallClock: Clock = { nowMs: () => Date.now(), sleep: sleepUnlessAborted };

async function sleepUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    // The timer throws an AbortError of its own, which does not say why.
    signal.throwIfAborted();
    throw error;
  }
}
