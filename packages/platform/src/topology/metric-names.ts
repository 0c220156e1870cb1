/**
 * Metrics that the platform's functions write themselves, by the embedded metric format. Each is kept in the Region that
 * writes it, so that no dimension names that Region. What API Gateway, Lambda and DynamoDB count for nothing is not counted
 * again: a metric of one's own costs $0.30 a month.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const metricNames = {
  /** Milliseconds from a write here until a peer's replica shows it. Dimensions: project, stage, peer. */
  replicationLag: 'ReplicationLag',
  /** Milliseconds since a peer's last sign of life that this replica shows. Dimensions: project, stage, peer. */
  heartbeatAge: 'HeartbeatAge',
  /** Requests answered by the function of ordinary traffic. Dimensions: project, stage. */
  requests: 'Requests',
  /** Milliseconds that the function took for them. Dimensions: project, stage. */
  latency: 'Latency',
  /** Writes answered with what an earlier request of the same key had made. Dimensions: project, stage. */
  replays: 'Replays',
  /** Requests refused because their session has seen what is not here yet. Dimensions: project, stage. */
  sessionsAhead: 'SessionsAhead',
  /** Writes that went into the conflict log. Dimensions: project, stage. */
  conflictsDetected: 'ConflictsDetected',
  /** 1 or 0: what the Region said to those who asked for its health. Dimensions: project, stage. */
  healthy: 'Healthy',
} as const;

/** CloudWatch namespace of all of them. */
export const metricsNamespace = 'GlobalServerlessPlatform';

/** Names of the dimensions. */
export const metricDimensions = { project: 'Project', stage: 'Stage', peer: 'Peer' } as const;
