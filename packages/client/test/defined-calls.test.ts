import { encodeSession } from '@gsp/platform/contract';
import { beforeEach, describe, expect, it } from 'vitest';
import { isInvalidOutputsError, isProblemError } from '../src/client-error.ts';
import { central, createDefinedClient, west } from './support/scripted-client.ts';
import { answer, broken, good, problem, type Script } from './support/scripted-transport.ts';
import type * as entities from './support/shop-entities.ts';
import type * as routes from './support/shop-routes.ts';

type Shop = typeof entities;
type ShopRoutes = typeof routes;

/** What the outputs of the shop say. */
const defined = {
  entities: {
    orders: {
      name: 'order',
      partition: 'customerId',
      indexes: {
        byStatus: { partition: 'status', sort: 'createdAt' },
        byTotal: { partition: 'total', sort: 'status' },
      },
    },
    categories: { name: 'category', indexes: {} },
  },
  routes: {
    shipOrder: { method: 'POST', path: '/orders/{customerId}/{id}/shipments' },
    topSellers: { method: 'GET', path: '/top-sellers/{year}' },
  },
};

const openShop = (script: Script) => createDefinedClient<Shop, ShopRoutes>(script, defined);

const facts = { id: 'o-1', createdAt: '2026-01-01T00:00:00.000Z', region: west, version: { [west]: 1 } };
const stored = { ...facts, customerId: 'c/1', status: 'open', total: 5, lines: [] };
const key = { customerId: 'c/1', id: 'o-1' };

describe('an entity of a client', () => {
  let shopClient = openShop(() => good(west, stored));
  beforeEach(() => {
    shopClient = openShop(() => good(west, stored, { headers: { etag: '"v"', 'x-session': 's' } }));
  });

  /** The one request that a call sends. */
  async function sentBy(call: Promise<unknown>) {
    await shopClient.drive(call);
    const [sent, ...others] = shopClient.transport.sent;
    expect(others).toEqual([]);
    const { method, path, query, body, headers } = sent?.request ?? {};
    return { method, path, query, body, headers };
  }

  const input = { customerId: 'c/1', status: 'open', total: 5 } as const;
  const order = { ...stored, status: 'open' } as const;

  it('create() posts the fields under one key, and answers with the item and how it was answered', async () => {
    const call = shopClient.client.orders.create(input);
    expect(await sentBy(call)).toMatchObject({
      method: 'POST',
      path: '/orders',
      body: input,
      headers: { 'idempotency-key': 'id-2' },
    });
    const { item, answer: how } = await call;
    expect(item).toEqual(stored);
    expect(how).toMatchObject({ region: west, attempts: 1, etag: '"v"' });
    expect(shopClient.events.call).toMatchObject([{ operation: 'createOrder', outcome: 'ok' }]);
  });

  it.each([
    ['get', () => shopClient.client.orders.get(key), 'GET', '/orders/c~2F1/o-1', undefined],
    ['get of an item', () => shopClient.client.orders.get(order), 'GET', '/orders/c~2F1/o-1', undefined],
    ['put', () => shopClient.client.orders.put(order), 'PUT', '/orders/c~2F1/o-1', order],
    [
      'patch',
      () => shopClient.client.orders.patch(order, { status: 'paid', note: null }),
      'PATCH',
      '/orders/c~2F1/o-1',
      { status: 'paid', note: null },
    ],
    ['delete', () => shopClient.client.orders.delete(key), 'DELETE', '/orders/c~2F1/o-1', undefined],
    ['get by id', () => shopClient.client.categories.get({ id: 'a' }), 'GET', '/categories/a', undefined],
    [
      'create with an id',
      () => shopClient.client.categories.create({ id: 'a', title: 'A' }),
      'POST',
      '/categories',
      { id: 'a', title: 'A' },
    ],
  ] as const)('%s asks for the path of the contract', async (_, call, method, path, body) => {
    const sent = await sentBy(call());
    expect(sent).toMatchObject({ method, path });
    expect(sent.body).toEqual(body);
    expect(sent.headers?.['idempotency-key']).toBe(method === 'GET' ? undefined : 'id-2');
  });

  it('put(), patch() and delete() take preconditions', async () => {
    const { headers } = await sentBy(shopClient.client.orders.delete(key, { ifMatch: '"v"' }));
    expect(headers).toMatchObject({ 'if-match': '"v"' });
  });

  it('list() and query() ask for a page, by partition and by index', async () => {
    const page = () => good(west, { items: [stored], cursor: 'c2', unreadable: [{ pk: 'p', sk: 's' }] });
    shopClient = openShop(page);
    const { client, drive, transport } = shopClient;
    const list = await drive(client.orders.list({ customerId: 'c/1' }, { limit: 2, cursor: 'c1' }));
    expect(list).toMatchObject({ items: [stored], cursor: 'c2', unreadable: [{ pk: 'p', sk: 's' }] });
    await drive(client.orders.query('byStatus', { status: 'open' }));
    await drive(client.orders.query('byTotal', { total: 5 }, { limit: 1 }));
    expect(transport.sent.map(({ request: { path, query } }) => ({ path, query }))).toEqual([
      { path: '/orders/c~2F1', query: { limit: '2', cursor: 'c1' } },
      { path: '/orders', query: { index: 'byStatus', status: 'open' } },
      { path: '/orders', query: { index: 'byTotal', total: '5', limit: '1' } },
    ]);
    expect(shopClient.events.call.map(({ operation }) => operation)).toEqual([
      'listOrders',
      'queryOrders',
      'queryOrders',
    ]);
  });

  it('for await gives every item of every page, also behind an empty one', async () => {
    const pages = [
      { items: [{ ...stored, id: 'a' }], cursor: 'c1' },
      { items: [], cursor: 'c2' },
      { items: [{ ...stored, id: 'b' }] },
    ];
    shopClient = openShop((_, index) => good(west, pages[index % 3]));
    const ids = async () => {
      const found: string[] = [];
      for await (const { id } of shopClient.client.orders.list({ customerId: 'c' }, { limit: 1 }))
        found.push(id);
      return found;
    };
    expect(await shopClient.drive(ids())).toEqual(['a', 'b']);
    expect(shopClient.transport.sent.map(({ request }) => request.query)).toEqual([
      { limit: '1' },
      { limit: '1', cursor: 'c1' },
      { limit: '1', cursor: 'c2' },
    ]);
  });

  it('an iteration rejects with what its page rejects with, and asks no further', async () => {
    shopClient = openShop((_, index) =>
      index === 0 ? good(west, { items: [stored], cursor: 'c' }) : problem(west, 'invalid-request'),
    );
    const found: string[] = [];
    const iterate = async () => {
      for await (const { id } of shopClient.client.orders.query('byStatus', { status: 'open' }))
        found.push(id);
    };
    expect(isProblemError(await shopClient.failureOf(iterate()), 'invalid-request')).toBe(true);
    expect(found).toEqual(['o-1']);
    expect(shopClient.transport.sent).toHaveLength(2);
  });

  it('goes to the other region under the same key, with the same body', async () => {
    shopClient = openShop(({ region }) => (region === west ? broken : good(region, stored)));
    const { client, drive, transport } = shopClient;
    await drive(client.orders.patch(key, { total: 6 }));
    expect(transport.sent.map(({ region }) => region)).toEqual([west, central]);
    const [first, second] = transport.sent.map(({ request }) => request);
    expect(second?.headers).toEqual(first?.headers);
    expect(second?.body).toEqual(first?.body);
  });

  it('belongs to the session: what a write gave goes with the next read', async () => {
    const sighting = {
      item: 'a'.repeat(16),
      region: west,
      dot: 5,
      count: 5,
      updatedAtMs: 1,
      until: 2_000_000_000,
    };
    const token = encodeSession([sighting]);
    shopClient = openShop(() => good(west, stored, { headers: { 'x-session': token } }));
    const { client, drive, transport } = shopClient;
    await drive(client.orders.create(input));
    await drive(client.orders.get(key));
    await drive(client.call('shipOrder', key));
    const tokens = transport.sent.map(({ request }) => request.headers['x-session']);
    expect(tokens).toEqual([undefined, token, token]);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'NaN',
      () => shopClient.client.orders.create({ ...input, total: Number.NaN }),
      /createOrder: total must be 0/,
    ],
    [
      'a list',
      () => shopClient.client.orders.create(JSON.parse('[]')),
      /createOrder: its argument is no plain object \(a list\)/,
    ],
    [
      'no key',
      () => shopClient.client.orders.get(JSON.parse('{}')),
      /Cannot address customerId: it is undefined/,
    ],
    [
      'no value of an index',
      () => shopClient.client.orders.query('byStatus', JSON.parse('{}')),
      /queryOrders: status is null/,
    ],
  ])('%s is refused before anything is sent', async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
    await expect(call()).rejects.toThrow(TypeError);
    expect(shopClient.transport.sent).toEqual([]);
  });
});

describe('a client whose outputs are older than its types', () => {
  const old = createDefinedClient<Shop, ShopRoutes>(() => good(west), {
    entities: { categories: { name: 'category', indexes: {} } },
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'an entity',
      () => old.client.orders.create({ customerId: 'c', status: 'open', total: 1 }),
      'Unknown entity \'orders\': the outputs of this client name categories. Deploy, or run "npm run outputs"',
    ],
    [
      'a route',
      () => old.client.call('shipOrder', key),
      'Unknown route \'shipOrder\': the outputs of this client name none. Deploy, or run "npm run outputs"',
    ],
  ])('says of %s that it lacks how to get it', async (_, call, message) => {
    const error: unknown = await call().catch((reason: unknown) => reason);
    expect(isInvalidOutputsError(error)).toBe(true);
    expect(String(error)).toContain(message);
    expect(old.transport.sent).toEqual([]);
  });

  it('says it of an index', async () => {
    const orders = {
      orders: { name: 'order', partition: 'customerId', indexes: { byTotal: { partition: 'total' } } },
    };
    const { client, failureOf } = createDefinedClient<Shop, ShopRoutes>(() => good(west), {
      entities: orders,
    });
    const error = await failureOf(client.orders.query('byStatus', { status: 'open' }));
    expect(String(error)).toContain(
      "Unknown index 'orders.byStatus': the outputs of this client name byTotal",
    );
  });

  it('can be awaited, printed and spread like any other object', async () => {
    expect(await Promise.resolve(old.client)).toBe(old.client);
    expect(JSON.stringify({ ...old.client })).toContain('session');
    expect('orders' in old.client).toBe(false);
  });
});

describe('call()', () => {
  it('puts what the path names into it, and the rest into the body', async () => {
    const { client, drive, transport } = openShop(() => good(west, { trackingId: 't' }));
    const { result } = await drive(client.call('shipOrder', { ...key, carrier: 'bike' }));
    expect(result).toEqual({ trackingId: 't' });
    expect(transport.sent[0]?.request).toMatchObject({
      method: 'POST',
      path: '/orders/c~2F1/o-1/shipments',
      body: { carrier: 'bike' },
      headers: { 'idempotency-key': 'id-2' },
    });
  });

  it('puts the rest of a GET into the query, and answers with any JSON', async () => {
    const { client, drive, transport } = openShop(() => answer(200, '["a"]', { 'x-region': west }));
    const { result } = await drive(client.call('topSellers', { year: 2026, limit: 3, isOpen: true }));
    expect(result).toEqual(['a']);
    const { path, query, headers } = transport.sent[0]?.request ?? {};
    expect({ path, query }).toEqual({ path: '/top-sellers/2026', query: { limit: '3', isOpen: 'true' } });
    expect(headers).not.toHaveProperty('idempotency-key');
  });

  it('takes no list for the answer of an entity', async () => {
    const { client, failureOf } = openShop(() => answer(200, '["a"]', { 'x-region': west }));
    expect(String(await failureOf(client.orders.get(key)))).toContain('invalid-answer');
  });
});
