import { createHeartbeatRun } from '@gsp/platform/domain';
import {
  systemClock as clock,
  createHeartbeatHandler,
  createHeartbeatMetrics,
  logForeignRecord as onForeignRecord,
  parseEnvironment,
  randomInteger as random,
  writeLogLine as write,
} from '@gsp/platform/functions';
import { createTableClient, createTableHeartbeatStore } from '@gsp/platform/store';

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
