import { type Clock, monotonicClock } from './clock.ts';

/** How long to ask, how often, and what may go wrong meanwhile. */
export interface PollOptions {
  readonly intervalMs: number;
  readonly signal: AbortSignal;
  /** From the first attempt to the last, which is made when the time is over. @default Infinity */
  readonly timeoutMs?: number;
  /** Whether asking again may help after this error. @default - never: the first one ends the wait */
  readonly isTransient?: (error: unknown) => boolean;
  /** What is thrown when the time is over; told the error of the last attempt, where that failed. */
  readonly timedOut?: (lastError: unknown) => Error;
  /** @default - {@link monotonicClock} */
  readonly clock?: Clock;
}

/**
 * Asks again until there is an answer.
 *
 * @param attempt gives the answer, or undefined while there is none
 * @throws what `timedOut` makes, when the time is over
 * @throws what `attempt` throws, unless asking again may help
 * @throws the signal's reason, where it aborts
 */
export async function poll<T>(
  attempt: (signal: AbortSignal) => Promise<T | undefined>,
  options: PollOptions,
): Promise<T> {
  const { intervalMs, signal, timeoutMs = Number.POSITIVE_INFINITY, clock = monotonicClock } = options;
  const { isTransient = () => false, timedOut = stillNothing } = options;
  const deadlineMs = clock.nowMs() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    signal.throwIfAborted();
    try {
      const answer = await attempt(signal);
      if (answer !== undefined) return answer;
      lastError = undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (!isTransient(error)) throw error;
      lastError = error;
    }
    const leftMs = deadlineMs - clock.nowMs();
    if (leftMs <= 0) throw timedOut(lastError);
    await clock.sleep(Math.min(intervalMs, leftMs), signal);
  }
}

function stillNothing(cause: unknown): Error {
  return new Error('There was no answer in time', { cause });
}
