/** One outbound replication link of a replica, at one moment. */
export interface LinkState {
  /** The region that this link leads to. */
  readonly to: string;
  /** True while nothing may be sent. */
  readonly cut: boolean;
  /** Added to the sampled replication lag, in milliseconds. */
  readonly delayMs: number;
  /** Records that originated here and that the peer has not acknowledged. */
  readonly backlog: number;
  /** Median time from write to visible in the peer, over the latest 1,000 records; absent until there was one. */
  readonly lagMsP50?: number;
  /** The 99th percentile of the same. */
  readonly lagMsP99?: number;
  /** Why the latest attempt to send failed; absent once one succeeds. */
  readonly lastError?: string;
  /** When the peer last acknowledged a record, epoch milliseconds. */
  readonly lastAppliedAtMs?: number;
}
