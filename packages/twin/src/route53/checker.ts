import type { CheckerReport } from '../control/route53-report.ts';
import type { Random } from '../seeded-random.ts';
import { type CheckerOpinion, opinionAfter } from './health-verdicts.ts';
import type { ProbeResult } from './probe-endpoint.ts';

/** What a checker is and what it does. Times in real milliseconds. */
export interface CheckerOptions {
  readonly region: string;
  readonly intervalMs: number;
  /** When in the interval it asks. */
  readonly phaseMs: number;
  readonly failureThreshold: number;
  /** What is known from before. */
  readonly opinion: CheckerOpinion;
  readonly ask: (signal: AbortSignal) => Promise<ProbeResult>;
  /** Called when the opinion has turned, or was made. */
  readonly onOpinion: () => void;
}

/**
 * One checker region of one endpoint check. It asks at fixed times, however long an answer takes: a delay does not
 * add up. A time that comes while an answer is still awaited is left out, which can be only where the time scale
 * makes intervals shorter than timeouts.
 */
export class Checker {
  readonly region: string;
  readonly #options: CheckerOptions;
  readonly #abort = new AbortController();
  #opinion: CheckerOpinion;
  #last: Pick<CheckerReport, 'reason' | 'latencyMs' | 'checkedAt'>;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> = Promise.resolve();

  constructor(options: CheckerOptions) {
    this.region = options.region;
    this.#options = options;
    this.#opinion = options.opinion;
    this.#last = { reason: 'not asked yet', latencyMs: null, checkedAt: null };
  }

  get opinion(): CheckerOpinion {
    return this.#opinion;
  }

  /** @param originMs when intervals are counted from, by `performance.now()` */
  start(originMs: number): void {
    this.#schedule(originMs, performance.now() - originMs);
  }

  /** Ends a request that is under way, and resolves when nothing is left of it. */
  async stop(): Promise<void> {
    this.#abort.abort();
    clearTimeout(this.#timer);
    await this.#asking;
  }

  report(): CheckerReport {
    return { region: this.region, healthy: this.#opinion.healthy, ...this.#last };
  }

  #schedule(originMs: number, nowMs: number): void {
    const dueMs = nextAsk(nowMs, this.#options.phaseMs, this.#options.intervalMs);
    const inMs = dueMs - (performance.now() - originMs);
    this.#timer = setTimeout(() => {
      this.#asking = this.#askOnce().then(() => {
        if (this.#abort.signal.aborted) return;
        // A timer may come a little early; counted from the time that was due, it does not ask twice.
        this.#schedule(originMs, Math.max(dueMs, performance.now() - originMs));
      });
    }, inMs);
    this.#timer.unref();
  }

  async #askOnce(): Promise<void> {
    const { ask, failureThreshold, onOpinion } = this.#options;
    const startedAt = performance.now();
    const { passed, reason } = await ask(this.#abort.signal);
    if (this.#abort.signal.aborted) return;
    const latencyMs = Math.round((performance.now() - startedAt) * 10) / 10;
    this.#last = { reason, latencyMs, checkedAt: new Date().toISOString() };
    const before = this.#opinion.healthy;
    this.#opinion = opinionAfter(this.#opinion, passed, failureThreshold);
    if (this.#opinion.healthy !== before) onOpinion();
  }
}

/** How far a checker may stray from its even place, as a share of the gap between two checkers, either way. */
const JITTER_SHARE = 0.1;

/**
 * When in the interval each checker asks, in the unit of the interval. Route 53's checkers do not agree on times,
 * and yet there are so many that an endpoint sees them evenly: a request about every two seconds at 30 s. So few as
 * run here must be spread on purpose; all at once they would need up to a whole interval more, or less, to notice
 * that an endpoint has died:
 *
 *     asks of 8 checkers   1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8
 *     the endpoint dies       x
 *     turn, threshold 2                        3 4 5 6 7 8 1   one of 8 left, 12.5 %: unhealthy
 *                             |<-- (threshold - 1) + 6/8 to 7/8 -->| intervals
 */
export function checkerPhases(count: number, interval: number, random: Random): number[] {
  const turn = random();
  return Array.from({ length: count }, (_, index) => {
    const jitter = (random() * 2 - 1) * JITTER_SHARE;
    return (((((index + jitter) / count + turn) % 1) + 1) % 1) * interval;
  });
}

/** The first time after `now` at which a checker of that phase asks. All in one unit, from one origin. */
export function nextAsk(now: number, phase: number, interval: number): number {
  const rounds = Math.floor((now - phase) / interval) + 1;
  return phase + Math.max(0, rounds) * interval;
}
