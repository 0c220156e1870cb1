import type { FaultMark, ObservedCheckState, ObservedDnsAnswer, TrafficSample } from '../traffic-report.ts';
import type { CheckSighting, PlatformSighting } from './target-platform.ts';

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
