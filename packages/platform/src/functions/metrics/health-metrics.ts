import type { RequestMetrics } from '../../http/request-log-line.ts';
import { metricNames } from '../../topology/metric-names.ts';
import { embeddedMetrics } from './embedded-metrics.ts';

/** Probes come by the million: one verdict a minute of each execution environment is plenty for a metric. */
const EVERY_MS = 60_000;

/** The route by which a Region is judged. */
const ROUTE = 'GET /health';

/**
 * Makes the metric that the line of a probe carries: 1 where the Region said that it is well, 0 where it did not. At most once a
 * minute, and whenever the verdict changes; other lines carry none.
 */
export function createHealthMetrics({ project, stage }: { project: string; stage: string }): RequestMetrics {
  let told: { healthy: 0 | 1; atMs: number } | undefined;
  return ({ request, response, atMs }) => {
    if (request.routeKey !== ROUTE) return {};
    const healthy = response.status === 200 ? 1 : 0;
    if (told?.healthy === healthy && atMs - told.atMs < EVERY_MS) return {};
    told = { healthy, atMs };
    return embeddedMetrics({ project, stage, timestampMs: atMs, counts: { [metricNames.healthy]: healthy } });
  };
}
