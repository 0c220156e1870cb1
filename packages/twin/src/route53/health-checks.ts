import { isDeepStrictEqual } from 'node:util';
import type { CheckReport } from '../control/route53-report.ts';
import { checkedUrl, EndpointCheck, type EndpointCheckOptions } from './endpoint-check.ts';
import { type HealthVerdicts, healthVerdicts } from './health-verdicts.ts';
import type { HealthCheckDefinition } from './route53-definition.ts';

/** What the health checks need of the twin around them. */
export interface HealthChecksOptions extends Omit<EndpointCheckOptions, 'onOpinion'> {
  readonly checks: readonly HealthCheckDefinition[];
  /** Told of every check whose verdict has changed. */
  readonly onVerdict?: ((check: CheckReport) => void) | undefined;
}

/** All health checks: the checkers of the endpoint checks, and the verdicts that follow from what they say. */
export class HealthChecks {
  readonly #options: HealthChecksOptions;
  #checks: readonly HealthCheckDefinition[] = [];
  #endpoints: ReadonlyMap<string, EndpointCheck> = new Map();
  #verdicts: HealthVerdicts = new Map();
  readonly #since = new Map<string, string>();
  #originMs: number | undefined;
  /** What is left of checks that went. */
  #ending: Promise<unknown> = Promise.resolve();

  constructor(options: HealthChecksOptions) {
    this.#options = options;
    this.swap(options.checks);
  }

  /** As they are now. A new map after every change. */
  get verdicts(): HealthVerdicts {
    return this.#verdicts;
  }

  /** Begins to ask. Once: what was stopped stays so. */
  start(): void {
    this.#originMs = performance.now();
    for (const check of this.#endpoints.values()) check.start(this.#originMs);
  }

  /** Ends every request that is under way, and resolves when none is left. */
  async stop(): Promise<void> {
    this.#originMs = undefined;
    await Promise.all([this.#ending, ...[...this.#endpoints.values()].map((check) => check.stop())]);
  }

  /**
   * Goes over to other checks at once. A check that stayed the same is not disturbed, one that still asks for the
   * same keeps what its checkers know, and any other begins as a new one.
   */
  swap(checks: readonly HealthCheckDefinition[]): void {
    const before = this.#endpoints;
    this.#checks = checks;
    this.#endpoints = new Map(
      checks.flatMap((check) =>
        check.kind === 'endpoint' ? [[check.id, this.#endpointOf(check, before.get(check.id))]] : [],
      ),
    );
    this.#judge();
    const kept = new Set(this.#endpoints.values());
    const gone = [...before.values()].filter((check) => !kept.has(check));
    this.#ending = Promise.all([this.#ending, ...gone.map((check) => check.stop())]);
  }

  reports(): CheckReport[] {
    return this.#checks.map((check) => this.#report(check));
  }

  #endpointOf(definition: EndpointCheck['definition'], before: EndpointCheck | undefined): EndpointCheck {
    if (before !== undefined && isDeepStrictEqual(before.definition, definition)) return before;
    const check = new EndpointCheck(definition, { ...this.#options, onOpinion: () => this.#judge() }, before);
    if (this.#originMs !== undefined) check.start(this.#originMs);
    return check;
  }

  #judge(): void {
    const before = this.#verdicts;
    this.#verdicts = healthVerdicts(this.#checks, (id) => this.#endpoints.get(id)?.opinions() ?? []);
    const changed = this.#checks.filter(({ id }) => before.get(id) !== this.#verdicts.get(id));
    const now = new Date().toISOString();
    for (const { id } of changed) this.#since.set(id, now);
    for (const check of changed) if (before.has(check.id)) this.#options.onVerdict?.(this.#report(check));
  }

  #report(check: HealthCheckDefinition): CheckReport {
    const { id, name, inverted, kind } = check;
    const healthy = this.#verdicts.get(id) ?? true;
    const common = { id, name, kind, inverted, healthy, since: this.#since.get(id) ?? '' };
    if (check.kind === 'calculated') {
      const none = { target: null, intervalSeconds: null, failureThreshold: null, checkers: [] };
      return { ...common, ...none, children: check.children };
    }
    const { intervalSeconds, failureThreshold } = check;
    const checkers = this.#endpoints.get(id)?.reports() ?? [];
    return {
      ...common,
      target: checkedUrl(check),
      intervalSeconds,
      failureThreshold,
      children: [],
      checkers,
    };
  }
}
