import type { Definitions } from '../contract/definitions.ts';
import type { Entity } from '../contract/entity.ts';
import { servedRoutesOf } from '../contract/served-routes.ts';
import { createSessionCheck } from '../domain/check-session.ts';
import { createCommitter } from '../domain/commit-image.ts';
import { createCounter } from '../domain/counter.ts';
import { createEntityStore } from '../domain/entity-store.ts';
import { cachedEvacuationStatus, createEvacuationMonitor } from '../domain/evacuation-monitor.ts';
import { createItemLister } from '../domain/item-lister.ts';
import { createItemReader } from '../domain/item-reader.ts';
import { createItemRemover, createItemReplacer, createItemWriter } from '../domain/item-writer.ts';
import { createOriginVerifier } from '../domain/origin-verifier.ts';
import { createReplicationReader } from '../domain/replication-reader.ts';
import { entityOfKey } from '../entities/entity-keys.ts';
import { createConflictRoutes } from '../http/conflict-routes.ts';
import { createCounterRoutes } from '../http/counter-routes.ts';
import { createHttpHandler, type HttpHandler } from '../http/create-http-handler.ts';
import { createEntityHandlers } from '../http/entity-handlers.ts';
import { createItemRoutes } from '../http/item-routes.ts';
import { createOwnHandlers } from '../http/own-handlers.ts';
import { createEdgeCheck, type EdgeCheck } from '../http/require-edge.ts';
import { createOpenApiRoute, createReplicationRoutes } from '../http/service-routes.ts';
import { createTableClient } from '../store/create-table-client.ts';
import { createSecretReader } from '../store/secret-reader.ts';
import { createTableConflictLog } from '../store/table-conflict-log.ts';
import { createTableCounterStore } from '../store/table-counter-store.ts';
import { createTableEvacuationStore } from '../store/table-evacuation-store.ts';
import { createTableHeartbeatStore } from '../store/table-heartbeat-store.ts';
import { createTableItemStore } from '../store/table-item-store.ts';
import { createEntityIndexes } from './entity-indexes.ts';
import { type Environment, parseEnvironment, type Variables } from './environment.ts';
import { createRequestMetrics } from './metrics.ts';
import {
  systemClock as clock,
  isSameSecret,
  logForeignRecord,
  logSecretFailure,
  newId,
  randomInteger as random,
  sha256,
  transactOf,
  writeLogLine,
} from './runtime.ts';

/**
 * Makes the function that answers every route of ordinary traffic, and `$default`. To be called at module load: clients
 * and stores live as long as the execution environment.
 *
 * @param definitions - what a team has defined. @default - nothing
 * @throws EnvironmentError
 */
export function createApiHandler(variables: Variables, definitions: Definitions = {}): HttpHandler {
  const entities = Object.values(definitions.entities ?? {});
  const environment = parseEnvironment(variables);
  const { region, regions, bodyLimitBytes, conflictTtlSeconds, consistency } = environment;
  const { items, conflicts, counters, evacuations, heartbeats } = createStores(environment, entities);
  const checkSession = createSessionCheck({ conflicts, clock, region });
  const committing = { store: items, conflicts, checkSession, clock, random, sha256, region, regions };
  const commit = createCommitter(committing);
  const requireEdge = createEdgeCheckOf(environment);
  const metrics = createRequestMetrics(environment);
  const shared = { ...environment, store: items, commit, clock, sha256 };
  // A read in five seconds costs next to nothing, and clients that name their region leave it long before DNS would.
  const monitor = createEvacuationMonitor({ store: evacuations, clock, regions, cacheMs: 5_000 });

  // A session is good for as long as the log can tell that what it has seen was lost.
  const sessions = { clock, sha256, regions, sessionHoldSeconds: conflictTtlSeconds };
  const readItem = createItemReader({ ...shared, checkSession });
  const storeOf = (entity: Entity) => {
    const { life } = entity;
    const defaultTtlSeconds = life === 'forever' ? null : life.ttlSeconds;
    const living = { ...shared, defaultTtlSeconds };
    return createEntityStore(entity, {
      ...shared,
      writeItem: createItemWriter({ ...living, newId }),
      replaceItem: createItemReplacer(living),
      removeItem: createItemRemover(shared),
      readItem,
    });
  };
  const exported = Object.entries(definitions.entities ?? {});
  const stores = Object.fromEntries(exported.map(([name, entity]) => [name, storeOf(entity)]));

  return createHttpHandler<'traffic'>(
    {
      ...createEntityHandlers({ ...sessions, stores: Object.values(stores), bodyLimitBytes }),
      ...createOwnHandlers({ ...sessions, routes: definitions.routes ?? {}, stores, region, bodyLimitBytes }),
      ...createItemRoutes({
        writeItem: createItemWriter({ ...shared, newId }),
        replaceItem: createItemReplacer(shared),
        removeItem: createItemRemover(shared),
        readItem,
        listItems: createItemLister(shared),
        ...sessions,
        bodyLimitBytes,
        ...(entities.length > 0 && { entityOf: (key) => entityOfKey(entities, key) }),
      }),
      ...createCounterRoutes({
        counter: createCounter({ ...shared, store: counters, supportsKeys: consistency !== 'strong' }),
        bodyLimitBytes,
      }),
      ...createConflictRoutes({ conflicts, entities }),
      ...createReplicationRoutes({ readReplication: createReplicationReader({ ...shared, heartbeats }) }),
      'GET /openapi.json': createOpenApiRoute(definitions),
    },
    {
      region,
      clock,
      newId,
      log: writeLogLine,
      metrics,
      isEvacuated: cachedEvacuationStatus(monitor, region),
      ...(requireEdge && { requireEdge }),
      served: servedRoutesOf(definitions),
    },
  );
}

function createStores({ region, tableName, consistency }: Environment, entities: readonly Entity[]) {
  // Three attempts of at most 0.8 s, and 2.5 s together (the handler's deadline): a caller with another region at
  // hand is better served by an early 503 than by a late answer.
  const patience = { region, attemptsMax: 3, connectTimeoutMs: 500, attemptTimeoutMs: 800 };
  const isStrong = consistency === 'strong';
  // A strongly consistent table takes no transactions, and without one an increment must not be sent twice.
  const untransacted = isStrong
    ? { singleAttemptClient: createTableClient({ ...patience, attemptsMax: 1, attemptTimeoutMs: 2_000 }) }
    : {};
  const client = createTableClient(patience);
  const table = { client, tableName, clock, onForeignRecord: logForeignRecord };
  const indexed = entities.length === 0 ? table : { ...table, indexes: createEntityIndexes(entities) };
  const transact = transactOf(client);
  return {
    items: createTableItemStore(isStrong ? indexed : { ...indexed, transact }),
    conflicts: createTableConflictLog(table),
    counters: createTableCounterStore({ ...table, region, transact, ...untransacted }),
    evacuations: createTableEvacuationStore(table),
    // Of this region's replica: under strong consistency a consistent read would ask other regions.
    heartbeats: createTableHeartbeatStore({ ...table, isConsistent: !isStrong }),
  };
}

function createEdgeCheckOf({ region, originSecrets: names }: Environment): EdgeCheck | undefined {
  if (names === undefined) return undefined;
  const read = createSecretReader({ region });
  return createEdgeCheck(
    createOriginVerifier({ names, read, isSame: isSameSecret, clock, onFailure: logSecretFailure }),
  );
}
