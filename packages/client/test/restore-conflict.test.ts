import type { Conflict } from '@gsp/platform/contract';
import { describe, expect, it } from 'vitest';
import { restoreConflict } from '../src/restore-conflict.ts';
import { central, createScriptedClient, west } from './support/scripted-client.ts';
import { good, problem, type SentRequest } from './support/scripted-transport.ts';

const at = '2026-01-01T10:00:00.000Z';
const loser = {
  pk: 'p',
  sk: 's',
  createdAt: at,
  updatedAt: at,
  region: west,
  version: { [west]: 3 },
  data: 'A',
};
const lost = (differing: Partial<Conflict['loser']> = {}) => ({
  id: 'entry',
  loser: { ...loser, ...differing },
});
const etag = { headers: { etag: '"eu-west-1=9"' } };
const acknowledgement = ['POST', '/conflicts/entry/acknowledge'] as const;

/** Restores over an API of which the item holds `held`, and gives what was sent beside the first read. */
async function restore(
  conflict: ReturnType<typeof lost>,
  {
    held = { item: { ...loser, data: 'B' } },
    answerTo = () => undefined,
    defined = {},
  }: {
    readonly held?: object | 'nothing';
    readonly answerTo?: (sent: SentRequest) => ReturnType<typeof good> | undefined;
    readonly defined?: { readonly entities?: object };
  } = {},
) {
  const scripted = createScriptedClient(
    (sent) => {
      const { region, request } = sent;
      if (request.method !== 'GET') return answerTo(sent) ?? good(region, {});
      return held === 'nothing' ? problem(region, 'item-not-found') : good(region, held, etag);
    },
    { defined, hedge: false },
  );
  const outcome = await scripted
    .drive(restoreConflict(scripted.client, conflict, { nowMs: scripted.clock.nowMs }))
    .catch((error: unknown) => error);
  const [read, ...rest] = scripted.transport.sent;
  return { outcome, read, writes: rest.map(({ region, request }) => ({ region, ...request })), scripted };
}

const called = ({ method, path }: { method: string; path: string }) => [method, path];

describe('restoreConflict()', () => {
  it('writes the lost data over what was read, in that region, on condition, and acknowledges the entry', async () => {
    const { read, writes, outcome } = await restore(lost());
    expect(outcome).toBeUndefined();
    expect(read?.request.headers).not.toHaveProperty('x-session');
    expect(writes.map(called)).toEqual([['PUT', '/items/p/s'], acknowledgement]);
    expect(writes[0]).toMatchObject({
      region: read?.region,
      body: { data: 'A' },
      headers: { 'if-match': '"eu-west-1=9"' },
    });
  });

  it('makes the item anew when it is gone, unless somebody was faster', async () => {
    const { writes } = await restore(lost(), { held: 'nothing' });
    expect(writes[0]).toMatchObject({ method: 'PUT', headers: { 'if-none-match': '*' } });
  });

  it('lets somebody who has written in between be, and the entry listed', async () => {
    const { outcome, writes } = await restore(lost(), {
      answerTo: ({ request, region }) =>
        request.method === 'PUT' ? problem(region, 'item-changed') : undefined,
    });
    expect(outcome).toMatchObject({ code: 'item-changed' });
    expect(writes.map(called)).toEqual([['PUT', '/items/p/s']]);
  });

  it.each([
    [{ deleted: true }, { item: loser }, [['DELETE', '/items/p/s'], acknowledgement]],
    [{ deleted: true }, 'nothing', [acknowledgement]],
  ] as const)(
    'deletes again what a lost deletion was to delete: %j over %j',
    async (differing, held, writes) => {
      expect((await restore(lost({ ...differing }), { held })).writes.map(called)).toEqual(writes);
    },
  );

  it.each([
    ['item-contended', false],
    ['conflict-not-found', true],
  ] as const)('an acknowledgement that ends with %s leaves it well: %s', async (code, isWell) => {
    const { outcome } = await restore(lost(), {
      answerTo: ({ request, region }) => (request.method === 'POST' ? problem(region, code) : undefined),
    });
    expect(outcome === undefined).toBe(isWell);
  });

  it('lets the item live as long as the one of the two that lives longer', async () => {
    const nowSeconds = Math.floor(createScriptedClient(() => good(west, {})).clock.nowMs() / 1000);
    const lifeWith = async (lostTtl: number | undefined, heldTtl: number | undefined) => {
      const conflict = lost(lostTtl === undefined ? {} : { ttl: lostTtl });
      const { writes } = await restore(conflict, { held: { item: { ...loser, ttl: heldTtl } } });
      return writes[0]?.body;
    };
    expect(await lifeWith(nowSeconds + 60, nowSeconds + 3_600)).toEqual({ data: 'A' });
    expect(await lifeWith(nowSeconds + 86_400, nowSeconds + 3_600)).toEqual({
      data: 'A',
      ttlSeconds: 86_400,
    });
    expect(await lifeWith(undefined, nowSeconds + 3_600)).toEqual({ data: 'A', ttlSeconds: null });
    expect(await lifeWith(nowSeconds + 60, undefined)).toEqual({ data: 'A' });
  });

  it('writes an item of an entity by its routes', async () => {
    const entities = {
      categories: { name: 'category', indexes: {} },
      orders: { name: 'order', partition: 'customerId', indexes: {} },
    };
    const order = { customerId: 'c~1', status: 'open' };
    const { read, writes } = await restore(lost({ pk: 'order~c~1', sk: 'o-1', data: order }), {
      held: { id: 'o-1', ...order, status: 'paid' },
      defined: { entities },
    });
    expect(read?.request.path).toBe('/orders/c~7E1/o-1');
    expect(writes.map(called)).toEqual([['PUT', '/orders/c~7E1/o-1'], acknowledgement]);
    expect(writes[0]?.body).toEqual({ ...order, id: 'o-1' });
    const alone = await restore(lost({ pk: 'category~x', sk: 'x', data: { name: 'X' } }), {
      defined: { entities },
    });
    expect(alone.writes[0]).toMatchObject({ path: '/categories/x', body: { id: 'x', name: 'X' } });
  });

  it('asks no other region to write than the one that was read', async () => {
    const { outcome, writes } = await restore(lost(), {
      answerTo: ({ request, region }) =>
        request.method === 'PUT' ? problem(region, 'table-unavailable') : undefined,
    });
    expect(outcome).toBeInstanceOf(Error);
    expect(new Set(writes.map(({ region }) => region)).size).toBe(1);
    expect([west, central]).toContain(writes[0]?.region);
  });
});
