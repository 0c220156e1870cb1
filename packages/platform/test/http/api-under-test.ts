import { createHash } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { createSessionCheck } from '../../src/domain/check-session.ts';
import { createCommitter } from '../../src/domain/commit-image.ts';
import { createCounter } from '../../src/domain/counter.ts';
import type { HeartbeatStore } from '../../src/domain/heartbeat.ts';
import { createItemLister } from '../../src/domain/item-lister.ts';
import { createItemReader } from '../../src/domain/item-reader.ts';
import type { ItemStore } from '../../src/domain/item-store.ts';
import { createItemRemover, createItemReplacer, createItemWriter } from '../../src/domain/item-writer.ts';
import { createReplicationReader } from '../../src/domain/replication-reader.ts';
import { createConflictRoutes } from '../../src/http/conflict-routes.ts';
import { createCounterRoutes } from '../../src/http/counter-routes.ts';
import { createHttpHandler } from '../../src/http/create-http-handler.ts';
import { createItemRoutes } from '../../src/http/item-routes.ts';
import type { EdgeCheck } from '../../src/http/require-edge.ts';
import { createOpenApiRoute, createReplicationRoutes } from '../../src/http/service-routes.ts';
import { manualClock } from '../domain/manual-clock.ts';
import { memoryConflictLog } from '../store/memory-conflict-log.ts';
import { memoryCounterStore } from '../store/memory-counter-store.ts';
import { memoryHeartbeatStore } from '../store/memory-heartbeat-store.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { type HttpApiEventOptions, httpApiEvent, lambdaContext } from './http-api-event.ts';

/** Header of a JSON body. */
export const json = { 'content-type': 'application/json' };

/** What may differ from a region of its own with empty stores. */
export interface ApiUnderTestOptions {
  readonly store?: ItemStore;
  readonly conflicts?: ReturnType<typeof memoryConflictLog>;
  readonly counterStore?: ReturnType<typeof memoryCounterStore>;
  readonly heartbeats?: HeartbeatStore;
  readonly region?: string;
  readonly supportsKeys?: boolean;
  readonly isEvacuated?: () => boolean;
  /** @default - every request is answered */
  readonly requireEdge?: EdgeCheck;
  /** Time of all regions that are tested together. */
  readonly clock?: ReturnType<typeof manualClock>;
}

const regions = ['eu-west-1', 'eu-central-1'];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * The `api` function's routes over stores in memory, with a clock that stands still, a body limit of 64 bytes, and
 * versions that grow by one.
 */
export function apiUnderTest(options: ApiUnderTestOptions = {}) {
  const {
    region = 'eu-west-1',
    supportsKeys = true,
    clock = manualClock(),
    isEvacuated,
    requireEdge,
  } = options;
  const {
    store = memoryItemStore(),
    conflicts = memoryConflictLog(),
    counterStore = memoryCounterStore({ region }),
    heartbeats = memoryHeartbeatStore(),
  } = options;
  const lines: Record<string, unknown>[] = [];
  const rawLines: string[] = [];
  let ids = 0;
  const newId = () => `id-${String(++ids).padStart(4, '0')}`;
  // Counts are the clock's time, or grow by one; dots never come twice: 1, 11, 21 … in eu-west-1 and 101, 111 … elsewhere.
  let dots = region === 'eu-west-1' ? 0 : 100;
  const random = (limit: number) => {
    if (limit < 2 ** 40) return 0;
    dots += 10;
    return dots - 10;
  };
  const checkSession = createSessionCheck({ conflicts, clock, region });
  const sessions = { conflicts, checkSession, sha256 };
  const commit = createCommitter({ store, ...sessions, clock, random, region, regions });
  const life = { defaultTtlSeconds: 3600, tombstoneTtlSeconds: 7200, idempotencyTtlSeconds: 86_400 };
  const items = { store, commit, clock, sha256, newId, ...life };
  const counter = createCounter({
    store: counterStore,
    clock,
    sha256,
    region,
    ...life,
    supportsKeys,
  });
  const handler = createHttpHandler<'traffic'>(
    {
      ...createItemRoutes({
        writeItem: createItemWriter(items),
        replaceItem: createItemReplacer({ ...items, bodyLimitBytes: 64 }),
        removeItem: createItemRemover(items),
        readItem: createItemReader({ store, checkSession, sha256 }),
        listItems: createItemLister({ store, clock }),
        clock,
        sha256,
        regions,
        sessionHoldSeconds: 86_400,
        bodyLimitBytes: 64,
      }),
      ...createCounterRoutes({ counter, bodyLimitBytes: 64 }),
      ...createConflictRoutes({ conflicts }),
      ...createReplicationRoutes({
        readReplication: createReplicationReader({ heartbeats, clock, region, regions }),
      }),
      'GET /openapi.json': createOpenApiRoute(),
    },
    {
      region,
      clock,
      newId,
      ...(isEvacuated === undefined ? {} : { isEvacuated }),
      ...(requireEdge === undefined ? {} : { requireEdge }),
      log: (line) => {
        rawLines.push(line);
        lines.push(JSON.parse(line));
      },
    },
  );
  const call = async (routeKey: string, event?: HttpApiEventOptions, context: Context = lambdaContext()) => {
    const { statusCode, headers, body } = await handler(httpApiEvent(routeKey, event), context);
    return { status: statusCode, headers, body: body === '' ? undefined : JSON.parse(body) };
  };
  return { call, clock, lines, rawLines, handler, store, conflicts };
}
