/** How a link behaves. */
export interface LinkSettings {
  readonly cut?: boolean;
  /** Added to the sampled replication lag, in milliseconds. */
  readonly delayMs?: number;
}

/** One outbound replication link of a replica, at one moment. */
export interface LinkState {
  /** The region that this link leads to. */
  readonly to: string;
  /** True while nothing may be sent. */
  readonly cut: boolean;
  /** Added to the sampled replication lag, in milliseconds. */
  readonly delayMs: number;
  /** Records that originated here and that the peer has not acknowledged; all that is here where it is sent everything. */
  readonly backlog: number;
  /** Median time from write to visible in the peer, over the latest 1,000 records; absent until there was one. */
  readonly lagMsP50?: number;
  /** The 99th percentile of the same. */
  readonly lagMsP99?: number;
  /** Why the latest attempt to send failed; absent once one succeeds. */
  readonly lastError?: string;
  /** For how long nothing has arrived although the link is up and something waits; absent while that is as it should be. */
  readonly stalledMs?: number;
  /** When the peer last acknowledged a batch, epoch milliseconds. */
  readonly lastAppliedAtMs?: number;
}
