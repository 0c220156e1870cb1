import type { ClientEvents } from './client-events.ts';
import type { Clock, Random } from './clock.ts';
import type { RegionEndpoint, RegionState, RegionView } from './region.ts';
import {
  type AnswerNote,
  comparedSamplesMin,
  createRegionHealth,
  type ProbeCandidate,
  type RegionHealth,
  type RegionHealthTunables,
} from './region-health.ts';

/** The request for which a region is chosen. */
export interface RegionQuestion {
  readonly kind: 'read' | 'write';
  /** Whether the answer must hold what the caller's session has seen; such a call measures no region. */
  readonly isSessionCritical: boolean;
  /** Regions that the call has asked already, or must not. With any, the request neither probes nor explores by choice. */
  readonly except: ReadonlySet<string>;
}

/** Where a request goes. */
export interface RegionChoice {
  readonly region: string;
  /**
   * `probe`: it finds out whether an avoided region answers again. `explore`: it measures a region that is not preferred.
   * Both may be slow, and are worth a hedge.
   */
  readonly purpose: 'serve' | 'probe' | 'explore';
}

/** Hears of traffic that moved, and of regions that are back. */
export type RegionNotify = <Name extends 'failover' | 'recovered'>(
  name: Name,
  event: ClientEvents[Name],
) => void;

/** All that a client knows of its regions, and the choice that follows from it. */
export interface RegionDirectory {
  /** The region that calls go to. */
  readonly preferred: string;
  /** Every region as it stands, in the order in which a call would ask them. */
  views(): readonly RegionView[];
  /** State of a region; undefined for one that the client does not know. */
  stateOf(region: string): RegionState | undefined;
  /** The first region that fits, in the order of {@link views}; undefined when none does. */
  find(isFit: (view: Pick<RegionView, 'region' | 'state'>) => boolean): string | undefined;
  /** Chooses a region. Undefined only when `except` names all: a region that fails is still better than none. */
  choose(question: RegionQuestion): RegionChoice | undefined;
  /** A whole answer came, and it speaks well of the region. */
  noteAnswer(region: string, answer: AnswerNote): void;
  /** No good answer came, and that is the region's doing. */
  noteFailure(region: string, reason: string): void;
  /** The request was given up for no fault of the region, after this time. */
  noteAbandoned(region: string, elapsedMs: number): void;
  /** How long a read waits for a region's answer before another region is asked as well, in milliseconds. */
  hedgeAfterMs(region: string): number;
}

/** What can be set apart from the regions, time and chance. */
export interface RegionDirectoryTunables extends RegionHealthTunables, PreferenceTunables {
  /** Wait before a hedge as long as the region's p95 is unknown. @default 100 */
  readonly hedgeDefaultMs?: number;
  /** @default 10 */
  readonly hedgeMsMin?: number;
}

/** A region with the state that it had when a decision began. */
interface ObservedRegion {
  readonly region: string;
  readonly state: RegionState;
  readonly health: RegionHealth;
}

/** From the state that serves best to the one that serves worst. An evacuated region does answer. */
const stateOrder: Readonly<Record<RegionState, number>> = {
  closed: 0,
  evacuated: 1,
  'half-open': 2,
  open: 3,
};

/**
 * Makes a directory in which every region is in service and the first is preferred.
 *
 * @throws {RangeError} when there is no region
 */
export function createRegionDirectory({
  regions,
  clock,
  random,
  notify,
  hedgeDefaultMs = 100,
  hedgeMsMin = 10,
  betterByShare = 0.2,
  betterByMs = 10,
  betterTimesMin = 3,
  ...healthTunables
}: {
  readonly regions: readonly RegionEndpoint[];
  readonly clock: Clock;
  readonly random: Random;
  readonly notify: RegionNotify;
} & RegionDirectoryTunables): RegionDirectory {
  const [first, ...others] = regions.map((each) =>
    createRegionHealth(each, { clock, random, ...healthTunables }),
  );
  if (first === undefined) throw new RangeError('Cannot choose a region: there is none, one is needed');
  const all: readonly [RegionHealth, ...RegionHealth[]] = [first, ...others];
  const preferred = createPreferredRegion(all, { betterByShare, betterByMs, betterTimesMin });

  function healthOf(region: string): RegionHealth {
    const health = all.find((each) => each.region === region);
    if (health !== undefined) return health;
    const names = all.map((each) => each.region).join(', ');
    throw new RangeError(
      `Cannot look up the region "${region}": the client knows ${names}, one of them is needed`,
    );
  }

  /** Asks each region for its state, once, so that a decision rests on one picture of them all. */
  function observed(): readonly ObservedRegion[] {
    return all.map((health) => ({ region: health.region, state: health.state, health }));
  }

  function ranked(regions: readonly ObservedRegion[]): readonly ObservedRegion[] {
    const isServing = ({ health, state }: ObservedRegion) =>
      health === preferred.current && state === 'closed';
    return [...regions].sort(
      (a, b) =>
        Number(isServing(b)) - Number(isServing(a)) ||
        stateOrder[a.state] - stateOrder[b.state] ||
        byLatency(a.health, b.health),
    );
  }

  function settleState(): void {
    const left = preferred.stateChanged();
    if (left === undefined) return;
    const reason = left.reason ?? 'unknown';
    notify('failover', { from: left.region, to: preferred.current.region, reason, atMs: clock.nowMs() });
  }

  function byChoice(
    { kind, isSessionCritical, except }: RegionQuestion,
    regions: readonly ObservedRegion[],
  ): RegionChoice | undefined {
    if (except.size > 0) return undefined;
    const candidate: ProbeCandidate =
      kind === 'write' ? 'write' : isSessionCritical ? 'session-read' : 'read';
    const probed = regions.find(({ health, state }) => health.admitsProbe(candidate, state));
    if (probed !== undefined) return { region: probed.region, purpose: 'probe' };
    const serving = regions.filter(({ state }) => state === 'closed');
    if (candidate !== 'read' || !serving.some(({ health }) => health === preferred.current)) return undefined;
    const explored = serving.find(({ health }) => health !== preferred.current && health.admitsExploration());
    return explored && { region: explored.region, purpose: 'explore' };
  }

  return {
    get preferred() {
      return preferred.current.region;
    },
    views: () =>
      ranked(observed()).map(({ region, state, health }) => ({
        region,
        endpoint: health.endpoint,
        state,
        isPreferred: health === preferred.current,
        latencyMs: health.latencyMs,
        p95Ms: health.reads.p95Ms,
        reason: health.reason,
      })),
    stateOf: (region) => all.find((each) => each.region === region)?.state,
    find: (isFit) => ranked(observed()).find(isFit)?.region,
    choose(question) {
      const regions = observed();
      const chosen = byChoice(question, regions);
      if (chosen !== undefined) return chosen;
      const best = ranked(regions).find(({ region }) => !question.except.has(region));
      if (best === undefined) return undefined;
      const isProbe = best.state === 'half-open' && best.health.breaker.admit() === 'probe';
      return { region: best.region, purpose: isProbe ? 'probe' : 'serve' };
    },
    noteAnswer(region, answer) {
      const health = healthOf(region);
      const outageMs = health.noteAnswer(answer);
      settleState();
      if (outageMs !== undefined) notify('recovered', { region, outageMs, atMs: clock.nowMs() });
      // The preferred region may be one that is avoided, as long as all were: it is left for the first that is back.
      if (answer.isRead) preferred.measured(health);
    },
    noteFailure(region, reason) {
      healthOf(region).noteFailure(reason);
      settleState();
    },
    noteAbandoned(region, elapsedMs) {
      healthOf(region).noteAbandoned(elapsedMs);
    },
    hedgeAfterMs(region) {
      return Math.max(hedgeMsMin, healthOf(region).reads.p95Ms ?? hedgeDefaultMs);
    },
  };
}

/** How much better another region must be before calls move there. */
export interface PreferenceTunables {
  /** @default 0.2 */
  readonly betterByShare?: number;
  /** @default 10 */
  readonly betterByMs?: number;
  /** How often in a row it must have been found better. @default 3 */
  readonly betterTimesMin?: number;
}

/** The region that calls go to, and when that changes. */
interface PreferredRegion {
  readonly current: RegionHealth;
  /** A region was measured: compares it. */
  measured(health: RegionHealth): void;
  /** A region's state changed: leaves it if it is to be avoided. Returns the region that was left. */
  stateChanged(): RegionHealth | undefined;
}

/** Sorts the fastest to the front, those never measured behind, else as they stood. */
function byLatency(a: RegionHealth, b: RegionHealth): number {
  const [aMs, bMs] = [a.reads.smoothedMs ?? Infinity, b.reads.smoothedMs ?? Infinity];
  return aMs === bMs ? 0 : aMs - bMs;
}

/**
 * Starts with the first region. Calls leave a region at once when it fails, but only slowly for a faster one: moving to
 * and fro costs connections, and two regions of equal latency would else take turns with every gust of noise.
 */
function createPreferredRegion(
  regions: readonly [RegionHealth, ...RegionHealth[]],
  { betterByShare, betterByMs, betterTimesMin }: Required<PreferenceTunables>,
): PreferredRegion {
  let current = regions[0];
  const betterTimes = new Map<string, number>();

  function moveTo(health: RegionHealth): void {
    current = health;
    betterTimes.clear();
  }

  function isBetter({ reads }: RegionHealth): boolean {
    const presentMs = current.reads.smoothedMs;
    if (presentMs === null || reads.smoothedMs === null || reads.samples < comparedSamplesMin) return false;
    // What both vary by is no difference between them.
    const noiseMs = current.reads.deviationMs + reads.deviationMs;
    return presentMs - reads.smoothedMs >= Math.max(betterByMs, presentMs * betterByShare, noiseMs);
  }

  return {
    get current() {
      return current;
    },
    measured(health) {
      if (health === current || health.state !== 'closed') return;
      const times = isBetter(health) ? (betterTimes.get(health.region) ?? 0) + 1 : 0;
      betterTimes.set(health.region, times);
      if (times >= betterTimesMin) moveTo(health);
    },
    stateChanged() {
      if (current.state === 'closed') return undefined;
      const left = current;
      const [next] = regions.filter(({ state }) => state === 'closed').sort(byLatency);
      if (next === undefined) return undefined;
      moveTo(next);
      return left;
    },
  };
}
