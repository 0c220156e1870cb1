import type { CheckerReport } from '../control/route53-report.ts';
import { type CheckerOpinion, opinionAfter } from './check-verdict.ts';
import { nextAsk } from './checker-phases.ts';
import type { ProbeResult } from './probe.ts';

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
