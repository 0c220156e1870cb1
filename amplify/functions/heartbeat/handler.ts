import { createHeartbeatRun } from '../../domain/heartbeat-run.ts';
import { createTableClient } from '../../store/create-table-client.ts';
import { createTableHeartbeatStore } from '../../store/table-heartbeat-store.ts';
import { parseEnvironment } from '../environment.ts';
import { logForeignRecord as onForeignRecord } from '../log-foreign-record.ts';
import { createHeartbeatMetrics } from '../metrics/heartbeat-metrics.ts';
import { randomInteger as random } from '../random-integer.ts';
import { systemClock as clock } from '../system-clock.ts';
import { writeLogLine as write } from '../write-log-line.ts';
import { createHeartbeatHandler } from './create-heartbeat-handler.ts';

const { region, regions, tableName, project, stage, consistency } = parseEnvironment(process.env);
const table = { tableName, onForeignRecord, isConsistent: consistency === 'eventual' };
// Two attempts in this region. One toward a peer: the next poll is the next attempt, and a repeated one would be timed
// as if it were the first.
const own = createTableClient({ region, attemptsMax: 2, connectTimeoutMs: 500, attemptTimeoutMs: 1_000 });
const peers = regions
  .filter((peer) => peer !== region)
  .map((peer) => {
    const patience = { attemptsMax: 1, connectTimeoutMs: 1_000, attemptTimeoutMs: 2_000 };
    return [
      peer,
      createTableHeartbeatStore({ ...table, client: createTableClient({ region: peer, ...patience }) }),
    ] as const;
  });

/** Gives this region's sign of life, and tells by metrics how replication with each peer stands. */
export const handler = createHeartbeatHandler({
  run: createHeartbeatRun({
    own: createTableHeartbeatStore({ ...table, client: own }),
    peers: new Map(peers),
    ...{ region, clock, random, monotonicMs: () => performance.now() },
  }),
  metrics: createHeartbeatMetrics({ write, clock, project, stage }),
  ...{ write, clock, region },
});
