import type { FunctionReport, RegionReport } from '../region/region-messages.ts';
import type { RegionStatus } from './region-unit.ts';

/** One region in the answer of `GET /_twin/state`. */
export interface RegionState {
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
  /** Null while the region does not answer. */
  readonly functions: readonly FunctionReport[] | null;
  readonly eventSourceMappings: RegionReport['eventSourceMappings'] | null;
  readonly queues: RegionReport['queues'] | null;
  readonly requests: RegionReport['requests'] | null;
  /** How far the clock is off by which the region's replica stamps writes, in milliseconds; 0 unless a fault set it. */
  readonly clockOffsetMs: number;
}

/** One directed replication link in the answer of `GET /_twin/state`. */
export interface LinkReport {
  readonly from: string;
  readonly to: string;
  readonly cut: boolean;
  readonly delayMs: number;
  /** Records that the peer has not acknowledged yet; null while `from` does not answer. */
  readonly backlog: number | null;
  /** Write to visible in the peer, over the latest records; null until there was one. */
  readonly lagMs: { readonly p50: number; readonly p99: number } | null;
  readonly lastError: string | null;
}

/** The answer of `GET /_twin/state`: everything a person or a drill wants to see of the twin at one moment. */
export interface TwinState {
  readonly startedAt: string;
  readonly pid: number;
  readonly seed: number;
  readonly engine: string;
  readonly dataDir: string;
  readonly lagMs: { readonly min: number; readonly max: number };
  readonly regions: readonly RegionState[];
  readonly links: readonly LinkReport[];
  /** Outputs of every region's root stack, with the twin's addresses in place of AWS's. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly notEmulated: readonly {
    readonly type: string;
    readonly regions: readonly string[];
    readonly count: number;
  }[];
}
