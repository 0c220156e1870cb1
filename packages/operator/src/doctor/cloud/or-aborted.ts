/**
 * Waits no longer than a signal lets it, for work that knows no signal: a provider of credentials, a resolver. What it is
 * doing goes on, and nobody waits for it.
 *
 * @throws the reason of `signal` once that is aborted; what the work throws
 */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
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
