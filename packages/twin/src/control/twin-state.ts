import type { Route53Report } from './route53-report.ts';
import type { TwinRegion } from './twin-region.ts';

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

/** The edge as `GET /_twin/state` shows it. No header's value is in it. */
export interface EdgeReport {
  readonly distributionId: string;
  /** Names under which it answers. */
  readonly names: readonly string[];
  /** The name that it asks. */
  readonly origin: string;
  /** Names of the headers that it adds for the origin. */
  readonly originHeaders: readonly string[];
  readonly requests: number;
  /** Null where no web ACL stands in front. */
  readonly webAcl: { readonly name: string; readonly rules: readonly RuleReport[] } | null;
}

/** One rule as `GET /_twin/state` shows it. */
export interface RuleReport {
  readonly name: string;
  readonly action: 'allow' | 'block' | 'count';
  /** Requests that the rule matched since the twin started, or since the rule was changed. */
  readonly matched: number;
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
  /** Whose record sets Route 53 chooses from: that name itself, or the one that it is an alias of. */
  readonly routedName: string;
}

/** One directed replication link in the answer of `GET /_twin/state`. */
export interface TwinLink {
  readonly from: string;
  readonly to: string;
  readonly cut: boolean;
  readonly delayMs: number;
  /** Records that the peer has not acknowledged yet; null while `from` does not answer. */
  readonly backlog: number | null;
  /** Write to visible in the peer, over the latest records; null until there was one. */
  readonly lagMs: { readonly p50: number; readonly p99: number } | null;
  readonly lastError: string | null;
  /** For how long nothing has arrived although the link is up and records wait; null while that is as it should be. */
  readonly stalledMs: number | null;
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
  /** What is wrong without anybody having asked for it, one sentence each; `GET /_twin/health` is 503 while there is any. */
  readonly errors: readonly string[];
  readonly regions: readonly TwinRegion[];
  readonly links: readonly TwinLink[];
  /** Outputs of every region's root stack, with the twin's addresses in place of AWS's. */
  readonly outputs: OutputsByRegion;
  readonly notEmulated: readonly {
    readonly type: string;
    readonly regions: readonly string[];
    readonly count: number;
  }[];
}
