/**
 * Waits no longer than a signal lets it, for work that knows no signal: a provider of credentials, a resolver. What it is
 * doing goes on, and nobody waits for it.
 *
 * @throws the reason of `signal` once that is aborted; what the work throws
 */
export async function withAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * Does something for a limited time.
 *
 * @param work told by its signal when the time is over
 * @param options.timedOut what is thrown instead of what the work then throws, which rarely says why
 * @param options.signal ends it earlier; then its reason is thrown
 */
export async function withTimeout<T>(
  work: (signal: AbortSignal) => Promise<T>,
  options: {
    readonly timeoutMs: number;
    readonly timedOut: (cause: unknown) => unknown;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<T> {
  const { timeoutMs, timedOut, signal } = options;
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    return await work(signal === undefined ? limit : AbortSignal.any([limit, signal]));
  } catch (error) {
    signal?.throwIfAborted();
    throw limit.aborted ? timedOut(error) : error;
  }
}
