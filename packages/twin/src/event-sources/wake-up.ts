/** Lets waiters go on when there may be something to do. */
export class WakeUp {
  readonly #waiting = new Set<() => void>();

  /** Ends every wait that is under way. */
  wake(): void {
    for (const done of [...this.#waiting]) done();
  }

  /** Resolves at the next `wake`, after `timeoutMs`, or when the signal is aborted; at once when it is already. */
  wait(options: { timeoutMs?: number; signal: AbortSignal }): Promise<void> {
    const { timeoutMs, signal } = options;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(done, timeoutMs);
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }
}
