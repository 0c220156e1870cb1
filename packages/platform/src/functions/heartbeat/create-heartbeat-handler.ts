import type { Clock } from '../../domain/clock.ts';
import type { HeartbeatRun } from '../../domain/heartbeat-run.ts';
import type { LogSink } from '../../http/request-log-line.ts';
import { describeError } from '../describe-error.ts';
import type { HeartbeatMetrics } from '../metrics/heartbeat-metrics.ts';

/** What the function needs. */
export interface HeartbeatHandlerOptions {
  readonly run: HeartbeatRun;
  readonly metrics: HeartbeatMetrics;
  /** Takes a line for each peer of which something could not be found out. */
  readonly write: LogSink;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly region: string;
}

/** A function that is called on a schedule; what the event says does not matter. */
export type HeartbeatHandler = () => Promise<void>;

/**
 * Makes the handler of the schedule. A peer that is not well is told in the log and by metrics, and the call has
 * succeeded: this function's errors are alarmed on, and must mean this region.
 *
 * @throws what the write of this region's own heartbeat threw, after everything else was told
 */
export function createHeartbeatHandler(options: HeartbeatHandlerOptions): HeartbeatHandler {
  const { run, metrics, write, clock, region } = options;
  return async () => {
    const { peers, ...outcome } = await run();
    metrics(peers);
    for (const { peer, faults } of peers.filter((each) => each.faults.length > 0)) {
      const head = { timestamp: new Date(clock.nowMs()).toISOString(), level: 'WARN' };
      const message = 'Cannot tell how replication with a peer stands: see errors';
      write(JSON.stringify({ ...head, message, region, peer, errors: faults.map(describeError) }));
    }
    if ('failure' in outcome) throw outcome.failure;
  };
}
