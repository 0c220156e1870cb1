import { createChangeConsumer } from '@gsp/platform/domain';
import {
  systemClock as clock,
  createBatchConsumer,
  createBatchLog,
  logForeignRecord,
  parseEnvironment,
  randomInteger as random,
  sha256,
  writeLogLine,
} from '@gsp/platform/functions';
import { createTableClient, createTableConflictLog, createTableCounterStore } from '@gsp/platform/store';
import { v7 as uuidv7 } from 'uuid';

const { region, regions, tableName, project, stage, conflictTtlSeconds } = parseEnvironment(process.env);
// Nobody waits for an answer here, and a batch that fails is read again from the failed record on. So each call is
// given the time that a slow table needs; five attempts of at most 3 s, and the batch's own deadline ends them all.
const client = createTableClient({
  region,
  attemptsMax: 5,
  connectTimeoutMs: 1_000,
  attemptTimeoutMs: 3_000,
});
const table = { client, tableName, clock };
const conflicts = createTableConflictLog({ ...table, onForeignRecord: logForeignRecord });
const counters = createTableCounterStore({ ...table, region, random, newId: uuidv7 });

/** Follows up on what replication has replaced or removed in this region. */
export const handler = createBatchConsumer({
  consume: createChangeConsumer({ conflicts, counters, sha256, region, regions, conflictTtlSeconds }),
  log: createBatchLog({ write: writeLogLine, clock, region, project, stage }),
  clock,
});
