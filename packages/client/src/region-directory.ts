import type { ClientEvents } from './client-events.ts';
import type { Clock } from './clock.ts';
import { byLatency, createPreferredRegion, type PreferenceTunables } from './preferred-region.ts';
import type { Random } from './random.ts';
import type { RegionEndpoint } from './region-endpoint.ts';
import {
  type AnswerNote,
  createRegionHealth,
  type ProbeCandidate,
  type RegionHealth,
  type RegionHealthTunables,
} from './region-health.ts';
import type { RegionState, RegionView } from './region-view.ts';

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
  betterByShare,
  betterByMs,
  betterTimesMin,
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
  const preferred = createPreferredRegion(all, {
    ...(betterByShare !== undefined && { betterByShare }),
    ...(betterByMs !== undefined && { betterByMs }),
    ...(betterTimesMin !== undefined && { betterTimesMin }),
  });

  function healthOf(region: string): RegionHealth {
    const health = all.find((each) => each.region === region);
    if (health !== undefined) return health;
    const names = all.map((each) => each.region).join(', ');
    throw new RangeError(
      `Cannot look up the region "${region}": the client knows ${names}, one of them is needed`,
    );
  }

  function ranked(): readonly RegionHealth[] {
    return [...all].sort(
      (a, b) =>
        Number(b === preferred.current && b.state === 'closed') -
          Number(a === preferred.current && a.state === 'closed') ||
        stateOrder[a.state] - stateOrder[b.state] ||
        byLatency(a, b),
    );
  }

  function settleState(reasonLeft: (left: RegionHealth) => string | null): void {
    const left = preferred.stateChanged();
    if (left === undefined) return;
    const reason = reasonLeft(left) ?? 'unknown';
    notify('failover', { from: left.region, to: preferred.current.region, reason, atMs: clock.nowMs() });
  }

  function byChoice({ kind, isSessionCritical, except }: RegionQuestion): RegionChoice | undefined {
    if (except.size > 0) return undefined;
    const candidate: ProbeCandidate =
      kind === 'write' ? 'write' : isSessionCritical ? 'session-read' : 'read';
    const probed = all.find((each) => each.admitsProbe(candidate));
    if (probed !== undefined) return { region: probed.region, purpose: 'probe' };
    if (candidate !== 'read' || preferred.current.state !== 'closed') return undefined;
    const explored = all.find((each) => each !== preferred.current && each.admitsExploration());
    return explored && { region: explored.region, purpose: 'explore' };
  }

  return {
    get preferred() {
      return preferred.current.region;
    },
    views: () =>
      ranked().map((health) => ({
        region: health.region,
        endpoint: health.endpoint,
        state: health.state,
        isPreferred: health === preferred.current,
        latencyMs: health.latencyMs,
        p95Ms: health.reads.p95Ms,
        reason: health.reason,
      })),
    choose(question) {
      const chosen = byChoice(question);
      if (chosen !== undefined) return chosen;
      const best = ranked().find(({ region }) => !question.except.has(region));
      if (best === undefined) return undefined;
      const isProbe = best.state === 'half-open' && best.breaker.admit() === 'probe';
      return { region: best.region, purpose: isProbe ? 'probe' : 'serve' };
    },
    noteAnswer(region, answer) {
      const health = healthOf(region);
      const outageMs = health.noteAnswer(answer);
      settleState((left) => left.reason);
      if (outageMs !== undefined) notify('recovered', { region, outageMs, atMs: clock.nowMs() });
      // The preferred region may be one that is avoided, as long as all were: it is left for the first that is back.
      if (answer.isRead) preferred.measured(health);
    },
    noteFailure(region, reason) {
      healthOf(region).noteFailure(reason);
      settleState((left) => left.reason);
    },
    noteAbandoned(region, elapsedMs) {
      healthOf(region).noteAbandoned(elapsedMs);
    },
    hedgeAfterMs(region) {
      return Math.max(hedgeMsMin, healthOf(region).reads.p95Ms ?? hedgeDefaultMs);
    },
  };
}
