import { type CircuitBreaker, type CircuitBreakerTunables, createCircuitBreaker } from './circuit-breaker.ts';
import type { Clock } from './clock.ts';
import { createEvacuationWatch } from './evacuation-watch.ts';
import type { LatencyTracker } from './latency-tracker.ts';
import type { Random } from './random.ts';
import type { RegionEndpoint } from './region-endpoint.ts';
import { createRegionMeasurement } from './region-measurement.ts';
import type { RegionState } from './region-view.ts';

/** What a region's answer says beside its content. */
export interface AnswerNote {
  readonly latencyMs: number;
  readonly isRead: boolean;
  /** Whether the region says that it is out of service. */
  readonly isEvacuated: boolean;
}

/** How urgently a call may be used to ask a region that is avoided. */
export type ProbeCandidate = 'read' | 'session-read' | 'write';

/** One region as one client knows it: whether it answers, whether it is in service, and how fast it is. */
export interface RegionHealth {
  readonly region: string;
  readonly endpoint: string;
  readonly state: RegionState;
  /** Why it is avoided; null when it is not. */
  readonly reason: string | null;
  readonly reads: LatencyTracker;
  /** Latency to show: that of its reads, else that of its writes. */
  readonly latencyMs: number | null;
  readonly breaker: CircuitBreaker;
  /** Takes leave to send one request that finds out whether it is to be avoided any longer. */
  admitsProbe(candidate: ProbeCandidate): boolean;
  /** Takes leave to send one read that finds out how fast it is. */
  admitsExploration(): boolean;
  /** Returns for how long it was avoided when this answer ended that. */
  noteAnswer(answer: AnswerNote): number | undefined;
  noteFailure(reason: string): void;
  noteAbandoned(elapsedMs: number): void;
}

/** What can be set apart from time and chance. Durations in milliseconds; intervals vary by a fifth both ways. */
export interface RegionHealthTunables extends CircuitBreakerTunables {
  /** Between two reads that look whether an evacuation has ended. @default 10_000 */
  readonly evacuationProbeMs?: number;
  /** Between two reads that measure a region which is not preferred. @default 30_000 */
  readonly exploreMs?: number;
  /** The same, as long as too little was measured to compare it. @default 3_000 */
  readonly learnMs?: number;
}

/**
 * How long a region that may be probed waits for a call that a probe harms less: a plain read can be hedged and cares
 * for no session; a write cannot be hedged, and would wait for its time to run out.
 */
const probeGraceMs: Readonly<Record<ProbeCandidate, number>> = {
  read: 0,
  'session-read': 1_000,
  write: 10_000,
};

/** Makes the record of a region that is in service, and of which nothing else is known. */
export function createRegionHealth(
  { region, endpoint }: RegionEndpoint,
  {
    clock,
    random,
    evacuationProbeMs = 10_000,
    exploreMs = 30_000,
    learnMs = 3_000,
    ...breakerTunables
  }: { readonly clock: Clock; readonly random: Random } & RegionHealthTunables,
): RegionHealth {
  const breaker = createCircuitBreaker({ clock, random, ...breakerTunables });
  const jittered = (intervalMs: number) => intervalMs * (0.8 + 0.4 * random());
  const evacuation = createEvacuationWatch({ clock, probeIntervalMs: () => jittered(evacuationProbeMs) });
  const exploreIntervalMs = (isKnown: boolean) => jittered(isKnown ? exploreMs : learnMs);
  const measurement = createRegionMeasurement({ clock, exploreIntervalMs });
  let avoidedSinceMs: number | undefined;
  let probeableSinceMs: number | undefined;

  function stateNow(): RegionState {
    if (breaker.state !== 'closed') return breaker.state;
    return evacuation.isEvacuated ? 'evacuated' : 'closed';
  }

  /** Keeps since when the region is avoided; gives for how long it was, when it no longer is. */
  function noteState(): number | undefined {
    probeableSinceMs = undefined;
    const sinceMs = avoidedSinceMs;
    avoidedSinceMs = stateNow() === 'closed' ? undefined : (sinceMs ?? clock.nowMs());
    if (sinceMs === undefined || avoidedSinceMs !== undefined) return undefined;
    measurement.startAnew();
    return clock.nowMs() - sinceMs;
  }

  return {
    region,
    endpoint,
    breaker,
    get state() {
      return stateNow();
    },
    get reason() {
      return breaker.reason ?? (evacuation.isEvacuated ? 'evacuated' : null);
    },
    get reads() {
      return measurement.reads;
    },
    get latencyMs() {
      return measurement.latencyMs;
    },
    admitsProbe(candidate) {
      const state = stateNow();
      if (state !== 'half-open' && !(state === 'evacuated' && evacuation.isProbeDue)) return false;
      probeableSinceMs ??= clock.nowMs();
      if (clock.nowMs() < probeableSinceMs + probeGraceMs[candidate]) return false;
      if (breaker.admit() === 'avoid') return false;
      evacuation.probeSent();
      probeableSinceMs = undefined;
      return true;
    },
    admitsExploration: () => stateNow() === 'closed' && measurement.admitsExploration(),
    noteAnswer({ latencyMs, isRead, isEvacuated }) {
      const sentAtMs = clock.nowMs() - latencyMs;
      // An answer tells what held when it was asked for:
      //
      //     request A ────────────────────────> good answer (slow)
      //       request B ──> failure: opens             request C ──> the next to say how it is
      //
      // That A was answered does not close what B opened.
      if (sentAtMs >= (breaker.openedAtMs ?? Number.NEGATIVE_INFINITY)) breaker.succeeded();
      evacuation.note(isEvacuated, sentAtMs);
      const outageMs = noteState();
      measurement.note(latencyMs, isRead);
      return outageMs;
    },
    noteFailure(reason) {
      breaker.failed(reason);
      noteState();
    },
    noteAbandoned(elapsedMs) {
      breaker.abandoned();
      measurement.reads.noteAtLeast(elapsedMs);
    },
  };
}
