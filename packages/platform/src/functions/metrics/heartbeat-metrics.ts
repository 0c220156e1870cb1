import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Clock } from '../../domain/clock.ts';
import type { PeerFinding } from '../../domain/heartbeat-run.ts';
import type { LogSink } from '../../http/request-log-line.ts';
import { metricDimensions, metricNames, metricsNamespace } from '../../topology/metric-names.ts';

/** Where the metrics of heartbeats come from. */
export interface HeartbeatMetricsOptions {
  /** Takes the lines. */
  readonly write: LogSink;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly project: string;
  readonly stage: string;
}

/** Writes the metrics of one run: a line for each peer of which something is known. */
export type HeartbeatMetrics = (findings: readonly PeerFinding[]) => void;

/**
 * Makes the metrics of heartbeats, in the embedded metric format: one line is one set of dimensions, so that each peer
 * has its own. What is not known is left out: a metric that is missing can be alarmed on, and a made-up value would be
 * averaged with true ones.
 *
 * Lines go through the functions' own sink, not through Powertools' console: as JSON with `timestamp` and `level`, which
 * Lambda passes on unchanged.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function createHeartbeatMetrics(options: HeartbeatMetricsOptions): HeartbeatMetrics {
  const { write, clock, project, stage } = options;
  const metrics = new Metrics({ namespace: metricsNamespace });
  // It brings a dimension `service`, which the platform's metrics do not have.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ [metricDimensions.project]: project, [metricDimensions.stage]: stage });

  return (findings) => {
    for (const { peer, lagMs, ageMs } of findings) {
      if (lagMs === undefined && ageMs === undefined) continue;
      const nowMs = clock.nowMs();
      metrics.addDimension(metricDimensions.peer, peer);
      metrics.setTimestamp(nowMs);
      if (lagMs !== undefined) metrics.addMetric(metricNames.replicationLag, MetricUnit.Milliseconds, lagMs);
      if (ageMs !== undefined) metrics.addMetric(metricNames.heartbeatAge, MetricUnit.Milliseconds, ageMs);
      const head = { timestamp: new Date(nowMs).toISOString(), level: 'INFO', message: 'metrics' };
      write(JSON.stringify({ ...head, ...metrics.serializeMetrics() }));
      metrics.clearMetrics();
      metrics.clearDimensions();
    }
  };
}
