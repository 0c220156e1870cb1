import type { Clock } from '../domain/clock.ts';
import { createHeartbeatRun, type HeartbeatRun } from '../domain/heartbeat-run.ts';
import { describeError, type LogSink } from '../http/request-log-line.ts';
import { createTableClient } from '../store/create-table-client.ts';
import { createTableHeartbeatStore } from '../store/table-heartbeat-store.ts';
import { parseEnvironment, type Variables } from './environment.ts';
import { createHeartbeatMetrics, type HeartbeatMetrics } from './metrics.ts';
import { logForeignRecord, randomInteger, systemClock, writeLogLine } from './runtime.ts';

/** What the function needs. */
export interface ScheduledHeartbeatOptions {
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
export function createScheduledHeartbeat(options: ScheduledHeartbeatOptions): HeartbeatHandler {
  const { run, metrics, write, clock, region } = options;
  return async () => {
    const { peers, ...outcome } = await run();
    metrics(peers);
    for (const { peer, failures } of peers.filter((each) => each.failures.length > 0)) {
      const head = { timestamp: new Date(clock.nowMs()).toISOString(), level: 'WARN' };
      const message = 'Cannot tell how replication with a peer stands: see errors';
      write(
        JSON.stringify({
          ...head,
          message,
          region,
          peer,
          errors: failures.map((each) => describeError(each)),
        }),
      );
    }
    if ('failure' in outcome) throw outcome.failure;
  };
}

/**
 * Makes the function that gives this region's sign of life, and tells by metrics how replication with each peer stands.
 *
 * @throws EnvironmentError
 */
export function createHeartbeatHandler(variables: Variables): HeartbeatHandler {
  const { region, regions, tableName, project, stage, consistency } = parseEnvironment(variables);
  const isConsistent = consistency === 'eventual';
  const table = { tableName, onForeignRecord: logForeignRecord, isConsistent };
  // Two attempts in this region. One toward a peer: the next poll is the next attempt, and a repeated one would be
  // timed as if it were the first.
  const own = createTableClient({ region, attemptsMax: 2, connectTimeoutMs: 500, attemptTimeoutMs: 1_000 });
  const patience = { attemptsMax: 1, connectTimeoutMs: 1_000, attemptTimeoutMs: 2_000 };
  const peers = regions
    .filter((peer) => peer !== region)
    .map((peer) => {
      const client = createTableClient({ region: peer, ...patience });
      return [peer, createTableHeartbeatStore({ ...table, client })] as const;
    });
  const report = { write: writeLogLine, clock: systemClock };
  return createScheduledHeartbeat({
    run: createHeartbeatRun({
      own: createTableHeartbeatStore({ ...table, client: own }),
      peers: new Map(peers),
      region,
      clock: systemClock,
      random: randomInteger,
      monotonicMs: () => performance.now(),
    }),
    metrics: createHeartbeatMetrics({ ...report, project, stage }),
    ...report,
    region,
  });
}
