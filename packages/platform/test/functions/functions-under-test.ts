import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { createApiHandler } from '../../src/functions/api-handler.ts';
import type { BatchConsumer } from '../../src/functions/conflicts/consume-batch.ts';
import { createConflictsHandler } from '../../src/functions/conflicts-handler.ts';
import { createControlHandler } from '../../src/functions/control-handler.ts';
import { createHealthHandler } from '../../src/functions/health-handler.ts';
import type { HttpHandler } from '../../src/http/create-http-handler.ts';
import { type HttpApiEventOptions, httpApiEvent, lambdaContext } from '../http/http-api-event.ts';
import { setEngineInEnvironment, startTableEngine, type TableEngine } from '../store/start-table-engine.ts';

const variables = {
  AWS_REGION: 'eu-west-1',
  REGIONS: 'eu-west-1,eu-central-1',
  PROJECT: 'gsp',
  STAGE: 'main',
  BODY_LIMIT_BYTES: '4096',
  DEFAULT_TTL_SECONDS: '3600',
  TOMBSTONE_TTL_SECONDS: '86400',
  CONFLICT_TTL_SECONDS: '604800',
  IDEMPOTENCY_TTL_SECONDS: '86400',
  CONSISTENCY: 'eventual',
};
export const json = { 'content-type': 'application/json' };

/** The functions' handlers, and what stands around them. */
export interface FunctionsUnderTest {
  readonly engine: TableEngine;
  readonly api: HttpHandler;
  readonly health: HttpHandler;
  readonly control: HttpHandler;
  readonly conflicts: BatchConsumer;
  /** What the functions logged in the test that runs. */
  readonly lines: readonly string[];
}

/**
 * The functions as they are deployed, wired to a real engine process for the length of the suite: they are made with the
 * environment that infrastructure sets. To be read within tests only.
 */
export function functionsUnderTest(): FunctionsUnderTest {
  let engine: TableEngine;
  let restore = () => {};
  let api: HttpHandler;
  let health: HttpHandler;
  let control: HttpHandler;
  let conflicts: BatchConsumer;
  const lines: string[] = [];

  beforeAll(async () => {
    engine = await startTableEngine();
    restore = setEngineInEnvironment(engine);
    for (const [name, value] of Object.entries({ ...variables, TABLE_NAME: engine.tableName }))
      vi.stubEnv(name, value);
    api = createApiHandler(process.env);
    conflicts = createConflictsHandler(process.env);
    control = createControlHandler(process.env);
    health = createHealthHandler(process.env);
  });
  beforeEach(() => {
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(String(text));
      return true;
    });
  });
  afterEach(() => {
    lines.length = 0;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    restore();
    await engine.stop();
  });

  return {
    get engine() {
      return engine;
    },
    get api() {
      return api;
    },
    get health() {
      return health;
    },
    get control() {
      return control;
    },
    get conflicts() {
      return conflicts;
    },
    lines,
  };
}

/** Sends an HTTP API's event to a handler, and gives its answer with the time it took. */
export async function call(handler: HttpHandler, routeKey: string, options?: HttpApiEventOptions) {
  const startedAtMs = performance.now();
  const { statusCode, headers, body } = await handler(httpApiEvent(routeKey, options), lambdaContext());
  return {
    status: statusCode,
    headers,
    body: body === '' ? undefined : JSON.parse(body),
    tookMs: performance.now() - startedAtMs,
  };
}

/** Probes `/health` until it answers with a status: a verdict lives for up to a second. */
export async function untilProbed(health: HttpHandler, status: number) {
  const giveUpAtMs = performance.now() + 5_000;
  let probe = await call(health, 'GET /health');
  while (probe.status !== status && performance.now() < giveUpAtMs) probe = await call(health, 'GET /health');
  expect(probe.status).toBe(status);
  return probe;
}
