import { headerNames } from '../../contract/headers.ts';
import type { RequestMetrics } from '../../http/request-log-line.ts';
import { metricNames } from '../../topology/metric-names.ts';
import { embeddedMetrics } from './embedded-metrics.ts';

/** Metrics of requests, and what they are told in between. */
export interface RequestMeter {
  /** Makes the metrics of a request that was answered. */
  readonly metrics: RequestMetrics;
  /** Counts a read that waits for what its session has seen. */
  readonly noteSessionWait: () => void;
}

/**
 * Makes the metrics that the line of a request carries. Replays and waits are left out where there are none: what is
 * missing adds nothing to a sum, and the line is paid by its length.
 */
export function createRequestMeter({ project, stage }: { project: string; stage: string }): RequestMeter {
  // An execution environment answers one request at a time, so that a wait belongs to the next line.
  let sessionWaits = 0;
  return {
    noteSessionWait: () => {
      sessionWaits += 1;
    },
    metrics: ({ response, durationMs, atMs }) => {
      const isReplay = response.headers?.[headerNames.idempotencyReplayed] !== undefined;
      const counts = {
        [metricNames.requests]: 1,
        ...(isReplay && { [metricNames.replays]: 1 }),
        ...(sessionWaits > 0 && { [metricNames.sessionWaits]: sessionWaits }),
      };
      sessionWaits = 0;
      const milliseconds = { [metricNames.latency]: durationMs };
      return embeddedMetrics({ project, stage, timestampMs: atMs, counts, milliseconds });
    },
  };
}
