// Goal: a route of a team's own promises its callers what the platform's routes do, whatever its function does.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { OwnRoute } from '../../src/contract/own-route.ts';
import { readSessionToken } from '../../src/contract/session-token.ts';
import { defineRoute } from '../../src/entities/define-route.ts';
import type { RouteContext } from '../../src/entities/route-context.ts';
import type { note, order } from '../entities/order-entity.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { entities, fields, item, shop } from './shop-under-test.ts';

type Context = RouteContext<{ order: typeof order; note: typeof note }>;

const anything = z.object({ given: z.json().optional() });

/** The API with one route, `POST /act`, whose function is given. */
function acting(handle: (context: Context, given: unknown) => unknown, response: z.ZodType = z.json()) {
  const act = defineRoute({
    ...{ method: 'POST', path: '/act', access: 'public', request: anything, response },
    handle: (context: Context, request) => handle(context, request.given) as never,
  });
  return shop(entities, memoryItemStore(), { act: act as OwnRoute });
}

const keyed = { 'idempotency-key': 'k-1' };

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

  test('takes what its path names from there alone, as every key of a path is written', async () => {
    const { ask } = shop();
    const routeKey = 'GET /customers/{customerId}/count';
    await ask('POST /orders', { body: { ...fields, customerId: 'a/b~' } });
    expect((await ask(routeKey, { path: { customerId: 'a~2Fb~7E' } })).body).toMatchObject({ orders: 1 });
    const twice = await ask(routeKey, { path: { customerId: 'ada' }, query: { customerId: 'bob' } });
    expect(twice).toMatchObject({ status: 400, body: { errors: [{ path: '/customerId' }] } });
    for (const customerId of ['~', '~zz', '~ff~fe', '~ED~A0~80'])
      expect(await ask(routeKey, { path: { customerId } })).toMatchObject({
        status: 400,
        body: { errors: [{ path: '/customerId' }] },
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

  const ring: Record<string, unknown> = {};
  ring.ring = ring;
  test.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['a number that JSON has not', () => 1n],
    ['a function', () => () => 1],
    ['what refers to itself', () => ring],
    ['what cannot be written', () => ({ toJSON: () => raise(new Error('insides')) })],
    ['more than a function may', () => '"'.repeat(1_500_000)],
    ['a rejection with nothing', () => Promise.reject(undefined)],
    ['a rejection with a symbol', () => Promise.reject(Symbol('insides'))],
    ['an error without a stack', () => raise(Object.create(Error.prototype))],
  ])('that answers %s is an internal error with a line in the log', async (_, handle) => {
    const { ask, logged } = acting(handle, z.any());
    const answer = await ask('POST /act', { body: {} });
    expect(answer).toMatchObject({ status: 500, body: { type: expect.stringContaining(':internal-error') } });
    expect(JSON.stringify(answer.body)).not.toContain('insides');
    expect(logged).toMatchObject([{ level: 'ERROR', route: 'POST /act', status: 500 }]);
  });

  test('may answer as much as a function may', async () => {
    const { ask } = acting(() => '"'.repeat(1_499_999), z.any());
    const { status, body } = await ask('POST /act', { body: {} });
    expect([status, body.length]).toEqual([200, 1_499_999]);
  });

  test('that does not end is answered when the time of its request is over', async () => {
    let signal: AbortSignal | undefined;
    const { ask, clock, logged } = acting((context) => {
      signal = context.signal;
      return new Promise(() => undefined);
    });
    const answer = ask('POST /act', { body: {} });
    clock.advance(2_500);
    expect((await answer).status).toBe(500);
    expect(signal?.aborted).toBe(true);
    expect(JSON.stringify(logged)).toContain('The route act has not answered in the time of its request');
  });

  test('goes on with the session of its caller, and hands it back with what it has seen', async () => {
    const { ask } = acting(async ({ entities: { order: orders } }) => {
      const { id } = await orders.create(fields as never);
      await orders.patch({ customerId: 'ada', id }, { total: 9 });
      return orders.get({ customerId: 'ada', id });
    });
    const written = await ask('POST /act', { body: {} });
    expect(written).toMatchObject({ status: 200, body: { total: 9 } });
    const [sighting, ...more] = readSessionToken(String(written.headers['x-session'])) ?? [];
    expect(more).toEqual([]);
    expect(sighting?.count).toBe(written.body.version['eu-west-1']);
  });

  test('reads no older than its caller has seen', async () => {
    const { ask } = acting(({ entities: { order: orders } }) => orders.get({ customerId: 'ada', id: 'x' }));
    const there = shop();
    const seen = await there.ask(`PUT /${item}`, { path: { customerId: 'ada', id: 'x' }, body: fields });
    // As if another region had written it, whose write is not here yet.
    const headers = { 'x-session': String(seen.headers['x-session']).replace('eu-west-1', 'eu-central-1') };
    expect(await ask('POST /act', { body: {}, headers })).toMatchObject({ status: 503 });
    expect(await ask('POST /act', { body: {} })).toMatchObject({ status: 404 });
    expect((await ask('POST /act', { body: {} })).headers['x-session']).toBeUndefined();
    expect(await ask('POST /act', { body: {}, headers: { 'x-session': 'none' } })).toMatchObject({
      status: 400,
    });
  });

  test('makes each of its writes once for an idempotency key, however many they are', async () => {
    const { ask, clock } = acting(async ({ entities: { order: orders, note: notes } }) => {
      const first = await orders.create(fields as never);
      const second = await orders.create(fields as never);
      const paid = await orders.patch({ customerId: 'ada', id: first.id }, { status: 'paid' });
      await notes.create({ text: 'paid' });
      return { first: first.id, second: second.id, status: paid.status };
    });
    const once = await ask('POST /act', { body: {}, headers: keyed });
    expect(once).toMatchObject({ status: 200, body: { status: 'paid' } });
    expect(once.body.first).not.toBe(once.body.second);
    expect(once.headers['idempotency-replayed']).toBeUndefined();
    clock.advance(1_000);
    const again = await ask('POST /act', { body: {}, headers: keyed });
    expect(again).toMatchObject({ body: once.body, headers: { 'idempotency-replayed': 'true' } });
    const list = await ask('GET /orders/{customerId}', { path: { customerId: 'ada' } });
    expect(list.body.items).toHaveLength(2);
  });

  test('hands out cursors of the lists that it reads, and takes back no others', async () => {
    const { ask } = acting(({ entities: { order: orders } }, given) =>
      orders.list('ada', { limit: 1, ...(given === undefined ? {} : { before: String(given) }) }),
    );
    for (const id of ['a', 'b']) await ask(`PUT /${item}`, { path: { customerId: 'ada', id }, body: fields });
    const first = await ask('POST /act', { body: {} });
    expect(first.body).toMatchObject({ items: [{ id: 'b' }] });
    const second = await ask('POST /act', { body: { given: first.body.next } });
    expect(second.body).toMatchObject({ items: [{ id: 'a' }] });
    const list = { path: { customerId: 'ada' }, query: { cursor: first.body.next } };
    expect((await ask('GET /orders/{customerId}', list)).body).toMatchObject({ items: [{ id: 'a' }] });
    for (const given of ['', 'x', 'x'.repeat(2_000)])
      expect(await ask('POST /act', { body: { given } })).toMatchObject({
        status: 400,
        body: { type: expect.stringContaining(':invalid-cursor') },
      });
  });
});

function raise(error: unknown): never {
  throw error;
}
