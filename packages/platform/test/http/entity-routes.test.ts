import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Conflict } from '../../src/contract/conflict.ts';
import { itemExample } from '../../src/contract/examples.ts';
import type { JsonValue } from '../../src/contract/json-value.ts';
import { mergePatch } from '../../src/contract/merge-patch.ts';
import { encodePathKey } from '../../src/contract/path-key.ts';
import { defineEntity } from '../../src/entities/define-entity.ts';
import { note, order } from '../entities/order-entity.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { entities, fields, item, shop } from './shop-under-test.ts';

/** A key whose time is that of the clock. */
function uuidV7At(time: string): string {
  const hex = Date.parse(time).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
}

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
    ['POST /tracked', { who: 'a~b', text: 'a' }, { who: '' }, '/who'],
    ['POST /tracked', { who: ' a', text: 'a' }, { who: '  ' }, '/who'],
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

  test('grows by patches to what a body may have, and what was larger before may stay', async () => {
    const store = memoryItemStore();
    const { ask } = shop(entities, store);
    const path = { customerId: 'ada', id: 'x' };
    const lines = (count: number) => Array.from({ length: count }, () => ({ sku: 's'.repeat(80), count: 1 }));
    await ask(`PUT /${item}`, { path, body: { ...fields, lines: lines(20) } });
    const grown = await ask(`PATCH /${item}`, { path, body: { lines: lines(38) } });
    expect(grown.status).toBe(200);
    // What was read can be put back.
    const { createdAt: _at, updatedAt: _then, version: _of, region: _in, ...own } = grown.body;
    expect((await ask(`PUT /${item}`, { path, body: own })).status).toBe(200);
    const refused = await ask(`PATCH /${item}`, {
      path,
      body: { note: 'n'.repeat(200), status: 'paid', total: 123_456_789 },
    });
    expect(refused).toMatchObject({
      status: 413,
      body: { type: expect.stringContaining(':item-too-large') },
    });
    expect((await ask(`GET /${item}`, { path })).body.lines).toHaveLength(38);
    // As a version with another limit, or a merge, has left it.
    const held = await store.get({ pk: 'order~ada', sk: 'x' });
    await store.replace({ ...held, data: { ...fields, lines: lines(60) } } as never, held);
    expect((await ask(`PATCH /${item}`, { path, body: { status: 'paid' } })).status).toBe(200);
    expect((await ask(`PATCH /${item}`, { path, body: { note: 'n' } })).status).toBe(413);
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
