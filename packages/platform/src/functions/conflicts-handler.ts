import type { Entities } from '../contract/entity.ts';
import { createChangeConsumer } from '../domain/change-consumer.ts';
import { createConflictMerger } from '../domain/conflict-merger.ts';
import { createTableClient } from '../store/create-table-client.ts';
import { createTableConflictLog } from '../store/table-conflict-log.ts';
import { createTableCounterStore } from '../store/table-counter-store.ts';
import { createTableItemStore } from '../store/table-item-store.ts';
import { createBoundedCall } from './bounded-call.ts';
import { createBatchLog } from './conflicts/batch-log.ts';
import { type BatchConsumer, createBatchConsumer } from './conflicts/consume-batch.ts';
import { createEntityMerges } from './conflicts/merge-entities.ts';
import { createEntityIndexes } from './entity-indexes.ts';
import { parseEnvironment, type Variables } from './environment.ts';
import {
  systemClock as clock,
  logForeignRecord,
  logRefusedMerge,
  randomInteger as random,
  sha256,
  transactOf,
  writeLogLine,
} from './runtime.ts';

/** After which the `merge` of an entity is interrupted. */
const mergeLimitMs = 100;

/**
 * Makes the function that follows up on what replication has replaced or removed in this region.
 *
 * @param entities - whose conflicts are merged, where they say how
 * @throws EnvironmentError
 */
export function createConflictsHandler(
  variables: Variables,
  { entities = {} }: { readonly entities?: Entities } = {},
): BatchConsumer {
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
  const bounded = createBoundedCall(mergeLimitMs);
  const mergeOf = createEntityMerges({
    entities: Object.values(entities),
    bounded,
    onRefused: logRefusedMerge,
  });
  const indexes = createEntityIndexes(Object.values(entities));
  const store = createTableItemStore({ ...table, indexes, onForeignRecord: logForeignRecord });
  const merge = createConflictMerger({ store, mergeOf, clock, random, region, regions });
  const consuming = { conflicts, counters, merge, sha256, region, regions, conflictTtlSeconds };
  return createBatchConsumer({
    consume: createChangeConsumer(consuming),
    log: createBatchLog({ write: writeLogLine, clock, region, project, stage }),
    clock,
  });
}
