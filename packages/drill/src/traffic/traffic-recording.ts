import { setTimeout as pause } from 'node:timers/promises';
import type {
  FaultMark,
  ObservedCheckState,
  ObservedDnsAnswer,
  TrafficBudget,
  TrafficSample,
} from '../drill-report.ts';
import type { Verdict } from '../judge/judge.ts';
import type { Baseline } from './observer.ts';
import type { CheckSighting, PlatformSighting, TargetPlatform } from './target-platform.ts';

/** How many records waited to be replicated, at one moment. */
export interface ObservedBacklog {
  readonly atSeconds: number;
  readonly records: number;
}

/** Everything that was seen of one scenario. Times are model seconds since it began. */
export interface TrafficObservations {
  readonly marks: readonly FaultMark[];
  readonly samples: readonly TrafficSample[];
  readonly dnsAnswers: readonly ObservedDnsAnswer[];
  readonly checkStates: readonly ObservedCheckState[];
  readonly backlogs: readonly ObservedBacklog[];
  /** Time to live as resolvers were given it, in model seconds; null until there was an answer. */
  readonly ttlSeconds: number | null;
}

/** The one clock of a scenario: model seconds since it began. */
export interface ModelClock {
  readonly timeScale: number;
  /** ISO 8601, UTC, of its zero. */
  readonly startedAt: string;
  nowSeconds(): number;
  /** A moment of the system's clock, in milliseconds since the epoch, by this one. */
  atSeconds(epochMs: number): number;
}

/** Starts a clock that runs `timeScale` times as fast as time does. */
export function startModelClock(timeScale: number): ModelClock {
  // One base for both, so that what others stamp by the system's clock fits to the millisecond.
  const originMs = performance.timeOrigin + performance.now();
  const atSeconds = (epochMs: number) => ((epochMs - originMs) / 1_000) * timeScale;
  return {
    timeScale,
    startedAt: new Date(originMs).toISOString(),
    nowSeconds: () => atSeconds(performance.timeOrigin + performance.now()),
    atSeconds,
  };
}

/** Collects what is seen of one scenario while it goes on. */
export class TrafficRecording implements TrafficObservations {
  readonly marks: FaultMark[] = [];
  readonly samples: TrafficSample[] = [];
  readonly dnsAnswers: ObservedDnsAnswer[] = [];
  readonly checkStates: ObservedCheckState[] = [];
  readonly backlogs: ObservedBacklog[] = [];
  ttlSeconds: number | null = null;
  /** Every check as it was seen last. */
  checks: readonly CheckSighting[] = [];
  readonly #clock: ModelClock;
  readonly #lastVerdict = new Map<string, boolean>();

  constructor(clock: ModelClock) {
    this.#clock = clock;
  }

  /** Adds a look: of checks and answers, only what has changed. */
  addSighting(
    { checks, answer, backlog }: PlatformSighting,
    regionOf: (address: string) => string | null,
  ): void {
    const atSeconds = this.#clock.nowSeconds();
    this.checks = checks;
    for (const { name: check, kind, inverted, isHealthy, sinceMs } of checks) {
      const before = this.#lastVerdict.get(check);
      if (before === isHealthy) continue;
      this.#lastVerdict.set(check, isHealthy);
      // The first state may be older than this scenario; later ones began when they say, not when we looked.
      const sinceSeconds = before === undefined ? atSeconds : this.#clock.atSeconds(sinceMs);
      this.checkStates.push({ atSeconds: Math.max(0, sinceSeconds), check, kind, inverted, isHealthy });
    }
    if (backlog !== null) this.backlogs.push({ atSeconds, records: backlog });
    if (answer === null) return;
    // A cache on the way tells what is left; the longest that was seen is what it was given.
    this.ttlSeconds = Math.max(this.ttlSeconds ?? 0, answer.ttlSeconds * this.#clock.timeScale);
    const { addresses } = answer;
    const last = this.dnsAnswers.at(-1);
    if (last !== undefined && String(last.addresses) === String(addresses)) return;
    const regions = addresses.flatMap((address) => regionOf(address) ?? []);
    this.dnsAnswers.push({ atSeconds, regions, addresses });
  }
}

/** Looks that go on until they are ended. */
export interface PlatformWatch {
  /** Rejects when the platform cannot be looked at any more; never resolves. */
  readonly failure: Promise<never>;
  end(): Promise<void>;
}

/** Looks at the platform again and again, and records what has changed. */
export function watchPlatform(
  recording: TrafficRecording,
  {
    platform,
    signal,
    onLook = () => undefined,
  }: { platform: TargetPlatform; signal: AbortSignal; onLook?: () => void },
): PlatformWatch {
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const looking = (async () => {
    for (;;) {
      recording.addSighting(await platform.look(stopped), platform.regionOf);
      onLook();
      await pause(platform.lookIntervalMs, undefined, { signal: stopped });
    }
  })();
  const failure = looking.then(
    () => new Promise<never>(() => undefined),
    (error: unknown) => {
      // Ended on purpose: that is for whoever ended it to tell.
      if (stop.signal.aborted) return new Promise<never>(() => undefined);
      throw error;
    },
  );
  // Whoever waits for it hears of it; until somebody does, it has not gone unnoticed.
  failure.catch(() => undefined);
  return {
    failure,
    async end() {
      stop.abort();
      await looking.catch(() => undefined);
    },
  };
}

/** A scenario that is over: what was seen, and what is needed to read it. JSON-serialisable. */
export interface TrafficRecord extends TrafficObservations {
  readonly timeScale: number;
  readonly regions: readonly string[];
  /** Whether checks and backlogs could be seen, which only a twin shows. */
  readonly isTwin: boolean;
  /** Region that DNS answers with while all are healthy; null where the policy has none. */
  readonly primary: string | null;
  /** Region that the scenario takes out of service; null where it takes none. */
  readonly victim: string | null;
  /** When the fault came from which times are counted; null where there was none. */
  readonly faultedAtSeconds: number | null;
  /** When the last of it was taken back; null where it was not. */
  readonly healedAtSeconds: number | null;
  /** Observers whose clients obey DNS, and so are promised something by it. */
  readonly obedient: readonly string[];
  /** Calls that clients had made before the clock began, by observer; absent where there were none. */
  readonly baselines: Readonly<Record<string, Baseline>>;
  /** Name of the check that decides about a region's records, by region; empty where checks cannot be seen. */
  readonly verdictChecks: Readonly<Record<string, string>>;
  readonly budget: TrafficBudget;
  /** Checks that were unhealthy when the traffic should have begun. */
  readonly unhealthyAtStart: readonly string[];
  /** Longest time of a checker for an answer, in real seconds. */
  readonly checkerTimeoutSeconds: number;
  /** How the promises about data were kept; null where nothing was written. */
  readonly verdict: Verdict | null;
}
