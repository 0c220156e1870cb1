import { randomUUID } from 'node:crypto';
import type { ScheduleReport } from '../control/twin-region.ts';
import { parseSchedule } from './parse-schedule.ts';
import type { ScheduleDefinition } from './schedule-definition.ts';
import { scheduledEvent } from './scheduled-event.ts';
import { ScheduledTarget, type ScheduledTargetOptions } from './scheduled-target.ts';

/** What a region's rules run with. */
export interface ScheduledRuleOptions extends ScheduledTargetOptions {
  readonly region: string;
  readonly accountId: string;
}

/** Soon enough that nobody waits for the first run, late enough that the region is ready. */
const FIRST_RUN_MS = 1_000;
/** A timer takes no more than 24.8 days. */
const WAIT_MS_MAX = 24 * 60 * 60 * 1_000;
const CLOSE_GRACE_MS = 3_000;

/**
 * One rule that runs functions by the clock.
 *
 * The rule lives in scaled time, which is the clock's at its start and then passes `timeScale` times faster, so that
 * `rate(1 minute)` at a scale of 60 runs every second. Runs are due at fixed moments of it: a delay does not add up, and
 * moments that passed while the machine slept are left out.
 *
 *     clock    0s        1s        2s
 *     scaled   0s        60s       120s        timeScale 60
 *     due       1st run   2nd       3rd
 */
export class ScheduledRule {
  readonly definition: ScheduleDefinition;
  readonly #options: ScheduledRuleOptions;
  readonly #ending = new AbortController();
  readonly #startedMs: number;
  readonly #nextAfter: (scaledMs: number) => number | undefined;
  readonly #targets: readonly ScheduledTarget[];
  readonly #running: Promise<void>;
  #lastRunMs: number | undefined;
  #dueMs: number | undefined;

  /** @throws {ScheduleExpressionError} when the definition's expression is none that `parseSchedule` takes */
  constructor(definition: ScheduleDefinition, options: ScheduledRuleOptions) {
    this.definition = definition;
    this.#options = options;
    this.#startedMs = options.clock();
    this.#nextAfter = this.#momentsOf(definition.expression);
    const { ruleName } = definition;
    const { signal } = this.#ending;
    this.#targets = definition.targets.map(
      (target) => new ScheduledTarget(target, { ruleName, options, signal }),
    );
    this.#running = this.#run();
  }

  report(): ScheduleReport {
    const { ruleName, ruleArn, expression } = this.definition;
    return {
      ruleName,
      ruleArn,
      expression,
      state: 'Enabled',
      lastRunAt: isoOrNull(this.#lastRunMs),
      nextRunAt: isoOrNull(this.#dueMs),
      targets: this.#targets.map((target) => target.report()),
    };
  }

  /** Ends the rule. Runs under way may finish, within `graceMs`; retries that are waited for are dropped. */
  async close({ graceMs = CLOSE_GRACE_MS }: { graceMs?: number } = {}): Promise<void> {
    this.#ending.abort();
    const grace = new AbortController();
    const settled = Promise.all([this.#running, ...this.#targets.map((target) => target.settled())]);
    await Promise.race([settled, this.#options.wait(graceMs, grace.signal)]);
    grace.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    const { clock } = this.#options;
    for (let scaledMs = this.#startedMs; !signal.aborted; ) {
      const next = this.#nextAfter(scaledMs);
      this.#dueMs = next === undefined ? undefined : this.#toClock(next);
      if (next === undefined) return;
      await this.#waitUntil(this.#toClock(next));
      if (signal.aborted) return;
      this.#start();
      // A timer may come a little early; counted from the moment that was due, nothing runs twice.
      scaledMs = Math.max(next, this.#toScaled(clock()));
    }
  }

  #start(): void {
    const { region, accountId, clock } = this.#options;
    const timeMs = clock();
    this.#lastRunMs = timeMs;
    const { ruleArn } = this.definition;
    const event = scheduledEvent({ id: randomUUID(), accountId, region, ruleArn, timeMs });
    for (const target of this.#targets) target.start(event);
  }

  #momentsOf(expression: string): (scaledMs: number) => number | undefined {
    const schedule = parseSchedule(expression);
    if (schedule.kind === 'cron') return schedule.nextAfter;
    const { periodMs } = schedule;
    // AWS promises no more than that the first run is within the first period. Whole milliseconds keep the sums below
    // exact: a moment that came out a little early would be due twice.
    const firstMs = this.#startedMs + Math.round(Math.min(FIRST_RUN_MS * this.#options.timeScale, periodMs));
    return (scaledMs) => firstMs + (Math.floor((scaledMs - firstMs) / periodMs) + 1) * periodMs;
  }

  #toClock(scaledMs: number): number {
    return this.#startedMs + (scaledMs - this.#startedMs) / this.#options.timeScale;
  }

  #toScaled(clockMs: number): number {
    return this.#startedMs + (clockMs - this.#startedMs) * this.#options.timeScale;
  }

  async #waitUntil(dueMs: number): Promise<void> {
    const { clock, wait } = this.#options;
    const { signal } = this.#ending;
    for (let leftMs = dueMs - clock(); leftMs > 0 && !signal.aborted; leftMs = dueMs - clock())
      await wait(Math.min(Math.ceil(leftMs), WAIT_MS_MAX), signal);
  }
}

function isoOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
