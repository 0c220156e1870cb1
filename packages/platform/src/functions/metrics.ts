import { headerNames } from '../contract/headers.ts';
import { probeRouteKey } from '../contract/routes.ts';
import type { Clock } from '../domain/clock.ts';
import type { PeerFinding } from '../domain/heartbeat-run.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { LogSink, RequestMetrics } from '../http/request-log-line.ts';
import { metricDimensions, metricNames, metricsNamespace } from '../topology/metric-names.ts';

/** Metrics that a line of the log carries. */
export interface EmbeddedMetricsOptions {
  readonly project: string;
  readonly stage: string;
  /** The peer that was measured; a dimension of its own. @default - the metrics are of the stage in this region */
  readonly peer?: string;
  /** When it was measured, in milliseconds since 1970. */
  readonly timestampMs: number;
  /** Counts by the metric's name. @default - none */
  readonly counts?: Readonly<Record<string, number>>;
  /** Durations in milliseconds by the metric's name. @default - none */
  readonly milliseconds?: Readonly<Record<string, number>>;
}

/**
 * What makes CloudWatch Logs take metrics out of a line: the embedded metric format. To be spread into the line. One line
 * is one set of dimensions.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(options: EmbeddedMetricsOptions): Readonly<Record<string, unknown>> {
  const { project, stage, peer, timestampMs, counts = {}, milliseconds = {} } = options;
  const dimensions = {
    [metricDimensions.project]: project,
    [metricDimensions.stage]: stage,
    ...(peer !== undefined && { [metricDimensions.peer]: peer }),
  };
  const directive = {
    Namespace: metricsNamespace,
    Dimensions: [Object.keys(dimensions)],
    Metrics: [
      ...Object.keys(counts).map((Name) => ({ Name, Unit: 'Count' })),
      ...Object.keys(milliseconds).map((Name) => ({ Name, Unit: 'Milliseconds' })),
    ],
  };
  return {
    _aws: { Timestamp: timestampMs, CloudWatchMetrics: [directive] },
    ...dimensions,
    ...counts,
    ...milliseconds,
  };
}

/**
 * Makes the metrics that the line of a request carries. Replays and sessions that are ahead of the region are left out
 * where there are none: what is missing adds nothing to a sum, and the line is paid by its length.
 */
export function createRequestMetrics({ project, stage }: { project: string; stage: string }): RequestMetrics {
  return ({ response, durationMs, atMs }) => {
    const isReplay = response.headers?.[headerNames.idempotencyReplayed] !== undefined;
    const isBehind = response.cause instanceof PlatformError && response.cause.code === 'replica-behind';
    const counts = {
      [metricNames.requests]: 1,
      ...(isReplay && { [metricNames.replays]: 1 }),
      ...(isBehind && { [metricNames.sessionsAhead]: 1 }),
    };
    const milliseconds = { [metricNames.latency]: durationMs };
    return embeddedMetrics({ project, stage, timestampMs: atMs, counts, milliseconds });
  };
}

/** Routes that tell the verdict. */
const verdictRoutes: readonly string[] = ['GET /health', probeRouteKey];

/** Probes come by the million: one verdict a minute of each execution environment is plenty for a metric. */
const verdictEveryMs = 60_000;

/**
 * Makes the metric that the line of a probe carries: 1 where the region said that it is well, 0 where it did not. At most
 * once a minute, and whenever the verdict changes; other lines carry none.
 */
export function createHealthMetrics({ project, stage }: { project: string; stage: string }): RequestMetrics {
  let last: { healthy: 0 | 1; atMs: number } | undefined;
  return ({ request, response, atMs }) => {
    if (!verdictRoutes.includes(request.routeKey)) return {};
    const healthy = response.status === 200 ? 1 : 0;
    if (last?.healthy === healthy && atMs - last.atMs < verdictEveryMs) return {};
    last = { healthy, atMs };
    return embeddedMetrics({ project, stage, timestampMs: atMs, counts: { [metricNames.healthy]: healthy } });
  };
}

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
 * Makes the metrics of heartbeats. What is not known is left out: a metric that is missing can be alarmed on, and a
 * made-up value would be averaged with true ones.
 */
export function createHeartbeatMetrics(options: HeartbeatMetricsOptions): HeartbeatMetrics {
  const { write, clock, project, stage } = options;
  return (findings) => {
    for (const { peer, lagMs, ageMs } of findings) {
      if (lagMs === undefined && ageMs === undefined) continue;
      const timestampMs = clock.nowMs();
      const head = { timestamp: new Date(timestampMs).toISOString(), level: 'INFO', message: 'metrics' };
      const milliseconds = {
        ...(lagMs !== undefined && { [metricNames.replicationLag]: lagMs }),
        ...(ageMs !== undefined && { [metricNames.heartbeatAge]: ageMs }),
      };
      write(
        JSON.stringify({ ...head, ...embeddedMetrics({ project, stage, peer, timestampMs, milliseconds }) }),
      );
    }
  };
}
