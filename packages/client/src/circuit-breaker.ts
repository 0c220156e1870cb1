import type { Clock, Random } from './clock.ts';

/** What a breaker says to a request that wants to be sent: as usual, as the one that finds out, or not at all. */
export type Admission = 'pass' | 'probe' | 'avoid';

/**
 * Remembers whether a region answers, so that calls do not find out one by one.
 *
 *     closed ── 3 failures in a row, or half of the latest ──> open ── its time is up ──> half-open
 *       ^                                                       ^                            │
 *       │                                                       └───── the probe failed ─────┤
 *       └───────────────────────────── an answer ────────────────────────────────────────────┘
 */
export interface CircuitBreaker {
  readonly state: 'closed' | 'open' | 'half-open';
  /** Latest failure while it is not closed; null while it is. */
  readonly reason: string | null;
  /** When it opened, or opened again; null while it is closed. */
  readonly openedAtMs: number | null;
  /** Asks for one request. A probe is to be settled by exactly one of the three below, else it lapses. */
  admit(): Admission;
  /** A whole answer came to a request that was sent while it was closed, or since it opened. */
  succeeded(): void;
  /** A request failed. */
  failed(reason: string): void;
  /** A request ended without saying anything about the region. */
  abandoned(): void;
}

/** What can be set apart from time and chance. Durations in milliseconds. */
export interface CircuitBreakerTunables {
  /** @default 3 */
  readonly consecutiveFailuresMax?: number;
  /** Outcomes that are looked at for the share of failures: those of the latest time. @default 10_000 */
  readonly windowMs?: number;
  /** Fewest outcomes of which half may be failures. @default 10 */
  readonly windowOutcomesMin?: number;
  /** First time that it stays open, before jitter; it doubles with each probe that fails. @default 1_000 */
  readonly openMsMin?: number;
  /** @default 30_000 */
  readonly openMsMax?: number;
  /** After which a probe that was never settled counts no more. @default 10_000 */
  readonly probeMsMax?: number;
}

/** Least part of its time that jitter leaves: at none, every next call would be a probe. */
const jitterFloor = 0.1;

/**
 * Makes a breaker that is closed. It opens for a random part of a time that doubles, so that many clients do not come
 * back at once: full jitter but for the floor.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function createCircuitBreaker({
  clock,
  random,
  consecutiveFailuresMax = 3,
  windowMs = 10_000,
  windowOutcomesMin = 10,
  openMsMin = 1_000,
  openMsMax = 30_000,
  probeMsMax = 10_000,
}: { readonly clock: Clock; readonly random: Random } & CircuitBreakerTunables): CircuitBreaker {
  const latest = createOutcomeWindow({ clock, windowMs });
  let outage: { readonly openedAtMs: number; readonly untilMs: number; readonly reason: string } | undefined;
  let probeSentAtMs: number | undefined;
  let openings = 0;
  let closedAtMs = Number.NEGATIVE_INFINITY;

  function isFailing(): boolean {
    const { outcomes, failures, consecutiveFailures } = latest;
    const isMostlyFailing = outcomes >= windowOutcomesMin && failures * 2 >= outcomes;
    return consecutiveFailures >= consecutiveFailuresMax || isMostlyFailing;
  }

  function open(reason: string): void {
    const openedAtMs = clock.nowMs();
    const limitMs = Math.min(openMsMax, openMsMin * 2 ** openings);
    const untilMs = openedAtMs + limitMs * (jitterFloor + (1 - jitterFloor) * random());
    openings += 1;
    outage = { openedAtMs, untilMs, reason };
    probeSentAtMs = undefined;
  }

  function close(): void {
    outage = undefined;
    probeSentAtMs = undefined;
    latest.clear();
    closedAtMs = clock.nowMs();
  }

  return {
    get state() {
      if (outage === undefined) return 'closed';
      return clock.nowMs() < outage.untilMs ? 'open' : 'half-open';
    },
    get reason() {
      return outage?.reason ?? null;
    },
    get openedAtMs() {
      return outage?.openedAtMs ?? null;
    },
    admit() {
      const nowMs = clock.nowMs();
      if (outage === undefined) return 'pass';
      if (nowMs < outage.untilMs) return 'avoid';
      // Half-open. A probe whose sender forgot it must not keep the region out for ever.
      if (probeSentAtMs !== undefined && nowMs < probeSentAtMs + probeMsMax) return 'avoid';
      probeSentAtMs = nowMs;
      return 'probe';
    },
    succeeded() {
      if (outage === undefined) latest.note(false);
      else close();
    },
    failed(reason) {
      if (outage === undefined) {
        latest.note(true);
        if (!isFailing()) return;
        // A region that fails again soon after it came back is no better than before: it goes on doubling.
        if (clock.nowMs() - closedAtMs > windowMs) openings = 0;
        open(reason);
      } else if (clock.nowMs() >= outage.untilMs) {
        open(reason);
      }
    },
    abandoned() {
      probeSentAtMs = undefined;
    },
  };
}

/** How the latest requests to a region ended. */
interface OutcomeWindow {
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
function createOutcomeWindow({
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
