/**
 * Runs an act again and again, the next time an interval after the last one has ended, until the returned
 * function is called, which waits for a run that is under way. The timer keeps no process alive.
 */
export function every(
  intervalMs: number,
  act: () => Promise<unknown> | undefined,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const schedule = () => {
    timer = setTimeout(() => {
      running = Promise.resolve()
        .then(act)
        .then(() => undefined, onError)
        .then(() => {
          if (!stopped) schedule();
        });
    }, intervalMs);
    timer.unref();
  };
  schedule();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
