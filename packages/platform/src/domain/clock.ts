import { PlatformError } from './platform-error.ts';

/** Time, handed in so that decisions about it can be tested. */
export interface Clock {
  /** Milliseconds since 1970, UTC. May step, like every computer's clock. */
  nowMs(): number;
  /** Calls back once after `delayMs`, unless the function that is returned was called before. */
  setTimer(delayMs: number, callback: () => void): () => void;
}

/** Makes a new unique id. */
export type IdGenerator = () => string;

/** Resolves after `delayMs`. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(delayMs, resolve);
  });
}

/** Gives a random whole number from 0 to below `limit`, each as likely; `limit` is at most 2^48 - 1. */
export type RandomInteger = (limit: number) => number;

/**
 * Waits for work no longer than until a signal aborts, also where the work does not listen to it.
 *
 * @throws the signal's reason when it aborts first, otherwise what the work throws
 */
export async function withAbort<T>(
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([begin(work, signal), aborted]);
}

// A promise also of work that throws at once: without a race nobody would wait for its other side, whose rejection,
// once the signal aborts, would end the process.
function begin<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return work(signal);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** How long work on the table may take. */
export interface Timeout {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** What is done, for the sentence `Cannot <act>`. */
  readonly act: string;
  /** Why it may have taken so long. @default - nothing is known */
  readonly cause?: () => unknown;
}

/**
 * Waits for work no longer than `timeoutMs`, also where the work does not listen to the signal that aborts then.
 *
 * @throws PlatformError `table-timeout` when the time is over first, otherwise what the work throws
 */
export async function withTimeout<T>(
  { clock, timeoutMs, act, cause }: Timeout,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const stopTimer = clock.setTimer(timeoutMs, () => {
    const message = `Cannot ${act}: ${timeoutMs} ms have passed`;
    const known = cause?.();
    abort.abort(new PlatformError('table-timeout', message, known === undefined ? {} : { cause: known }));
  });
  try {
    return await withAbort(abort.signal, work);
  } finally {
    stopTimer();
  }
}
