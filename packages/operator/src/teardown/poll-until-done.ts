import { setTimeout as sleep } from 'node:timers/promises';
import { isTransient } from '../cloud/cloud-error.ts';
import { TeardownError } from './teardown-error.ts';

/** How long to ask for the end of something, and how often. */
export interface PollBounds {
  readonly timeoutMs: number;
  readonly pollMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks again until the answer is true. That AWS does not answer for a while changes nothing about what it is doing, so
 * it does not end the wait.
 *
 * @param act for the message: a verb and its object
 * @throws {TeardownError} when it is not done in time
 * @throws what `attempt` throws, unless asking again may help
 * @throws the signal's reason, where it aborts
 */
export async function pollUntilDone(
  act: string,
  attempt: () => Promise<boolean>,
  { timeoutMs, pollMs, signal }: PollBounds,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    signal.throwIfAborted();
    try {
      if (await attempt()) return;
      last = undefined;
    } catch (error) {
      if (!isTransient(error)) throw error;
      last = error;
    }
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) {
      throw new TeardownError(
        `Cannot ${act}: it is not done after ${Math.round(timeoutMs / 60_000)} min, its end is needed. ` +
          'AWS goes on by itself: run the same command again later.',
        last === undefined ? undefined : { cause: last },
      );
    }
    await sleep(Math.min(pollMs, leftMs), undefined, { signal });
  }
}
