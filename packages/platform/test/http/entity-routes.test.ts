import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Conflict } from '../../src/contract/conflict.ts';
import { itemExample } from '../../src/contract/examples.ts';
import type { JsonValue } from '../../src/contract/json-value.ts';
import { mergePatch } from '../../src/contract/merge-patch.ts';
import { encodePathKey } from '../../src/contract/path-key.ts';
import { servedRoutesOf } from '../../src/contract/served-routes.ts';
import { createSessionCheck } from '../../src/domain/check-session.ts';
import { createCommitter } from '../../src/domain/commit-image.ts';
import { createEntityStore } from '../../src/domain/entity-store.ts';
import { createItemReader } from '../../src/domain/item-reader.ts';
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

const entities = { order, note, secret: secretNote };
const regions = ['eu-west-1', 'eu-central-1'];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function shop(
  definitions: Readonly<Record<string, typeof order | typeof note | typeof secretNote>> = entities,
  store = memoryItemStore(),
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
  let ids = 0;
  const newId = () => `id-${String(++ids).padStart(4, '0')}`;
  const stores = Object.fromEntries(
    Object.entries(definitions).map(([name, entity]) => [
      name,
      createEntityStore(entity, {
        ...{ store, clock },
        writeItem: createItemWriter({ ...items, newId }),
        replaceItem: createItemReplacer(items),
        removeItem: createItemRemover(items),
        readItem: createItemReader({ store, checkSession, sha256 }),
      }),
    ]),
  );
  const shared = { clock, sha256, regions, sessionHoldSeconds: 3_600, bodyLimitBytes: 4_096 };
  const routes = { count, broken };
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
      log: () => undefined,
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
  return { ask, store, conflicts, clock };
}

/** A key whose time is that of the clock. */
function uuidV7At(time: string): string {
  const hex = Date.parse(time).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
}

const fields = { customerId: 'ada', status: 'open', total: 3 };
const item = 'orders/{customerId}/{id}';

describe('an entity', () => {
  test('is created, read, listed, found by an index, replaced, patched and deleted', async () => {
    const { ask } = shop();
    const created = await ask('POST /orders', { body: fields });
    expect(created).toMatchObject({
      status: 201,
      headers: { location: '/orders/ada/id-0002', etag: expect.any(String) },
    });
    expect(created.body).toMatchObject({ id: 'id-0002', ...fields, lines: [], region: 'eu-west-1' });
    expect(created.body).not.toHaveProperty('ttl');
    const path = { customerId: 'ada', id: 'id-0002' };
    const read = await ask(`GET /${item}`, { path });
    expect(read).toMatchObject({ status: 200, body: created.body });
    expect(
      (await ask(`GET /${item}`, { path, headers: { 'if-none-match': String(read.headers.etag) } })).status,
    ).toBe(304);
    expect((await ask(`HEAD /${item}`, { path })).body).toBeUndefined();
    expect((await ask('GET /orders/{customerId}', { path: { customerId: 'ada' } })).body).toEqual({
      items: [created.body],
    });
    const patched = await ask(`PATCH /${item}`, { path, body: { total: 5, note: 'n' } });
    expect(patched).toMatchObject({ status: 200, body: { total: 5, note: 'n', status: 'open' } });
    // What was read can be put back.
    const replaced = await ask(`PUT /${item}`, { path, body: { ...patched.body, status: 'paid' } });
    expect(replaced).toMatchObject({ status: 200, body: { id: 'id-0002', status: 'paid', note: 'n' } });
    expect((await ask(`DELETE /${item}`, { path })).status).toBe(204);
    expect(await ask(`GET /${item}`, { path })).toMatchObject({
      status: 404,
      body: { type: expect.stringContaining(':item-not-found') },
    });
    expect((await ask('GET /orders/{customerId}', { path: { customerId: 'ada' } })).body).toEqual({
      items: [],
    });
    expect(await ask(`PATCH /${item}`, { path, body: { total: 1 } })).toMatchObject({ status: 404 });
  });

  test('without a partition is by its id alone', async () => {
    const { ask } = shop();
    const created = await ask('POST /notes', { body: { text: 'a', id: 'mine' } });
    expect(created).toMatchObject({
      status: 201,
      headers: { location: '/notes/mine' },
      body: { id: 'mine', text: 'a' },
    });
    expect(await ask('GET /notes/{id}', { path: { id: 'mine' } })).toMatchObject({ status: 200 });
    expect(await ask('POST /notes', { body: { text: 'b', id: 'mine' } })).toMatchObject({ status: 412 });
    expect(await ask('PUT /notes/{id}', { path: { id: 'mine' }, body: { text: 'b' } })).toMatchObject({
      status: 200,
    });
  });

  test('is made once for an idempotency key, and patched once', async () => {
    const { ask, clock } = shop();
    const key = { 'idempotency-key': 'k-1' };
    const first = await ask('POST /orders', { body: fields, headers: key });
    clock.advance(1_000);
    const again = await ask('POST /orders', { body: fields, headers: key });
    expect(again).toMatchObject({
      status: 201,
      headers: { 'idempotency-replayed': 'true' },
      body: first.body,
    });
    expect(await ask('POST /orders', { body: { ...fields, total: 4 }, headers: key })).toMatchObject({
      status: 422,
    });
    const path = { customerId: 'ada', id: first.body.id };
    const patch = { path, body: { total: 9 }, headers: { 'idempotency-key': 'k-2' } };
    const patched = await ask(`PATCH /${item}`, patch);
    expect(await ask(`PATCH /${item}`, patch)).toMatchObject({
      headers: { 'idempotency-replayed': 'true' },
      body: patched.body,
    });
  });

  test.each(['k-2', uuidV7At('2026-11-22T12:00:00.000Z')])(
    'that was patched and then written by others is told as it is now, for the key %s',
    async (key) => {
      const { ask } = shop();
      const path = { customerId: 'ada', id: 'x' };
      await ask(`PUT /${item}`, { path, body: fields });
      const patch = { path, body: { status: 'paid' }, headers: { 'idempotency-key': key } };
      expect(await ask(`PATCH /${item}`, patch)).toMatchObject({ status: 200, body: { status: 'paid' } });
      await ask(`PATCH /${item}`, { path, body: { status: 'open' } });
      const again = await ask(`PATCH /${item}`, patch);
      expect(again).toMatchObject({ status: 200, headers: { 'idempotency-replayed': 'true' } });
      expect(again.body).toEqual((await ask(`GET /${item}`, { path })).body);
      await ask(`DELETE /${item}`, { path });
      expect((await ask(`PATCH /${item}`, patch)).status).toBe(404);
    },
  );

  test('reads nothing before it is made, unless its id is given', async () => {
    const store = memoryItemStore();
    let reads = 0;
    const get: typeof store.get = (key, call) => {
      reads += 1;
      return store.get(key, call);
    };
    const { ask } = shop(entities, { ...store, get });
    expect((await ask('POST /orders', { body: fields })).status).toBe(201);
    expect((await ask('POST /orders', { body: fields, headers: { 'idempotency-key': 'k' } })).status).toBe(
      201,
    );
    expect(reads).toBe(0);
  });

  test.each([
    [
      'POST /tracked',
      { who: 'a'.repeat(128), text: 'a', id: 'b'.repeat(128) },
      { who: 'a'.repeat(129) },
      '/who',
    ],
    ['POST /tracked', { who: '😀'.repeat(128), text: '😀' }, { who: '😀'.repeat(129) }, '/who'],
    ['POST /tracked', { who: 'ada', text: 'a' }, { who: 'ada ' }, '/who'],
    ['POST /notes', { text: 'a', id: 'a'.repeat(128) }, { id: 'a'.repeat(129) }, '/id'],
  ])('is not written where it could not be read: %s %j', async (routeKey, body, beyond, path) => {
    const tracked = defineEntity({
      // The longest name, of which a stored key has to take its part.
      ...{ name: 'n'.repeat(32), plural: 'tracked', partition: 'who', access: { read: 'public' } },
      schema: z.object({ who: z.string(), text: z.string() }),
    });
    const { ask } = shop({ note, tracked } as never);
    const refused = await ask(routeKey, { body: { ...body, ...beyond } });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    const made = await ask(routeKey, { body });
    expect(made.status).toBe(201);
    const { id, who } = made.body;
    const read = path === '/id' ? 'GET /notes/{id}' : 'GET /tracked/{who}/{id}';
    const keys = path === '/id' ? { id } : { who: encodePathKey(who), id };
    expect(await ask(read, { path: keys })).toMatchObject({ status: 200, body: made.body });
  });

  test('is found by no value of an index that is longer than a key of the table', async () => {
    const asked: string[] = [];
    const store = memoryItemStore();
    const queryIndex: typeof store.queryIndex = (query, call) => {
      asked.push(query.partition);
      return store.queryIndex(query, call);
    };
    const { ask } = shop({ order }, { ...store, queryIndex });
    const query = (customerId: string) => ask('GET /orders', { query: { index: 'byTotal', customerId } });
    const longest = 'é'.repeat((2_048 - 'order~byTotal~'.length) / 2);
    for (const value of ['ada', longest, `${longest}a`, 'a'.repeat(9_000)])
      expect(await query(value)).toMatchObject({ status: 200, body: { items: [] } });
    expect(asked).toEqual(['order~byTotal~ada', `order~byTotal~${longest}`]);
  });

  test('takes a patch under its own media type', async () => {
    const { ask } = shop();
    const path = { customerId: 'ada', id: 'x' };
    await ask(`PUT /${item}`, { path, body: fields });
    const headers = { 'content-type': 'application/merge-patch+json' };
    expect(await ask(`PATCH /${item}`, { path, body: { total: 4 }, headers })).toMatchObject({ status: 200 });
    expect(await ask(`PUT /${item}`, { path, body: fields, headers })).toMatchObject({ status: 415 });
  });

  test.each<[string, JsonValue, string]>([
    ['an unknown field', { ...fields, colour: 'red' }, '/colour'],
    ['one at depth', { ...fields, lines: [{ sku: 'a', count: 1, x: 1 }] }, '/lines/0/x'],
    ['a wrong type', { ...fields, total: 'three' }, '/total'],
    ['a value that is not allowed', { ...fields, status: 'lost' }, '/status'],
    ['a field that is missing', { status: 'open', total: 1 }, '/customerId'],
    ['an id that is no key', { ...fields, id: '' }, '/id'],
  ])('refuses %s by its path', async (_, body, pointer) => {
    const { ask } = shop();
    const answer = await ask('POST /orders', { body });
    expect(answer).toMatchObject({
      status: 400,
      body: { type: expect.stringContaining(':invalid-request') },
    });
    expect(JSON.stringify(answer.body.errors)).toContain(pointer);
  });

  test('keeps its place: neither id nor partition of a body differ from the path', async () => {
    const { ask } = shop();
    const path = { customerId: 'ada', id: 'x' };
    expect(await ask(`PUT /${item}`, { path, body: { ...fields, customerId: 'bob' } })).toMatchObject({
      status: 400,
    });
    expect(await ask(`PUT /${item}`, { path, body: { ...fields, id: 'y' } })).toMatchObject({ status: 400 });
    await ask(`PUT /${item}`, { path, body: fields });
    expect(await ask(`PATCH /${item}`, { path, body: { customerId: 'bob' } })).toMatchObject({ status: 400 });
  });

  test('that is changed by another version keeps what that has added', async () => {
    const store = memoryItemStore();
    const newer = defineEntity({
      name: 'order',
      partition: 'customerId',
      schema: z.object({ ...order.schema.shape, added: z.string().optional() }),
    });
    const here = shop({ order: newer as never }, store);
    const there = shop({ order }, store);
    const path = { customerId: 'ada', id: 'x' };
    await here.ask(`PUT /${item}`, { path, body: { ...fields, added: 'new' } });
    expect((await there.ask(`GET /${item}`, { path })).body).not.toHaveProperty('added');
    expect(await there.ask(`PATCH /${item}`, { path, body: { total: 8 } })).toMatchObject({ status: 200 });
    expect((await here.ask(`GET /${item}`, { path })).body).toMatchObject({ added: 'new', total: 8 });
  });

  test('that cannot be read is told of, and fails no list', async () => {
    const store = memoryItemStore();
    const loose = defineEntity({
      name: 'order',
      partition: 'customerId',
      schema: z.object({ customerId: z.string(), total: z.any() }),
    });
    await shop({ order: loose as never }, store).ask(`PUT /${item}`, {
      path: { customerId: 'ada', id: 'x' },
      body: { customerId: 'ada', total: 'x' },
    });
    const { ask } = shop({ order }, store);
    const answer = await ask(`GET /${item}`, { path: { customerId: 'ada', id: 'x' } });
    expect(answer).toMatchObject({
      status: 409,
      body: { type: expect.stringContaining(':unreadable-item') },
    });
    expect(answer.body.detail).toContain('the order ada/x: /');
    // What is stored stands in the way of a patch, unless the patch mends it.
    const path = { customerId: 'ada', id: 'x' };
    expect((await ask(`PATCH /${item}`, { path, body: { note: 'n' } })).status).toBe(409);
    expect((await ask('GET /orders/{customerId}', { path: { customerId: 'ada' } })).body).toEqual({
      items: [],
      unreadable: [{ pk: 'order~ada', sk: 'x' }],
    });
  });

  test('is listed page by page', async () => {
    const { ask } = shop();
    for (let each = 0; each < 5; each += 1) await ask('POST /orders', { body: { ...fields, total: each } });
    const seen: number[] = [];
    for (let query: Record<string, string> | undefined = { limit: '2' }; query !== undefined; ) {
      const { body } = await ask('GET /orders/{customerId}', { path: { customerId: 'ada' }, query });
      seen.push(...body.items.map(({ total }: { total: number }) => total));
      query = body.cursor === undefined ? undefined : { limit: '2', cursor: body.cursor };
    }
    expect(seen).toEqual([4, 3, 2, 1, 0]);
  });

  test('says which indexes there are, and what they ask for', async () => {
    const { ask } = shop();
    expect((await ask('GET /orders', { query: { index: 'byName' } })).body.detail).toContain(
      'one of byStatus, byTotal',
    );
    expect((await ask('GET /orders', { query: { index: 'byStatus' } })).body.detail).toContain(
      '/status must have a value',
    );
  });

  test('answers for methods that its paths do not have', async () => {
    const { ask } = shop();
    expect(await ask('$default')).toMatchObject({ status: 404 });
  });
});

describe('owners', () => {
  test('are not whoever brings a token that names nobody', async () => {
    const { ask } = shop();
    const body = { who: 'ada', text: 'a', id: 'x' };
    expect((await ask('POST /secrets', { body, subject: '' })).status).toBe(403);
    await ask('POST /secrets', { body });
    const path = { who: 'ada', id: 'x' };
    expect((await ask('GET /secrets/{who}/{id}', { path, subject: '' })).status).toBe(403);
  });

  // Each route, by whom, of whose item: 403 for somebody else's, and only where the caller is known.
  const callers = ['ada', 'bob', undefined] as const;
  const acts = {
    create: ['POST /secrets', 201],
    get: ['GET /secrets/{who}/{id}', 200],
    put: ['PUT /secrets/{who}/{id}', 200],
    patch: ['PATCH /secrets/{who}/{id}', 200],
    delete: ['DELETE /secrets/{who}/{id}', 204],
  } as const;
  const rows = Object.entries(acts).flatMap(([act, [routeKey, status]]) =>
    callers.map((subject) => ({ act, routeKey, subject, status: subject === 'bob' ? 403 : status })),
  );

  test.each(rows)(
    '$act of what is ada’s by $subject is $status',
    async ({ act, routeKey, subject, status }) => {
      const { ask } = shop();
      const path = { who: 'ada', id: 'x' };
      await ask('PUT /secrets/{who}/{id}', { path, body: { who: 'ada', text: 'a' } });
      const body = act === 'patch' ? { text: 'b' } : { who: 'ada', text: 'b' };
      const answer = await ask(routeKey, {
        ...(act === 'create' ? {} : { path }),
        ...(act === 'get' || act === 'delete' ? {} : { body }),
        ...(subject === undefined ? {} : { subject }),
      });
      expect(answer.status).toBe(status);
      if (status === 403)
        expect(answer.body).toMatchObject({ type: expect.stringContaining(':not-the-owner'), scope: 'key' });
    },
  );

  test('are whose lists are seen, where reading asks for a token', async () => {
    const { ask } = shop();
    await ask('PUT /secrets/{who}/{id}', { path: { who: 'ada', id: 'x' }, body: { who: 'ada', text: 'a' } });
    const list = (subject: string) => ask('GET /secrets/{who}', { path: { who: 'ada' }, subject });
    expect((await list('ada')).body.items).toHaveLength(1);
    expect((await list('bob')).body.items ?? []).toEqual([]);
  });

  test('are who sees what they lost, and takes it off the list', async () => {
    const { ask, conflicts } = shop();
    for (const [at, who] of ['ada', 'bob'].entries()) {
      const pk = `secret~${who}`;
      const loser = { ...itemExample, pk, data: { who, text: who } };
      const id = {
        pk,
        item: '0123456789abcdef',
        dot: at + 1,
        updatedAtMs: 1_000,
        history: [],
        isQuiet: false,
      };
      const { updatedAt } = itemExample;
      await conflicts.record(id, {
        loser,
        detectedAt: updatedAt,
        detectedIn: 'eu-west-1',
        ttl: 9_999_999_999,
      });
    }
    const list = async (subject?: string) => {
      const { body } = await ask('GET /conflicts', subject === undefined ? {} : { subject });
      return (body as { conflicts: Conflict[] }).conflicts;
    };
    const textsOf = (found: Conflict[]) => found.map(({ loser }) => Object(loser.data).text);
    expect(textsOf(await list())).toEqual(['ada', 'bob']);
    expect(textsOf(await list('ada'))).toEqual(['ada']);
    expect(textsOf(await list('eve'))).toEqual([]);
    const acknowledge = (id: string, subject: string) =>
      ask('POST /conflicts/{id}/acknowledge', { path: { id }, subject });
    const [entry] = await list('ada');
    const refused = await acknowledge(entry?.id ?? '', 'bob');
    expect(refused).toMatchObject({ status: 403, body: { type: expect.stringContaining(':not-the-owner') } });
    expect((await acknowledge(entry?.id ?? '', 'ada')).status).toBe(204);
    expect(textsOf(await list())).toEqual(['bob']);
  });

  test('do not keep others from what is read publicly', async () => {
    const { ask } = shop();
    await ask(`PUT /${item}`, { path: { customerId: 'ada', id: 'x' }, body: fields, subject: 'ada' });
    expect((await ask(`GET /${item}`, { path: { customerId: 'ada', id: 'x' }, subject: 'bob' })).status).toBe(
      200,
    );
  });
});

describe('a route of one’s own', () => {
  test('is given its request, the stores and the caller', async () => {
    const { ask } = shop();
    await ask('POST /orders', { body: fields });
    const path = { customerId: 'ada' };
    expect(
      await ask('GET /customers/{customerId}/count', { path, query: { factor: '3' }, subject: 'ada' }),
    ).toMatchObject({
      status: 200,
      body: { orders: 3, caller: 'ada' },
    });
    expect(await ask('GET /customers/{customerId}/count', { path, query: { factr: '3' } })).toMatchObject({
      status: 400,
    });
  });

  test('that throws, or answers what it must not, is an internal error that tells nothing', async () => {
    const { ask } = shop();
    for (const how of ['throws', 'badly']) {
      const answer = await ask('POST /broken', { body: { how } });
      expect(answer).toMatchObject({
        status: 500,
        body: { type: expect.stringContaining(':internal-error') },
      });
      expect(JSON.stringify(answer.body)).not.toContain('insides');
    }
    expect(await ask('POST /broken', { body: { how: 'well' } })).toMatchObject({
      status: 200,
      body: { ok: true },
    });
  });
});

describe('PATCH', () => {
  test('is RFC 7396 over whatever is stored', async () => {
    const member = fc.constantFrom('a', 'b', 'c');
    const value: fc.Arbitrary<JsonValue> = fc.oneof(
      fc.integer({ min: 0, max: 9 }),
      fc.constant('t'),
      fc.dictionary(member, fc.integer({ min: 0, max: 9 })),
    );
    const free = defineEntity({ name: 'free', schema: z.object({ data: z.record(z.string(), z.json()) }) });
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(member, value),
        fc.dictionary(member, fc.oneof(value, fc.constant(null))),
        async (before, patch) => {
          const { ask } = shop({ free: free as never });
          const path = { id: 'x' };
          await ask('PUT /frees/{id}', { path, body: { data: before } });
          const { status, body } = await ask('PATCH /frees/{id}', { path, body: { data: patch } });
          expect(status).toBe(200);
          expect(body.data).toEqual(mergePatch(before, patch));
        },
      ),
      { numRuns: 60 },
    );
  });
});
