/**
 * What runs of a region. `impaired`: its process runs, and either its engine does not, as when a region loses its database,
 * or it cannot write, as when the disk is full. `reason` says which; an engine that ended unasked is started again.
 * `down`: a process died that nobody told to. `stopped`: told to.
 */
export type RegionStatus = 'starting' | 'running' | 'impaired' | 'down' | 'stopping' | 'stopped';

/** One region in the answer of `GET /_twin/state`. */
export interface TwinRegion {
  readonly region: string;
  readonly status: RegionStatus;
  /** Why the region has this status, for a person. */
  readonly reason: string;
  /** URL of the regional HTTP API, without a trailing slash. */
  readonly api: string;
  /** URL of the same API on the region's own loopback address, where an answer alone names the region. */
  readonly address: string;
  /** URL of the region's DynamoDB endpoint, for any AWS SDK. */
  readonly dynamodb: string;
  /** The tables of which this region holds a replica. */
  readonly tables: readonly string[];
  readonly pids: { readonly region: number | null; readonly engine: number | null };
  readonly engineRestarts: EngineRestarts;
  /** Null, as the four lists and counts below, while the region does not answer. */
  readonly functions: readonly FunctionReport[] | null;
  readonly eventSourceMappings: readonly EventSourceMappingReport[] | null;
  readonly schedules: readonly ScheduleReport[] | null;
  /** The queues that mappings send failed batches to. */
  readonly queues: readonly QueueReport[] | null;
  readonly requests: RequestCounts | null;
  /** How far the clock is off by which the region's replica stamps writes, in milliseconds; 0 unless a fault set it. */
  readonly clockOffsetMs: number;
  /** How much later every answer of its API comes, in milliseconds; 0 unless a fault set it. */
  readonly slowMs: number;
  /** Share of its API's requests that fail, 0 to 1. */
  readonly errorShare: number;
  /** Share of its table's requests that are throttled, 0 to 1. */
  readonly throttleShare: number;
}

/** How often the engine of a region ended unasked and was started again, since the twin started. */
export interface EngineRestarts {
  readonly count: number;
  /** When it ended last, ISO 8601, and how; null when it has not. */
  readonly last: { readonly at: string; readonly reason: string } | null;
}

/** Requests to the API of a region since it started. */
export interface RequestCounts {
  readonly total: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
}

/** Counters of one function since the region started. */
export interface FunctionReport {
  readonly functionName: string;
  readonly environments: number;
  readonly invocations: number;
  readonly errors: number;
}

/** One mapping in the report of a region. Counts are since the region started. */
export interface EventSourceMappingReport {
  readonly id: string;
  readonly functionName: string;
  readonly eventSourceArn: string;
  readonly state: 'Enabled' | 'Disabled';
  /** Age of the oldest change that is not dealt with, in milliseconds; 0 when there is none. */
  readonly iteratorAgeMs: number;
  /**
   * Changes of the region that are not dealt with, those under way and those that wait for another attempt included; 0 when
   * it has caught up. Unlike an age it does not depend on clocks.
   */
  readonly backlog: number;
  /** Records that the function processed. */
  readonly delivered: number;
  /** Records that were discarded: their retries were exhausted or they were too old. */
  readonly failed: number;
  readonly onFailureQueue: string | null;
  /** Messages in that queue, of other mappings too. */
  readonly onFailureDepth: number | null;
  /** Why the latest attempt failed; null once its batch was dealt with. */
  readonly lastError: string | null;
}

/** One rule in the report of a region. Counts are since the region started, or since the rule changed. */
export interface ScheduleReport {
  readonly ruleName: string;
  readonly ruleArn: string;
  readonly expression: string;
  readonly state: 'Enabled' | 'Disabled';
  /** ISO 8601; null before the first run. */
  readonly lastRunAt: string | null;
  /** ISO 8601; null when there is none any more. */
  readonly nextRunAt: string | null;
  readonly targets: readonly ScheduleTargetReport[];
}

/** One target in the report of its rule. */
export interface ScheduleTargetReport {
  readonly id: string;
  readonly functionName: string;
  /** Runs that the function finished. */
  readonly succeeded: number;
  /** Runs that were given up: their retries were exhausted, or their event too old. */
  readonly failed: number;
  /** Runs that were left out, as earlier ones still went on. */
  readonly skipped: number;
  /** Why the latest attempt failed; null once one succeeded. */
  readonly lastError: string | null;
}

/** A queue in the report of a region. */
export interface QueueReport {
  readonly queueName: string;
  /** Messages in it. */
  readonly depth: number;
}
