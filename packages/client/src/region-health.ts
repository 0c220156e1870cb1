import { type CircuitBreaker, type CircuitBreakerTunables, createCircuitBreaker } from './circuit-breaker.ts';
import type { Clock, Random } from './clock.ts';
import { createLatencyTracker, type LatencyTracker } from './latency-tracker.ts';
import type { RegionEndpoint, RegionState } from './region.ts';

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
  /** Takes leave to send one request that finds out whether the region, in this state, is to be avoided any longer. */
  admitsProbe(candidate: ProbeCandidate, state: RegionState): boolean;
  /** Takes leave to send one read that finds out how fast it is; to be asked while it is in service. */
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
    measurement.reset();
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
    admitsProbe(candidate, state) {
      if (state !== 'half-open' && !(state === 'evacuated' && evacuation.isProbeDue)) return false;
      probeableSinceMs ??= clock.nowMs();
      if (clock.nowMs() < probeableSinceMs + probeGraceMs[candidate]) return false;
      if (breaker.admit() === 'avoid') return false;
      evacuation.probeSent();
      probeableSinceMs = undefined;
      return true;
    },
    admitsExploration: measurement.admitsExploration,
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

/** Whether a region says that it is out of service, and when to look whether that has ended. */
interface EvacuationWatch {
  readonly isEvacuated: boolean;
  /** Whether it is time to look. */
  readonly isProbeDue: boolean;
  /** A request that looks is sent: the next is due an interval later, whatever becomes of this one. */
  probeSent(): void;
  /** An answer says how it stands; it says so of the moment at which it was asked for. */
  note(isEvacuated: boolean, sentAtMs: number): void;
}

/**
 * Makes the watch of a region that is in service.
 *
 * @param probeIntervalMs - gives the wait before the next look
 */
function createEvacuationWatch({
  clock,
  probeIntervalMs,
}: {
  readonly clock: Clock;
  readonly probeIntervalMs: () => number;
}): EvacuationWatch {
  let isEvacuated = false;
  let changedAtMs = Number.NEGATIVE_INFINITY;
  let probeAtMs = 0;

  function scheduleProbe(): void {
    probeAtMs = clock.nowMs() + probeIntervalMs();
  }

  return {
    get isEvacuated() {
      return isEvacuated;
    },
    get isProbeDue() {
      return isEvacuated && clock.nowMs() >= probeAtMs;
    },
    probeSent: scheduleProbe,
    note(isNowEvacuated, sentAtMs) {
      // Answers overtake each other:
      //
      //     request A ─────────────────────────> in service (slow)
      //               evacuated
      //       request B ───────────> evacuated
      //
      // A was asked for before B told of the change, so it does not undo it.
      if (sentAtMs < changedAtMs) return;
      if (isNowEvacuated) scheduleProbe();
      if (isNowEvacuated === isEvacuated) return;
      isEvacuated = isNowEvacuated;
      changedAtMs = clock.nowMs();
    },
  };
}

/** How fast a region answers, and when to send a read there to find out. */
interface RegionMeasurement {
  /** Reads alone are compared between regions: a write takes longer, and not every region gets some. */
  readonly reads: LatencyTracker;
  /** Latency to show: that of its reads, else that of its writes. */
  readonly latencyMs: number | null;
  note(latencyMs: number, isRead: boolean): void;
  /** Takes leave to send one read that measures the region. */
  admitsExploration(): boolean;
  /** Forgets everything: what was measured while the region failed says nothing of how fast it is now. */
  reset(): void;
}

/** Latencies of a region that must be known before it is compared. */
export const comparedSamplesMin = 5;

/**
 * Makes the measurement of a region of which nothing is known.
 *
 * @param exploreIntervalMs - gives the wait between two reads that measure, by whether enough is known to compare
 */
function createRegionMeasurement({
  clock,
  exploreIntervalMs,
}: {
  readonly clock: Clock;
  readonly exploreIntervalMs: (isKnown: boolean) => number;
}): RegionMeasurement {
  let reads = createLatencyTracker({ clock });
  let writes = createLatencyTracker({ clock });
  let exploreAtMs = clock.nowMs() + exploreIntervalMs(false);
  return {
    get reads() {
      return reads;
    },
    get latencyMs() {
      return reads.smoothedMs ?? writes.smoothedMs;
    },
    note(latencyMs, isRead) {
      (isRead ? reads : writes).note(latencyMs);
    },
    admitsExploration() {
      if (clock.nowMs() < exploreAtMs) return false;
      exploreAtMs = clock.nowMs() + exploreIntervalMs(reads.samples >= comparedSamplesMin);
      return true;
    },
    reset() {
      reads = createLatencyTracker({ clock });
      writes = createLatencyTracker({ clock });
      exploreAtMs = clock.nowMs() + exploreIntervalMs(false);
    },
  };
}
