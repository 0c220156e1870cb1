import type { AttemptEvent, AttemptKind, CallEvent } from '@gsp/client';
import { percentile } from './percentile.ts';
import { createRingBuffer, type RingBuffer } from './ring-buffer.ts';
import { addMark, type TrafficMark } from './traffic-mark.ts';

/** What one region has answered. */
export interface RegionFigures {
  readonly region: string;
  readonly calls: number;
  /** Part of all answered calls, 0 to 1; 0 while there are none. */
  readonly share: number;
  /** Over the latest calls that it answered; null while there are none. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** The stream in figures. Counts go back to its start, percentiles over the latest calls. */
export interface TrafficFigures {
  /** Calls that came to an end, without those that the user broke off. */
  readonly calls: number;
  readonly failed: number;
  /** Calls that a region answered with a refusal, such as an item that has expired. */
  readonly refused: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** 1 when nothing had to be sent twice; null while there are no calls. */
  readonly requestsPerCall: number | null;
  readonly retries: number;
  readonly hedges: number;
  /** Requests that were sent to another region after a failure. */
  readonly failovers: number;
  readonly byRegion: readonly RegionFigures[];
}

/** Everything that the panel shows, as it stood at one moment. */
export interface TrafficSnapshot {
  readonly figures: TrafficFigures;
  /** The latest calls, the oldest first. */
  readonly calls: readonly CallEvent[];
  readonly marks: readonly TrafficMark[];
}

/** Listens to a client's events and keeps what the panel needs of them, in bounded memory. */
export interface TrafficLog {
  noteCall(event: CallEvent): void;
  noteAttempt(event: AttemptEvent): void;
  noteMark(mark: TrafficMark): void;
  snapshot(): TrafficSnapshot;
}

/** How much a log keeps. */
export interface TrafficLogOptions {
  /** Regions of the platform in their order; one that answers without being named here is added. */
  readonly regions: readonly string[];
  /** @default 2_400: two minutes of the fastest stream */
  readonly callsMax?: number;
  /** @default 64 */
  readonly marksMax?: number;
  /** Over how many of the latest calls percentiles are taken. @default 1_000 */
  readonly latenciesMax?: number;
}

interface RegionTally {
  calls: number;
  readonly latenciesMs: RingBuffer<number>;
}

/** Makes an empty log. */
export function createTrafficLog(options: TrafficLogOptions): TrafficLog {
  const { regions, callsMax = 2_400, marksMax = 64, latenciesMax = 1_000 } = options;
  const calls = createRingBuffer<CallEvent>(callsMax);
  const latenciesMs = createRingBuffer<number>(latenciesMax);
  const newTally = (): RegionTally => ({ calls: 0, latenciesMs: createRingBuffer(latenciesMax) });
  const tallies = new Map(regions.map((region) => [region, newTally()]));
  const outcomes = { ok: 0, refused: 0, failed: 0 };
  const kinds: Record<AttemptKind, number> = { first: 0, retry: 0, failover: 0, hedge: 0 };
  let requests = 0;
  let marks: readonly TrafficMark[] = [];

  return {
    noteCall: (event) => {
      // The user's own stop is no outcome of the platform.
      if (event.outcome === 'aborted') return;
      calls.push(event);
      outcomes[event.outcome] += 1;
      requests += event.attempts;
      latenciesMs.push(event.latencyMs);
      if (event.region === null) return;
      const tally = tallies.get(event.region) ?? newTally();
      tallies.set(event.region, tally);
      tally.calls += 1;
      tally.latenciesMs.push(event.latencyMs);
    },
    noteAttempt: ({ kind }) => {
      kinds[kind] += 1;
    },
    noteMark: (mark) => {
      marks = addMark(marks, mark, marksMax);
    },
    snapshot: () => {
      const total = outcomes.ok + outcomes.refused + outcomes.failed;
      const latencies = latenciesMs.toArray();
      return {
        calls: calls.toArray(),
        marks,
        figures: {
          calls: total,
          failed: outcomes.failed,
          refused: outcomes.refused,
          p50Ms: percentile(latencies, 0.5),
          p95Ms: percentile(latencies, 0.95),
          p99Ms: percentile(latencies, 0.99),
          requestsPerCall: total === 0 ? null : requests / total,
          retries: kinds.retry,
          hedges: kinds.hedge,
          failovers: kinds.failover,
          byRegion: regionFigures(tallies),
        },
      };
    },
  };
}

function regionFigures(tallies: ReadonlyMap<string, RegionTally>): RegionFigures[] {
  const answered = [...tallies.values()].reduce((sum, { calls }) => sum + calls, 0);
  return [...tallies].map(([region, { calls, latenciesMs }]) => {
    const latencies = latenciesMs.toArray();
    return {
      region,
      calls,
      share: answered === 0 ? 0 : calls / answered,
      p50Ms: percentile(latencies, 0.5),
      p95Ms: percentile(latencies, 0.95),
    };
  });
}
