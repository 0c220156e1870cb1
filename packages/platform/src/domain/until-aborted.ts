/**
 * Waits for work no longer than until a signal aborts, also where the work does not listen to it.
 *
 * @throws the signal's reason when it aborts first, otherwise what the work throws
 */
export async function untilAborted<T>(
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
