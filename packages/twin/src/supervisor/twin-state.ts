import type { EdgeReport } from '../edge/edge.ts';
import type { FunctionReport, RegionReport } from '../region/region-messages.ts';
import type { Route53Report } from '../route53/route53-report.ts';
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
  readonly schedules: RegionReport['schedules'] | null;
  readonly queues: RegionReport['queues'] | null;
  readonly requests: RegionReport['requests'] | null;
  /** How far the clock is off by which the region's replica stamps writes, in milliseconds; 0 unless a fault set it. */
  readonly clockOffsetMs: number;
  /** How much later every answer of its API comes, in milliseconds; 0 unless a fault set it. */
  readonly slowMs: number;
  /** Share of its API's requests that fail, 0 to 1. */
  readonly errorShare: number;
  /** Share of its table's requests that are throttled, 0 to 1. */
  readonly throttleShare: number;
}

/** The endpoint that follows the global name, as a browser would. */
export interface GlobalState {
  /** Where this machine's programs reach it, without a trailing slash. */
  readonly url: string;
  /** The name that it follows, such as `api.gsp.test`. */
  readonly name: string;
  /** The address that it has cached, and the region there; null before the first request, or after the time to live. */
  readonly address: string | null;
  readonly region: string | null;
}

/** Secrets Manager of all regions. No value is in it. */
export interface SecretsState {
  /** Without a trailing slash. */
  readonly url: string;
  readonly secrets: readonly {
    readonly name: string;
    /** The region where a new value can be put. */
    readonly homeRegion: string;
    readonly replicaRegions: readonly string[];
  }[];
}

/** The DNS server of the twin's Route 53. */
export interface DnsState {
  readonly host: string;
  readonly port: number;
  readonly zone: string;
  /** The name of all regions together. */
  readonly name: string;
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

/** Outputs of the root stacks: name to value, by region. */
export type OutputsByRegion = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The answer of `GET /_twin/state`: everything a person or a drill wants to see of the twin at one moment. */
export interface TwinState {
  readonly startedAt: string;
  readonly pid: number;
  readonly seed: number;
  readonly engine: string;
  readonly dataDir: string;
  readonly lagMs: { readonly min: number; readonly max: number };
  /** How many times faster health checks, times to live and schedules pass here than on AWS. */
  readonly timeScale: number;
  /** File with the credentials of the twin's operator, who may call routes with IAM authorization. */
  readonly credentialsFile: string;
  /** Null where the templates have no domain. So are `dns` and `route53`. */
  readonly global: GlobalState | null;
  readonly dns: DnsState | null;
  /** What the global endpoint is, where a distribution stands in front of the global name; null without one. */
  readonly edge: EdgeReport | null;
  readonly secretsManager: SecretsState;
  readonly route53: Route53Report | null;
  readonly regions: readonly RegionState[];
  readonly links: readonly LinkReport[];
  /** Outputs of every region's root stack, with the twin's addresses in place of AWS's. */
  readonly outputs: OutputsByRegion;
  readonly notEmulated: readonly {
    readonly type: string;
    readonly regions: readonly string[];
    readonly count: number;
  }[];
}
