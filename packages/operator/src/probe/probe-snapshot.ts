import type { RegionState } from '@gsp/client';

/** How long writes of one region take to be seen in another. */
export interface LagSighting {
  readonly from: string;
  readonly to: string;
  /** From the acknowledgement until a read has found the write, in milliseconds; null when none did. */
  readonly lagMs: number | null;
  /** Why there is no figure. */
  readonly reason?: string;
}

/** One region over a span of a probe. */
export interface RegionSnapshot {
  readonly region: string;
  /** As the client sees it; null where the client has no view of its own, as with the global name. */
  readonly state: RegionState | null;
  readonly isPreferred: boolean;
  /** Why the client avoids it; null when it does not. */
  readonly reason: string | null;
  /** Calls that it answered. */
  readonly served: number;
  /** Their share of all calls, 0 to 1; null while there were none. */
  readonly share: number | null;
  /** Requests that it was sent and that have ended. */
  readonly requests: number;
  /** Of these, those that failed or were not answered in time. */
  readonly errors: number;
  /** Latencies of its answers in milliseconds; null where there were none. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** The latest sighting from each peer. */
  readonly lag: readonly LagSighting[];
}

/** A span of a probe: the client as a whole, and each region. JSON-serialisable. */
export interface ProbeSnapshot {
  /** ISO 8601, UTC, of its end. */
  readonly at: string;
  /** Seconds since the probe began. */
  readonly elapsedSeconds: number;
  /** Length of the span in seconds. */
  readonly spanSeconds: number;
  /** Calls that have ended, those that somebody gave up aside. */
  readonly calls: number;
  readonly failed: number;
  /** Reads that were told that no region in reach has what their session has seen; an honest answer, and none of `failed`. */
  readonly behind: number;
  readonly requests: number;
  /** Null while there were no calls. */
  readonly requestsPerCall: number | null;
  readonly failovers: number;
  readonly regions: readonly RegionSnapshot[];
}
