import { metricDimensions, metricsNamespace } from '../../topology/metric-names.ts';

/** Metrics that a line of the log carries. */
export interface EmbeddedMetricsOptions {
  readonly project: string;
  readonly stage: string;
  /** When it was measured, in milliseconds since 1970. */
  readonly timestampMs: number;
  /** Counts by the metric's name. @default - none */
  readonly counts?: Readonly<Record<string, number>>;
  /** Durations in milliseconds by the metric's name. @default - none */
  readonly milliseconds?: Readonly<Record<string, number>>;
}

/**
 * What makes CloudWatch Logs take metrics out of a line, by project and stage: the embedded metric format. To be spread
 * into the line.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(options: EmbeddedMetricsOptions): Readonly<Record<string, unknown>> {
  const { project, stage, timestampMs, counts = {}, milliseconds = {} } = options;
  const directive = {
    Namespace: metricsNamespace,
    Dimensions: [[metricDimensions.project, metricDimensions.stage]],
    Metrics: [
      ...Object.keys(counts).map((Name) => ({ Name, Unit: 'Count' })),
      ...Object.keys(milliseconds).map((Name) => ({ Name, Unit: 'Milliseconds' })),
    ],
  };
  return {
    _aws: { Timestamp: timestampMs, CloudWatchMetrics: [directive] },
    [metricDimensions.project]: project,
    [metricDimensions.stage]: stage,
    ...counts,
    ...milliseconds,
  };
}
