import type { AttemptEvent, CallEvent } from '../../../src/client/client-events.ts';
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

/** Counts what a client tells of a span of time, in a memory that does not grow with it. */
export class EventTally {
  readonly regions = new Map<string, RegionTally>();
  calls = 0;
  failed = 0;
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
    if (isFailed(call)) this.failed += 1;
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

/** A probe asks for nothing that a sound platform refuses: whatever is not well has failed. */
export function isFailed({ outcome }: Pick<CallEvent, 'outcome'>): boolean {
  return outcome !== 'ok' && outcome !== 'aborted';
}
