/** Route 53 as `GET /_twin/state` shows it. Times are ISO 8601, UTC. */
export interface Route53Report {
  /** How many times faster than on AWS intervals and times to live pass here. */
  readonly timeScale: number;
  readonly checks: readonly CheckReport[];
  readonly records: readonly RecordReport[];
  /** What the DNS server answers now for every name with records of type A. */
  readonly answers: readonly AnswerReport[];
}

/** A health check and what its checkers say. */
export interface CheckReport {
  readonly id: string;
  readonly name: string;
  readonly kind: 'endpoint' | 'calculated';
  /** URL that is asked, or null for a calculated check. */
  readonly target: string | null;
  readonly inverted: boolean;
  readonly intervalSeconds: number | null;
  readonly failureThreshold: number | null;
  /** The verdict, inversion included. */
  readonly healthy: boolean;
  /** Since when the verdict holds. */
  readonly since: string;
  /** Ids of the children of a calculated check. */
  readonly children: readonly string[];
  readonly checkers: readonly CheckerReport[];
}

/** One checker region of an endpoint check. */
export interface CheckerReport {
  readonly region: string;
  /** Its opinion of the endpoint, before inversion; null until it has asked. */
  readonly healthy: boolean | null;
  /** What its last request came to, such as `HTTP 200` or `connection refused`. */
  readonly reason: string;
  /** Duration of its last request in milliseconds. */
  readonly latencyMs: number | null;
  readonly checkedAt: string | null;
}

/** A record set and whether Route 53 may answer with it. */
export interface RecordReport {
  readonly name: string;
  readonly type: string;
  readonly policy: 'simple' | 'failover' | 'latency' | 'weighted';
  /** `PRIMARY`, a region, a weight: what the policy goes by. */
  readonly role: string;
  readonly setIdentifier: string | null;
  readonly healthCheckId: string | null;
  readonly healthy: boolean;
  /** Region that the record leads to, where it leads to one. */
  readonly region: string | null;
}

/** One answer of the DNS server. */
export interface AnswerReport {
  readonly name: string;
  readonly type: string;
  readonly addresses: readonly string[];
  readonly regions: readonly string[];
  /** As answered, which is the scaled time to live. */
  readonly ttlSeconds: number;
}
