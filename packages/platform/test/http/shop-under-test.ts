import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { JsonValue } from '../../src/contract/json-value.ts';
import type { OwnRoutes } from '../../src/contract/own-route.ts';
import { servedRoutesOf } from '../../src/contract/served-routes.ts';
import { createSessionCheck } from '../../src/domain/check-session.ts';
import { createCommitter } from '../../src/domain/commit-image.ts';
import { createEntityStore } from '../../src/domain/entity-store.ts';
import { createItemReader } from '../../src/domain/item-reader.ts';
import type { ItemStore } from '../../src/domain/item-store.ts';
import { createItemRemover, createItemReplacer, createItemWriter } from '../../src/domain/item-writer.ts';
import { defineEntity } from '../../src/entities/define-entity.ts';
import { defineRoute } from '../../src/entities/define-route.ts';
import type { RouteContext } from '../../src/entities/route-context.ts';
import { createConflictRoutes } from '../../src/http/conflict-routes.ts';
import { createHttpHandler } from '../../src/http/create-http-handler.ts';
import { createEntityHandlers } from '../../src/http/entity-handlers.ts';
import { createOwnHandlers } from '../../src/http/own-handlers.ts';
import { manualClock } from '../domain/manual-clock.ts';
import { randomOf } from '../domain/write-under-test.ts';
import { note, order } from '../entities/order-entity.ts';
import { memoryConflictLog } from '../store/memory-conflict-log.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { httpApiEvent, lambdaContext } from './http-api-event.ts';

const secretNote = defineEntity({
  name: 'secret',
  schema: z.object({ who: z.string(), text: z.string() }),
  partition: 'who',
  access: { owner: 'who' },
});
const count = defineRoute({
  method: 'GET',
  path: '/customers/{customerId}/count',
  access: 'public',
  request: z.object({ customerId: z.string(), factor: z.coerce.number().default(1) }),
  response: z.object({ orders: z.int(), caller: z.string().optional() }),
  handle: async ({ entities, caller }: RouteContext<{ order: typeof order }>, { customerId, factor }) => {
    const { items } = await entities.order.list(customerId);
    return { orders: items.length * factor, ...(caller === undefined ? {} : { caller }) };
  },
});
const broken = defineRoute({
  method: 'POST',
  path: '/broken',
  access: 'public',
  request: z.object({ how: z.string() }),
  response: z.object({ ok: z.literal(true) }),
  handle: (_: RouteContext, { how }) => {
    if (how === 'throws') throw new Error('insides');
    return { ok: how === 'well' } as { ok: true };
  },
});

/** What is defined unless a test says otherwise. */
export const entities = { order, note, secret: secretNote };
const regions = ['eu-west-1', 'eu-central-1'];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The API with entities and routes of one's own, over the store in memory. */
export function shop(
  definitions: Readonly<Record<string, typeof order | typeof note | typeof secretNote>> = entities,
  store: ItemStore = memoryItemStore(),
  routes: OwnRoutes = { count, broken },
) {
  const clock = manualClock();
  const conflicts = memoryConflictLog();
  const checkSession = createSessionCheck({ conflicts, clock, region: 'eu-west-1' });
  const sessions = { conflicts, checkSession, sha256 };
  const commit = createCommitter({
    store,
    ...sessions,
    clock,
    random: randomOf(1),
    region: 'eu-west-1',
    regions,
  });
  const items = {
    store,
    commit,
    clock,
    sha256,
    defaultTtlSeconds: null,
    tombstoneTtlSeconds: 7_200,
    idempotencyTtlSeconds: 3_600,
  };
  const logged: Record<string, unknown>[] = [];
  let ids = 0;
  const newId = () => `id-${String(++ids).padStart(4, '0')}`;
  const stores = Object.fromEntries(
    Object.entries(definitions).map(([name, entity]) => [
      name,
      createEntityStore(entity, {
        ...{ store, clock },
        writeItem: createItemWriter({ ...items, newId }),
        replaceItem: createItemReplacer({ ...items, bodyLimitBytes: 4_096 }),
        removeItem: createItemRemover(items),
        readItem: createItemReader({ store, checkSession, sha256 }),
      }),
    ]),
  );
  const shared = { clock, sha256, regions, sessionHoldSeconds: 3_600, bodyLimitBytes: 4_096 };
  const handler = createHttpHandler<'health'>(
    {
      ...createEntityHandlers({ ...shared, stores: Object.values(stores) }),
      ...createOwnHandlers({ ...shared, routes, stores, region: 'eu-west-1' }),
      ...createConflictRoutes({ conflicts, entities: Object.values(definitions) }),
    } as never,
    {
      region: 'eu-west-1',
      clock,
      newId,
      log: (line) => logged.push(JSON.parse(line)),
      served: servedRoutesOf({ entities: definitions, routes }),
    },
  );
  /** A request as API Gateway hands it over; `subject` is that of the caller's token. */
  const ask = async (
    routeKey: string,
    {
      path = {},
      query = {},
      body,
      headers = {},
      subject,
    }: {
      readonly path?: Record<string, string>;
      readonly query?: Record<string, string>;
      readonly body?: JsonValue;
      readonly headers?: Record<string, string>;
      readonly subject?: string;
    } = {},
  ) => {
    const event = httpApiEvent(routeKey, {
      pathParameters: path,
      query,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(subject === undefined ? {} : { subject }),
    });
    const answer = await handler(event, lambdaContext());
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body === '' ? undefined : JSON.parse(answer.body),
    };
  };
  return { ask, store, conflicts, clock, logged };
}

/** The least of an order. */
export const fields = { customerId: 'ada', status: 'open', total: 3 };
/** Path of one order. */
export const item = 'orders/{customerId}/{id}';
