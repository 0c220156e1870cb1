/**
 * What a client holds of a region. `closed`: it is asked. `open`: it failed and is avoided for a while. `half-open`: one
 * request at a time finds out whether it answers again. `evacuated`: it answers, and says that it is out of service.
 */
export type RegionState = 'closed' | 'open' | 'half-open' | 'evacuated';

/** A region as a client sees it at this moment. */
export interface RegionView {
  readonly region: string;
  /** URL of its API. */
  readonly endpoint: string;
  readonly state: RegionState;
  /** Whether calls without a region of their own go there. */
  readonly isPreferred: boolean;
  /** Smoothed latency of its answers in milliseconds; null until there was one. */
  readonly latencyMs: number | null;
  /** Latency that 95 of 100 of its reads stay below, over the latest; null until there were enough. */
  readonly p95Ms: number | null;
  /** Why it is avoided; null when it is not. */
  readonly reason: string | null;
}

/** Where a region is asked. */
export interface RegionEndpoint {
  /** Name of the region; `global` for the name that DNS points at whichever region is healthy. */
  readonly region: string;
  /** Name of its API in `amplify_outputs.json`. */
  readonly apiName: string;
  /** URL of its API, without a trailing slash. */
  readonly endpoint: string;
}
