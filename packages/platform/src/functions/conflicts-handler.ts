import { createChangeConsumer } from '../domain/change-consumer.ts';
import { createTableClient } from '../store/create-table-client.ts';
import { createTableConflictLog } from '../store/table-conflict-log.ts';
import { createTableCounterStore } from '../store/table-counter-store.ts';
import { createBatchLog } from './conflicts/batch-log.ts';
import { type BatchConsumer, createBatchConsumer } from './conflicts/consume-batch.ts';
import { parseEnvironment, type Variables } from './environment.ts';
import { systemClock as clock, logForeignRecord, sha256, transactOf, writeLogLine } from './runtime.ts';

/**
 * Makes the function that follows up on what replication has replaced or removed in this region.
 *
 * @throws EnvironmentError
 */
export function createConflictsHandler(variables: Variables): BatchConsumer {
  const { region, regions, tableName, project, stage, conflictTtlSeconds } = parseEnvironment(variables);
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
  const counters = createTableCounterStore({ ...table, region, transact: transactOf(client) });
  return createBatchConsumer({
    consume: createChangeConsumer({ conflicts, counters, sha256, region, regions, conflictTtlSeconds }),
    log: createBatchLog({ write: writeLogLine, clock, region, project, stage }),
    clock,
  });
}
