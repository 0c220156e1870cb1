/** Effects of a poll loop, handed in so that a test decides what time is and whether anybody looks. */
export interface PollEnvironment {
  /** Calls back once after `delayMs`; the returned function prevents that. */
  setTimer(delayMs: number, callback: () => void): () => void;
  /** Whether the page can be seen; one that cannot asks nothing. */
  isVisible(): boolean;
  /** Calls back when that changes, until the returned function is called. */
  onVisibilityChange(listener: () => void): () => void;
}

/** How often to ask. */
export interface PollOptions {
  /** From the end of one round to the start of the next. */
  readonly everyMs: number;
  /** After failures the wait doubles up to this. @default - eight times `everyMs` */
  readonly everyMsMax?: number;
  /** Ends the loop, and the round under way. */
  readonly signal: AbortSignal;
  readonly environment: PollEnvironment;
}

/**
 * Calls `round` at once and then again and again, one at a time, while the page can be seen. A round that rejects makes
 * the next ones rarer until one succeeds; what went wrong is the round's own to tell.
 */
export function startPolling(
  round: (signal: AbortSignal) => Promise<void>,
  { everyMs, everyMsMax = 8 * everyMs, signal, environment }: PollOptions,
): void {
  let waitMs = everyMs;
  let isRunning = false;
  let cancelTimer = (): void => undefined;

  const next = (): void => {
    if (isRunning || signal.aborted || !environment.isVisible()) return;
    cancelTimer();
    isRunning = true;
    void round(signal)
      .then(
        () => {
          waitMs = everyMs;
        },
        () => {
          waitMs = Math.min(2 * waitMs, everyMsMax);
        },
      )
      .then(() => {
        isRunning = false;
        if (!signal.aborted) cancelTimer = environment.setTimer(waitMs, next);
      });
  };

  // Whoever comes back to the page wants to see what is, not what was: the next round is at once.
  const stopListening = environment.onVisibilityChange(next);
  signal.addEventListener('abort', () => {
    cancelTimer();
    stopListening();
  });
  next();
}
