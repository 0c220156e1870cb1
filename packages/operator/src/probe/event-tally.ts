import type { AttemptEvent, CallEvent, KnownProblemCode } from '@gsp/client';
import { LatencyHistogram } from './latency-histogram.ts';

/** What came of one region, or of what the client asks by one name. */
export interface RegionTally {
  /** Calls that it answered well. */
  served: number;
  /** Requests that it was sent and that have ended. */
  requests: number;
  errors: number;
  readonly latencies: LatencyHistogram;
}

/** Code of the problem that a region which is behind answers with. */
const BEHIND: KnownProblemCode = 'replica-behind';

/** Counts what a client tells of a span of time, in a memory that does not grow with it. */
export class EventTally {
  readonly regions = new Map<string, RegionTally>();
  calls = 0;
  failed = 0;
  behind = 0;
  requests = 0;
  failovers = 0;
  readonly #endpoint: 'regional' | 'global';

  /** @param endpoint - with `global` only the answer to a call tells which region was behind the name */
  constructor(endpoint: 'regional' | 'global') {
    this.#endpoint = endpoint;
  }

  addAttempt({ region, outcome, latencyMs }: AttemptEvent): void {
    const tally = this.#of(region);
    tally.requests += 1;
    if (outcome === 'failed' || outcome === 'timed-out') tally.errors += 1;
    if (outcome === 'answered') tally.latencies.add(latencyMs);
  }

  /** Adds a call, unless it was given up as the probe ended: that says nothing about the platform. */
  addCall(call: CallEvent): void {
    const { region, outcome, attempts, latencyMs } = call;
    if (outcome === 'aborted') return;
    this.calls += 1;
    this.requests += attempts;
    if (isBehind(call)) this.behind += 1;
    else if (isFailed(call)) this.failed += 1;
    else if (region !== null) {
      this.#of(region).served += 1;
      if (this.#endpoint === 'global') this.#of(region).latencies.add(latencyMs);
    }
  }

  addFailover(): void {
    this.failovers += 1;
  }

  #of(region: string): RegionTally {
    const tally = this.regions.get(region) ?? emptyTally();
    this.regions.set(region, tally);
    return tally;
  }
}

/** The tally of a region of which nothing was heard. */
export function emptyTally(): RegionTally {
  return { served: 0, requests: 0, errors: 0, latencies: new LatencyHistogram() };
}

/**
 * Whether a read was told that no region in reach has what its session has seen: an honest answer about a write that had
 * not left its region when that died. Replication is asynchronous; the write is there again when its region is.
 */
export function isBehind({ outcome, reason }: Pick<CallEvent, 'outcome' | 'reason'>): boolean {
  return outcome === 'failed' && reason === BEHIND;
}

/** A probe asks for nothing else that a sound platform refuses: whatever is not well has failed. */
export function isFailed(call: Pick<CallEvent, 'outcome' | 'reason'>): boolean {
  return call.outcome !== 'ok' && call.outcome !== 'aborted' && !isBehind(call);
}
