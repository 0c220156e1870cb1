import { setTimeout as pause } from 'node:timers/promises';
import { CommandError } from '@gsp/cli-kit';
import type { ExperimentKind } from '@gsp/operator/fault-injection';
import { type DrillFault, describeFault } from '../drill-fault.ts';
import type { FaultMark, TrafficBudget } from '../drill-report.ts';
import type { TargetPlatform } from './target-platform.ts';
import type { ModelClock, TrafficRecording } from './traffic-recording.ts';

/** What the actions of a scenario need. */
export interface ScenarioActionsOptions {
  readonly platform: TargetPlatform;
  readonly clock: ModelClock;
  readonly recording: TrafficRecording;
  readonly budget: TrafficBudget;
  /** Observers whose clients obey DNS. */
  readonly obedient: readonly string[];
  /** Has a region start its functions before traffic comes. */
  readonly warm: (region: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Between two looks at what is recorded, in real milliseconds. */
const POLL_MS = 20;

/** A wait for traffic is given up after this many times what it may take: what was missed by then is missed. */
const PATIENCE = 1.3;

/**
 * What a scenario does things with: it waits in model seconds, breaks and heals, and marks what it does. Traffic goes on
 * all the while.
 */
export class ScenarioActions {
  readonly platform: TargetPlatform;
  readonly budget: TrafficBudget;
  /** Region that is taken out of service: the primary, or the first where the policy has none. */
  readonly victim: string;
  /** When the fault came from which times are counted, in model seconds. */
  faultedAtSeconds: number | null = null;
  healedAtSeconds: number | null = null;
  readonly #options: ScenarioActionsOptions;

  constructor(options: ScenarioActionsOptions) {
    const { platform, budget } = options;
    this.#options = options;
    this.platform = platform;
    this.budget = budget;
    this.victim = platform.primary ?? platform.regions[0]?.region ?? '';
  }

  /** Regions but the victim. */
  get others(): readonly string[] {
    return this.platform.regions.map(({ region }) => region).filter((region) => region !== this.victim);
  }

  /** Lets traffic go on for a while. */
  async wait(modelSeconds: number): Promise<void> {
    const { clock, signal } = this.#options;
    await pause((modelSeconds / clock.timeScale) * 1_000, undefined, { signal });
  }

  /** Breaks something before the fault from which times are counted. */
  async prepare(faults: readonly DrillFault[]): Promise<void> {
    for (const fault of faults) await this.#carryOut(fault, 'fault');
  }

  /**
   * Breaks what the scenario is about. Times are counted from the moment before: some of a fault is there before all of
   * it is.
   */
  async break(faults: readonly DrillFault[]): Promise<void> {
    this.faultedAtSeconds ??= this.#options.clock.nowSeconds();
    await this.prepare(faults);
  }

  /** Takes faults back. Times are counted from when all are. A region that starts is warm before traffic returns. */
  async heal(faults: readonly DrillFault[]): Promise<void> {
    for (const fault of faults) await this.#carryOut(fault, 'heal');
    this.healedAtSeconds = this.#options.clock.nowSeconds();
    for (const fault of faults) if (fault.kind === 'start') await this.#options.warm(fault.region);
  }

  /** Evacuates the victim, as an operator does. Times are counted from when that is acknowledged. */
  async evacuate(): Promise<void> {
    await this.platform.evacuate(this.victim, this.#options.signal);
    this.faultedAtSeconds ??= this.#options.clock.nowSeconds();
    this.#mark('fault', `evacuate ${this.victim}`);
  }

  /** Ends the victim's evacuation. */
  async restore(): Promise<void> {
    await this.platform.restore(this.victim, this.#options.signal);
    this.healedAtSeconds = this.#options.clock.nowSeconds();
    this.#mark('heal', `restore ${this.victim}`);
  }

  /** Has AWS break the victim. Times are counted from when the experiment runs. */
  async startExperiment(kind: ExperimentKind): Promise<void> {
    const { experiments, target } = this.platform;
    if (experiments === undefined)
      throw new CommandError(
        `Cannot run ${kind}: ${target} knows no experiments, a deployed platform is needed.`,
      );
    const { id } = await experiments.start(kind, { region: this.victim, signal: this.#options.signal });
    this.faultedAtSeconds ??= this.#options.clock.nowSeconds();
    this.#mark('fault', `experiment ${id}: ${kind} in ${this.victim}`);
  }

  /** Ends what AWS breaks. Times are counted from when it is over. */
  async stopExperiments(): Promise<void> {
    await this.platform.experiments?.stopAll();
    this.healedAtSeconds = this.#options.clock.nowSeconds();
    this.#mark('heal', `end of the experiment in ${this.victim}`);
  }

  /**
   * Waits until a checker has just asked the victim: what breaks right after that is noticed as late as it can be, an
   * interval later, and not a lucky moment after it broke. Where checks cannot be seen, chance decides.
   */
  async untilProbed(): Promise<void> {
    const { platform, recording } = this.#options;
    const name = platform.checksOf.get(this.victim)?.endpoint;
    const askedAtMs = () => recording.checks.find((check) => check.name === name)?.askedAtMs ?? null;
    const before = askedAtMs();
    if (before === null) return;
    await this.until(() => askedAtMs() !== before, this.budget.intervalSeconds * 1.5);
  }

  /**
   * Waits until every obedient client is answered elsewhere, and tells whether that came to be in time.
   *
   * @param showsAfterSeconds what the fault takes to show at checkers, beside what every fault takes. @default 0
   */
  untilLeft({ showsAfterSeconds = 0 } = {}): Promise<boolean> {
    const isElsewhere = (region: string | null) => region !== null && region !== this.victim;
    return this.until(() => this.#lastRegions().every(isElsewhere), this.#moveLimit(showsAfterSeconds));
  }

  /**
   * Waits until every obedient client uses the victim again, and tells whether that came to be in time.
   *
   * @param showsAfterSeconds what healing takes to show at checkers. @default 0
   */
  untilReturned({ showsAfterSeconds = 0 } = {}): Promise<boolean> {
    const isBack = (region: string | null) => region === this.victim;
    return this.until(() => this.#lastRegions().every(isBack), this.#moveLimit(showsAfterSeconds));
  }

  /** Waits until Route 53 holds every region for unhealthy, and tells whether that came to be in time. */
  untilAllUnhealthy(): Promise<boolean> {
    const { platform, recording } = this.#options;
    const verdicts = new Set([...platform.checksOf.values()].map(({ verdict }) => verdict));
    const areDown = () => recording.checks.every(({ name, isHealthy }) => !verdicts.has(name) || !isHealthy);
    return this.until(areDown, this.#moveLimit());
  }

  /** Waits until Route 53 holds every region for healthy, and tells whether that came to be in time. */
  untilAllHealthy(): Promise<boolean> {
    return this.until(
      () => this.#options.recording.checks.every(({ isHealthy }) => isHealthy),
      this.#moveLimit(),
    );
  }

  /** Waits until the condition holds, and tells whether it came to hold within the limit, in model seconds. */
  async until(condition: () => boolean, limitSeconds: number): Promise<boolean> {
    const { clock, signal } = this.#options;
    const limit = clock.nowSeconds() + limitSeconds;
    while (!condition()) {
      if (clock.nowSeconds() > limit) return false;
      await pause(POLL_MS, undefined, { signal });
    }
    return true;
  }

  /** What a move may take, generously: detection, what is late by itself, and the time to live. */
  #moveLimit(showsAfterSeconds = 0): number {
    const { clock } = this.#options;
    const lateSeconds = (1 + this.platform.checkerTimeoutSeconds) * clock.timeScale;
    return (this.budget.totalSeconds + lateSeconds + showsAfterSeconds) * PATIENCE;
  }

  /** Where each obedient client went with its latest request since the last mark; null where it sent none. */
  #lastRegions(): readonly (string | null)[] {
    const { recording, obedient } = this.#options;
    const since = recording.marks.at(-1)?.atSeconds ?? 0;
    const latest = new Map<string, { readonly atSeconds: number; readonly region: string | null }>();
    for (const { vantage, client, region, atSeconds } of recording.samples) {
      // Samples come in the order of their ends, not of their beginnings.
      if (!obedient.includes(vantage) || atSeconds < (latest.get(client)?.atSeconds ?? 0)) continue;
      latest.set(client, { atSeconds, region: atSeconds >= since ? region : null });
    }
    return [...latest.values()].map(({ region }) => region);
  }

  async #carryOut(fault: DrillFault, kind: FaultMark['kind']): Promise<void> {
    const { inject } = this.platform;
    if (inject === null)
      throw new CommandError(
        `Cannot ${describeFault(fault)}: ${this.platform.target} takes no faults, a twin is needed.`,
      );
    if (kind === 'fault') this.#mark(kind, describeFault(fault));
    await inject(fault);
    if (kind === 'heal') this.#mark(kind, describeFault(fault));
  }

  #mark(kind: FaultMark['kind'], what: string): void {
    const { recording, clock } = this.#options;
    recording.marks.push({ atSeconds: clock.nowSeconds(), kind, what });
  }
}
