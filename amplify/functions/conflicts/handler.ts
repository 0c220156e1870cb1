import { v7 as uuidv7 } from 'uuid';
import { createChangeConsumer } from '../../domain/change-consumer.ts';
import { createTableClient } from '../../store/create-table-client.ts';
import { createTableConflictLog } from '../../store/table-conflict-log.ts';
import { createTableCounterStore } from '../../store/table-counter-store.ts';
import { parseEnvironment } from '../environment.ts';
import { logForeignRecord } from '../log-foreign-record.ts';
import { randomInteger as random } from '../random-integer.ts';
import { sha256 } from '../sha256.ts';
import { systemClock as clock } from '../system-clock.ts';
import { writeLogLine } from '../write-log-line.ts';
import { createBatchLog } from './batch-log.ts';
import { createBatchConsumer } from './consume-batch.ts';

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
