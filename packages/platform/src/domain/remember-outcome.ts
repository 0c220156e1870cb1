import type { Clock } from './clock.ts';

/** How long an outcome is given again. */
export interface RememberOptions {
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Age up to which an outcome is given again, counted from the start of the work. */
  readonly cacheMs: number;
}

/**
 * Makes work that callers share: those that come while it runs get its outcome, and so do those that come while the
 * outcome is fresh. However many ask, it runs once in `cacheMs`. An outcome that is thrown is not kept.
 */
export function rememberOutcome<T>(
  work: () => Promise<T>,
  { clock, cacheMs }: RememberOptions,
): () => Promise<T> {
  let running: Promise<T> | undefined;
  let last: { readonly outcome: T; readonly startedAtMs: number } | undefined;

  const start = async (): Promise<T> => {
    const startedAtMs = clock.nowMs();
    try {
      const outcome = await work();
      last = { outcome, startedAtMs };
      return outcome;
    } finally {
      running = undefined;
    }
  };
  return () => {
    // A clock that stepped back makes an age negative: such an outcome is of unknown age, so it is not used.
    const ageMs = last === undefined ? -1 : clock.nowMs() - last.startedAtMs;
    if (last !== undefined && ageMs >= 0 && ageMs < cacheMs) return Promise.resolve(last.outcome);
    running ??= start();
    return running;
  };
}
