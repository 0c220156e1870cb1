import {
  createCommitter,
  createCounter,
  createEvacuationGlance,
  createEvacuationMonitor,
  createItemLister,
  createItemReader,
  createItemRemover,
  createItemReplacer,
  createItemWriter,
  createOriginVerifier,
  createReplicationReader,
} from '@gsp/platform/domain';
import {
  systemClock as clock,
  createRequestMeter,
  isSameSecret as isSame,
  logSecretFailure as onFailure,
  logForeignRecord as onForeignRecord,
  parseEnvironment,
  randomInteger as random,
  sha256,
  writeLogLine,
} from '@gsp/platform/functions';
import {
  createConflictRoutes,
  createCounterRoutes,
  createEdgeCheck,
  createHttpHandler,
  createItemRoutes,
  createOpenApiRoute,
  createReplicationRoutes,
} from '@gsp/platform/http';
import {
  createSecretReader,
  createTableClient,
  createTableConflictLog,
  createTableCounterStore,
  createTableEvacuationStore,
  createTableHeartbeatStore,
  createTableItemStore,
} from '@gsp/platform/store';
import { v7 as uuidv7 } from 'uuid';

const environment = parseEnvironment(process.env);
const { region, regions, tableName, bodyLimitBytes, conflictTtlSeconds, consistency, originSecrets } =
  environment;

// Three attempts of at most 0.8 s, and 2.5 s together (the handler's deadline): a caller with another region at
// hand is better served by an early 503 than by a late answer.
const patience = { region, attemptsMax: 3, connectTimeoutMs: 500, attemptTimeoutMs: 800 };
const client = createTableClient(patience);
const isStrong = consistency === 'strong';
// A strongly consistent table takes no transactions, and without one an increment must not be sent twice.
const untransacted = isStrong
  ? { singleAttemptClient: createTableClient({ ...patience, attemptsMax: 1, attemptTimeoutMs: 2_000 }) }
  : {};
const table = { client, tableName, onForeignRecord };
const store = createTableItemStore(table);
const conflicts = createTableConflictLog({ ...table, clock });
const counters = createTableCounterStore({ ...table, region, clock, random, newId: uuidv7, ...untransacted });
// Of this region's replica: under strong consistency a consistent read would ask other regions.
const heartbeats = createTableHeartbeatStore({ ...table, isConsistent: !isStrong });
const commit = createCommitter({ store, clock, random, region, regions });
// A read in five seconds costs next to nothing, and clients that name their region leave it long before DNS would.
const evacuations = createEvacuationMonitor({
  store: createTableEvacuationStore({ ...table, clock }),
  clock,
  regions,
  cacheMs: 5_000,
});
const requireEdge =
  originSecrets &&
  createEdgeCheck(
    createOriginVerifier({
      ...{ names: originSecrets, read: createSecretReader({ region }), isSame, clock, onFailure },
    }),
  );
const { metrics, noteSessionWait } = createRequestMeter(environment);
const shared = { ...environment, store, commit, clock, sha256 };

/** Answers every route of ordinary traffic, and `$default`. */
export const handler = createHttpHandler<'traffic'>(
  {
    ...createItemRoutes({
      writeItem: createItemWriter({ ...shared, newId: uuidv7 }),
      replaceItem: createItemReplacer(shared),
      removeItem: createItemRemover(shared),
      readItem: createItemReader({ ...shared, conflicts, onWait: noteSessionWait }),
      listItems: createItemLister(shared),
      ...{ clock, sha256, regions, bodyLimitBytes },
      // A session is good for as long as the log can tell that what it has seen was lost.
      sessionHoldSeconds: conflictTtlSeconds,
    }),
    ...createCounterRoutes({
      counter: createCounter({ ...shared, store: counters, supportsKeys: !isStrong }),
      bodyLimitBytes,
    }),
    ...createConflictRoutes({ conflicts }),
    ...createReplicationRoutes({ readReplication: createReplicationReader({ ...shared, heartbeats }) }),
    'GET /openapi.json': createOpenApiRoute(),
  },
  {
    ...{ region, clock, newId: uuidv7, log: writeLogLine, metrics },
    isEvacuated: createEvacuationGlance(evacuations, region),
    ...(requireEdge && { requireEdge }),
  },
);
