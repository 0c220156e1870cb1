import { setTimeout as delay } from 'node:timers/promises';
import type { ScheduleReport } from '../control/twin-region.ts';
import type { ScheduleDefinition } from './schedule-definition.ts';
import { ScheduledRule, type ScheduledRuleOptions } from './scheduled-rule.ts';

/** What the schedules of a region run with. */
export interface SchedulesOptions extends Omit<ScheduledRuleOptions, 'wait'> {
  /** @default - a timer */
  readonly wait?: ScheduledRuleOptions['wait'];
}

/** The rules of one region that run functions by the clock. */
export class Schedules {
  readonly #options: ScheduledRuleOptions;
  readonly #rules = new Map<string, ScheduledRule>();
  #definitions: readonly ScheduleDefinition[] = [];

  constructor(options: SchedulesOptions) {
    this.#options = { wait, ...options };
  }

  /**
   * Makes the rules those of `definitions`. One that did not change goes on undisturbed; a changed one lets its runs
   * finish and begins as a new one.
   */
  async apply(definitions: readonly ScheduleDefinition[]): Promise<void> {
    const enabled = definitions.filter((definition) => definition.enabled);
    this.#definitions = definitions;
    const kept = new Set(enabled.map((definition) => JSON.stringify(definition)));
    const ended = [...this.#rules].filter(([, { definition }]) => !kept.has(JSON.stringify(definition)));
    for (const [ruleArn] of ended) this.#rules.delete(ruleArn);
    await Promise.all(ended.map(([, rule]) => rule.close()));
    for (const definition of enabled) {
      if (!this.#rules.has(definition.ruleArn))
        this.#rules.set(definition.ruleArn, new ScheduledRule(definition, this.#options));
    }
  }

  /** What every rule has done. */
  report(): ScheduleReport[] {
    return this.#definitions.map((definition) => {
      const { ruleName, ruleArn, expression, targets } = definition;
      const idle = { succeeded: 0, failed: 0, skipped: 0, lastError: null };
      return (
        this.#rules.get(ruleArn)?.report() ?? {
          ruleName,
          ruleArn,
          expression,
          state: 'Disabled',
          lastRunAt: null,
          nextRunAt: null,
          targets: targets.map(({ id, functionName }) => ({ id, functionName, ...idle })),
        }
      );
    });
  }

  /** Starts no more runs, lets those under way finish, within a bound, and ends every rule. */
  async close(): Promise<void> {
    await Promise.all([...this.#rules.values()].map((rule) => rule.close()));
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal }).catch(() => undefined);
}
