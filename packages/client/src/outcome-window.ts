import type { Clock } from './clock.ts';

/** How the latest requests to a region ended. */
export interface OutcomeWindow {
  /** Failures since the latest success. */
  readonly consecutiveFailures: number;
  /** Outcomes within the window. */
  readonly outcomes: number;
  /** Failures among them. */
  readonly failures: number;
  note(isFailure: boolean): void;
  clear(): void;
}

/** Outcomes kept at most, however many come within the window: enough to tell a share, and bounded. */
const outcomesMax = 100;

/** Makes a window over the outcomes of the latest `windowMs`. */
export function createOutcomeWindow({
  clock,
  windowMs,
}: {
  readonly clock: Clock;
  readonly windowMs: number;
}): OutcomeWindow {
  let kept: { readonly atMs: number; readonly isFailure: boolean }[] = [];
  let consecutiveFailures = 0;
  let failures = 0;

  function dropOldest(): void {
    if (kept.shift()?.isFailure) failures -= 1;
  }

  return {
    get consecutiveFailures() {
      return consecutiveFailures;
    },
    get outcomes() {
      return kept.length;
    },
    get failures() {
      return failures;
    },
    note(isFailure) {
      const atMs = clock.nowMs();
      kept.push({ atMs, isFailure });
      consecutiveFailures = isFailure ? consecutiveFailures + 1 : 0;
      if (isFailure) failures += 1;
      while (kept.length > outcomesMax || (kept[0] && kept[0].atMs < atMs - windowMs)) dropOldest();
    },
    clear() {
      kept = [];
      consecutiveFailures = 0;
      failures = 0;
    },
  };
}
