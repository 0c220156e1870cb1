// Goal: the routes that change items, as callers meet them, in one region and in two that share nothing but what a
// test replicates between them. The rules themselves are tested in packages/platform/test/domain and packages/platform/test/simulation.
import { describe, expect, it } from 'vitest';
import { problemType } from '../../src/contract/problems.ts';
import type { ItemImage } from '../../src/domain/item-image.ts';
import { manualClock } from '../domain/manual-clock.ts';
import { apiUnderTest, json } from './api-under-test.ts';
import { tokenIssuer } from './http-api-event.ts';

type Api = ReturnType<typeof apiUnderTest>;
type Headers = Record<string, string>;

const pathParameters = { pk: 'a', sk: 'b' };
const put = ({ call }: Api, data: unknown, headers: Headers = {}) =>
  call('PUT /items/{pk}/{sk}', {
    pathParameters,
    body: JSON.stringify({ data }),
    headers: { ...json, ...headers },
  });
const get = ({ call }: Api, headers: Headers = {}) =>
  call('GET /items/{pk}/{sk}', { pathParameters, headers });
const remove = ({ call }: Api, headers: Headers = {}) =>
  call('DELETE /items/{pk}/{sk}', { pathParameters, headers });
const write = ({ call }: Api, body: unknown, headers: Headers = {}) =>
  call('POST /write', { body: JSON.stringify(body), headers: { ...json, ...headers } });

/** Carries what one region holds over to another, as replication does when it wins. */
async function replicate(from: Api, to: Api, key = pathParameters): Promise<void> {
  const image = await from.store.get(key);
  if (image !== undefined) await to.store.replace(image, await to.store.get(key));
}

/** The entity tag of a write at the clock's start, or so many microseconds later. */
function tag(laterUs = 0): string {
  return `"eu-west-1=${1_795_348_800_250_000 + laterUs}"`;
}

describe('PUT and DELETE /items/{pk}/{sk}', () => {
  it('make an item, change it and delete it, each with a version above the last', async () => {
    const api = apiUnderTest();
    const made = await put(api, 1);
    expect(made).toMatchObject({ status: 200, body: { item: { pk: 'a', sk: 'b', data: 1 } } });
    expect(made.headers.etag).toBe(tag());
    api.clock.advance(1_000);
    const changed = await put(api, 2);
    expect(changed.headers.etag).toBe(tag(1_000_000));
    expect(changed.body.item.createdAt).toBe(made.body.item.createdAt);
    expect(Date.parse(changed.body.item.updatedAt) - Date.parse(made.body.item.updatedAt)).toBe(1_000);
    expect((await get(api)).body.item).toStrictEqual(changed.body.item);

    const removed = await remove(api);
    expect(removed).toMatchObject({ status: 204, body: undefined });
    expect(removed.headers).not.toHaveProperty('content-type');
    expect((await get(api)).status).toBe(404);
    expect((await api.call('GET /items/{pk}', { pathParameters })).body).toStrictEqual({ items: [] });
    expect((await remove(api)).status).toBe(204);

    const again = await put(api, 3);
    expect(again.headers.etag).toBe(tag(1_000_002));
    expect(again.body.item.createdAt).not.toBe(made.body.item.createdAt);
  });

  it('changes how long an item lives only when the request says so', async () => {
    const api = apiUnderTest();
    const lifeOf = async (body: object) => {
      const put = await api.call('PUT /items/{pk}/{sk}', {
        pathParameters,
        body: JSON.stringify(body),
        headers: json,
      });
      return put.body.item.ttl;
    };
    expect(await lifeOf({ data: 1, ttlSeconds: 31_536_000 })).toBe(1_826_884_800);
    expect(await lifeOf({ data: 2 })).toBe(1_826_884_800);
    expect(await lifeOf({ data: 3, ttlSeconds: null })).toBeUndefined();
    expect(await lifeOf({ data: 4 })).toBeUndefined();
    api.clock.advance(366 * 86_400_000);
    expect((await get(api)).body.item).toMatchObject({ data: 4 });
    expect((await write(api, { pk: 'a', ttlSeconds: null })).body.item).not.toHaveProperty('ttl');
  });

  it('without data leaves an item that has none', async () => {
    const api = apiUnderTest();
    await put(api, 1);
    const { body } = await api.call('PUT /items/{pk}/{sk}', { pathParameters, body: '{}', headers: json });
    expect(body.item).not.toHaveProperty('data');
  });

  it.each([
    ['if-match', tag(), 200, 412],
    ['if-match', tag(1), 412, 412],
    ['if-match', `${tag(1)}, ${tag()}`, 200, 412],
    ['if-match', '*', 200, 412],
    ['if-none-match', '*', 412, 200],
    ['if-none-match', tag(), 412, 200],
    ['if-none-match', tag(1), 200, 200],
  ])('%s: %s answers %i over the item, %i where there is none', async (name, value, over, without) => {
    const api = apiUnderTest();
    await put(api, 1);
    expect((await put(api, 2, { [name]: value })).status).toBe(over);
    expect((await put(apiUnderTest(), 2, { [name]: value })).status).toBe(without);
    const deleted = apiUnderTest();
    await put(deleted, 1);
    await remove(deleted);
    expect((await put(deleted, 2, { [name]: value })).status).toBe(without);
  });

  it('refuses to delete another version, and tells the present one', async () => {
    const api = apiUnderTest();
    await put(api, 1);
    const { status, body } = await remove(api, { 'if-match': '"eu-west-1=7"' });
    expect(status).toBe(412);
    expect(body).toMatchObject({
      type: problemType('item-changed'),
      detail: expect.stringContaining('eu-west-1=1795348800250000'),
    });
    expect((await get(api)).status).toBe(200);
  });
});

describe('PATCH /items/{pk}/{sk}', () => {
  const patch = ({ call }: Api, body: unknown, headers: Headers = {}) =>
    call('PATCH /items/{pk}/{sk}', {
      pathParameters,
      body: JSON.stringify(body),
      headers: { ...json, ...headers },
    });

  it.each([
    [
      'members replace, objects are merged, null removes',
      { data: { a: { x: null, z: 3 }, b: 2 } },
      { a: { y: 1, z: 3 }, b: 2 },
    ],
    ['a list replaces', { data: [1] }, [1]],
    ['without data nothing of them changes', {}, { a: { x: 1, y: 1 } }],
  ])('%s', async (_, body, data) => {
    const api = apiUnderTest();
    await put(api, { a: { x: 1, y: 1 } });
    api.clock.advance(1_000);
    const patched = await patch(api, body, { 'content-type': 'application/merge-patch+json' });
    expect(patched).toMatchObject({ status: 200, body: { item: { pk: 'a', sk: 'b', data } } });
    expect(patched.body.item.data).toStrictEqual(data);
    expect(patched.headers.etag).toBe(tag(1_000_000));
    expect((await get(api)).body.item).toStrictEqual(patched.body.item);
  });

  it('removes all data by null, and the end of its life by null', async () => {
    const api = apiUnderTest();
    const { body } = await put(api, 1);
    expect(body.item.ttl).toBeGreaterThan(0);
    expect((await patch(api, { data: null })).body.item).not.toHaveProperty('data');
    expect((await patch(api, { data: { a: null, b: 1 } })).body.item).toMatchObject({
      data: { b: 1 },
      ttl: body.item.ttl,
    });
    const { item } = (await patch(api, { ttlSeconds: null })).body;
    expect(item).toMatchObject({ data: { b: 1 } });
    expect(item).not.toHaveProperty('ttl');
  });

  it('changes only what is there', async () => {
    const api = apiUnderTest();
    expect(await patch(api, { data: {} })).toMatchObject({
      status: 404,
      body: { type: problemType('item-not-found') },
    });
    await put(api, 1);
    await remove(api);
    expect((await patch(api, { data: {} })).status).toBe(404);
  });

  it('refuses another version, and what no item may hold', async () => {
    const api = apiUnderTest();
    await put(api, { a: 1 });
    expect((await patch(api, { data: { a: 2 } }, { 'if-match': '"eu-west-1=7"' })).status).toBe(412);
    expect((await patch(api, { data: { '': 1 } })).status).toBe(400);
    expect((await patch(api, { data: 1 }, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await get(api)).body.item.data).toStrictEqual({ a: 1 });
  });

  it('with a key is made once, and a repetition is told the item as it is', async () => {
    const api = apiUnderTest();
    const key = { 'idempotency-key': '01a20320-a7fa-7b6e-9a31-5d0f1e7c2a44' };
    await put(api, { a: 1 });
    await patch(api, { data: { b: 2 } }, key);
    await patch(api, { data: { b: null, c: 3 } });
    const again = await patch(api, { data: { b: 2 } }, key);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body.item.data).toStrictEqual({ a: 1, c: 3 });
    expect((await patch(api, { data: { b: 4 } }, key)).status).toBe(422);
  });
});

describe('Idempotency-Key', () => {
  const key = { 'idempotency-key': '01a20320-a7fa-7b6e-9a31-5d0f1e7c2a44' };

  it('makes POST /write one item, with the same answer later', async () => {
    const api = apiUnderTest();
    const first = await write(api, { pk: 'a', data: { x: 1, y: 2 } }, key);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(first.body.item.sk).toMatch(/^01a20320-a7fa-7b6e-[89ab]/);
    api.clock.advance(60_000);
    const second = await write(api, { data: { y: 2, x: 1 }, pk: ' a ' }, key);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(second.headers.etag).toBe(first.headers.etag);
    expect(second.body).toStrictEqual(first.body);
    const { body } = await api.call('GET /items/{pk}', { pathParameters: { pk: 'a' } });
    expect(body.items).toStrictEqual([first.body.item]);
  });

  it('answers as before when the item has been changed or deleted since', async () => {
    const api = apiUnderTest();
    const first = await write(api, { pk: 'a', data: 1 }, key);
    const item = { pathParameters: { pk: first.body.item.pk, sk: first.body.item.sk } };
    await api.call('PUT /items/{pk}/{sk}', { ...item, body: '{"data":2}', headers: json });
    expect((await write(api, { pk: 'a', data: 1 }, key)).body).toStrictEqual(first.body);
    await api.call('DELETE /items/{pk}/{sk}', item);
    expect((await write(api, { pk: 'a', data: 1 }, key)).body).toStrictEqual(first.body);
    expect((await api.call('GET /items/{pk}/{sk}', item)).status).toBe(404);
  });

  it.each([{ data: 2 }, { data: 1, ttlSeconds: 5 }, {}])(
    'is refused with another body: %j',
    async (other) => {
      const api = apiUnderTest();
      await write(api, { pk: 'a', data: 1 }, key);
      const { status, body } = await write(api, { pk: 'a', ...other }, key);
      expect([status, body.type]).toStrictEqual([422, problemType('idempotency-key-reused')]);
    },
  );

  it('makes the same item in two regions at once, with one version', async () => {
    const clock = manualClock();
    const west = apiUnderTest({ clock });
    const central = apiUnderTest({ clock, region: 'eu-central-1' });
    const one = await write(west, { pk: 'a', data: 1 }, key);
    clock.advance(3);
    const other = await write(central, { pk: 'a', data: 1 }, key);
    expect(other.headers.etag).toBe(one.headers.etag);
    expect({ ...other.body.item, region: 0, createdAt: 0, updatedAt: 0 }).toStrictEqual({
      ...one.body.item,
      region: 0,
      createdAt: 0,
      updatedAt: 0,
    });
    await replicate(central, west, one.body.item);
    const item = { pathParameters: { pk: one.body.item.pk, sk: one.body.item.sk } };
    const read = await west.call('GET /items/{pk}/{sk}', {
      ...item,
      headers: pick(one.headers, 'x-session'),
    });
    expect(read).toMatchObject({ status: 200, body: { item: { data: 1 } } });
    expect(read.body).not.toHaveProperty('superseded');
    const headers = { ...json, 'if-match': String(one.headers.etag) };
    expect((await west.call('PUT /items/{pk}/{sk}', { ...item, body: '{}', headers })).status).toBe(200);
  });

  it('is known until its window is over, also once the item has expired', async () => {
    const api = apiUnderTest();
    const first = await write(api, { pk: 'a', data: 1, ttlSeconds: 10 }, key);
    api.clock.advance(10_000);
    const again = await write(api, { pk: 'a', data: 1, ttlSeconds: 10 }, key);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toStrictEqual(first.body);
    expect((await write(api, { pk: 'a', data: 2 }, key)).status).toBe(422);
    api.clock.advance(86_400_000);
    const late = await write(api, { pk: 'a', data: 1, ttlSeconds: 10 }, key);
    expect(late).toMatchObject({
      status: 422,
      body: {
        type: problemType('idempotency-key-out-of-window'),
        serverTime: '2026-11-23T12:00:10.250Z',
        retryable: false,
      },
    });
  });

  it('is never made twice by PUT, however many other keys come between', async () => {
    const api = apiUnderTest();
    const keyOf = (second: number) => {
      const time = (1_795_348_800_250 + second * 1_000).toString(16).padStart(12, '0');
      return { 'idempotency-key': `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-00000000000a` };
    };
    await put(api, 'created', keyOf(0));
    await put(api, 'SLOW', keyOf(1));
    for (let second = 2; second < 10; second++) await put(api, second, keyOf(second));
    const repeated = await put(api, 'SLOW', keyOf(1));
    expect(repeated.body.type).toBe(problemType('idempotency-key-out-of-window'));
    expect((await remove(api, keyOf(1))).status).toBe(422);
    expect((await get(api)).body.item.data).toBe(9);
  });

  it('belongs to the caller: another one with the same key gets an item, and answers, of their own', async () => {
    const api = apiUnderTest();
    const writeAs = (subject: string) =>
      api.call('POST /write', { body: '{"pk":"a","data":1}', headers: { ...json, ...key }, subject });
    const [ada, bob, again] = [await writeAs('ada'), await writeAs('bob'), await writeAs('ada')];
    expect(bob.headers).not.toHaveProperty('idempotency-replayed');
    expect(bob.body.item.sk).not.toBe(ada.body.item.sk);
    expect(again.body).toStrictEqual(ada.body);
  });

  it.each(['k', key['idempotency-key']])('belongs to the caller of PUT and DELETE too: %s', async (value) => {
    const api = apiUnderTest();
    const as = (subject: string) => ({ headers: { ...json, 'idempotency-key': value }, subject });
    const putAs = (subject: string, data: number) =>
      api.call('PUT /items/{pk}/{sk}', { pathParameters, body: JSON.stringify({ data }), ...as(subject) });
    const ada = await putAs('ada', 1);
    const bob = await putAs('bob', 1);
    expect(bob.status).toBe(200);
    expect(bob.headers).not.toHaveProperty('idempotency-replayed');
    expect(bob.headers.etag).not.toBe(ada.headers.etag);
    expect((await putAs('ada', 1)).body).toStrictEqual(ada.body);
    expect((await putAs('bob', 2)).body.type).toBe(problemType('idempotency-key-reused'));
    const carol = await api.call('DELETE /items/{pk}/{sk}', { pathParameters, ...as('carol') });
    expect(carol).toMatchObject({ status: 204 });
  });

  it('knows the caller by issuer and subject, whichever authorizer has read the token', async () => {
    const api = apiUnderTest();
    const request = { body: '{"pk":"a","data":1}', headers: { ...json, ...key } };
    const ada = await api.call('POST /write', { ...request, subject: 'ada' });
    const verifiedBy = (issuer: string) =>
      api.call('POST /write', { ...request, verified: { issuer, subject: 'ada' } });
    api.clock.advance(1);
    const same = await verifiedBy(tokenIssuer);
    expect(same).toMatchObject({ body: ada.body, headers: { 'idempotency-replayed': 'true' } });
    const other = await verifiedBy('https://other.example');
    const nobody = await api.call('POST /write', request);
    const keys = [ada, other, nobody].map(({ body }) => body.item.sk);
    expect(new Set(keys).size).toBe(3);
  });

  it('makes PUT and DELETE count once, also after later writes', async () => {
    const api = apiUnderTest();
    const first = await put(api, 1, { 'idempotency-key': 'p1' });
    await put(api, 2);
    const replayed = await put(api, 1, { 'idempotency-key': 'p1', 'if-none-match': '*' });
    expect(replayed.body).toStrictEqual(first.body);
    expect((await get(api)).body.item.data).toBe(2);
    expect((await put(api, 9, { 'idempotency-key': 'p1' })).status).toBe(422);
    expect((await remove(api, { 'idempotency-key': 'd1' })).status).toBe(204);
    await put(api, 3);
    const removed = await remove(api, { 'idempotency-key': 'd1' });
    expect(removed).toMatchObject({ status: 204, headers: { 'idempotency-replayed': 'true' } });
    expect((await get(api)).body.item.data).toBe(3);
    expect((await remove(api, { 'idempotency-key': 'p1' })).status).toBe(422);
  });
});

describe('x-session', () => {
  function regions() {
    const clock = manualClock();
    const west = apiUnderTest({ clock });
    return { clock, west, central: apiUnderTest({ clock, region: 'eu-central-1' }) };
  }

  it('answers replica-behind at once, with the region that has it, and the item once it is here', async () => {
    const { west, central } = regions();
    const { headers } = await put(west, 1);
    const session = pick(headers, 'x-session');
    const { status, body, headers: answered } = await get(central, session);
    expect([status, body.type, body.region]).toStrictEqual([503, problemType('replica-behind'), 'eu-west-1']);
    expect(answered['retry-after']).toBe('1');
    await replicate(west, central);
    expect(await get(central, session)).toMatchObject({ status: 200, body: { item: { data: 1 } } });
  });

  it('answers replica-behind and no definite refusal where the region has not heard of the item', async () => {
    const { west, central } = regions();
    const { headers } = await put(west, 1);
    const session = pick(headers, 'x-session');
    expect((await remove(central)).status).toBe(404);
    expect((await remove(central, session)).status).toBe(503);
    expect((await put(central, 2, { 'if-match': String(headers.etag) })).status).toBe(412);
    for (const value of ['k', '01a20320-a7fa-7b6e-9a31-5d0f1e7c2a44']) {
      const keyed = { ...session, 'if-match': String(headers.etag), 'idempotency-key': value };
      const made = await put(west, 2, keyed);
      // The same write, sent on by failover: here it can neither be made nor be told.
      const { status, body } = await put(central, 2, keyed);
      expect([made.status, status, body.region, body.retryable]).toStrictEqual([200, 503, 'eu-west-1', true]);
      expect((await remove(central, keyed)).status).toBe(503);
      await put(west, 1);
      headers.etag = String((await get(west)).headers.etag);
    }
    // What can be made is not held up.
    expect((await put(central, 2, session)).status).toBe(200);
  });

  it('drops what was seen in a region that has left: nobody can serve it any more', async () => {
    const { west, central } = regions();
    const { headers } = await put(west, 1);
    const session = String(headers['x-session']);
    const left = { 'x-session': session.replace('eu-west-1', 'eu-west-9') };
    expect((await get(central, { 'x-session': session })).status).toBe(503);
    expect((await get(central, left)).status).toBe(404);
    expect((await remove(central, left)).status).toBe(404);
    const { headers: next } = await write(central, { pk: 'z' }, left);
    expect(next['x-session']).toContain('.eu-central-1.');
    expect(next['x-session']).not.toContain('eu-west-9');
  });

  it('holds a deletion against a region that has not heard of it', async () => {
    const { west, central } = regions();
    await put(west, 1);
    await replicate(west, central);
    const { headers } = await remove(west);
    expect((await get(central)).status).toBe(200);
    expect((await get(central, pick(headers, 'x-session'))).status).toBe(503);
    // Whoever reads the tombstone knows of the deletion as well.
    const seen = await get(west);
    expect(seen.status).toBe(404);
    expect((await get(central, pick(seen.headers, 'x-session'))).status).toBe(503);
  });

  it('says superseded, with the entry of the conflict log, when the write was lost', async () => {
    const { clock, west, central } = regions();
    const lost = await put(west, 'lost');
    clock.advance(1);
    await put(central, 'won');
    const before = (await west.store.get(pathParameters)) as ItemImage;
    await replicate(central, west);
    expect((await get(west, pick(lost.headers, 'x-session'))).status).toBe(503);
    const conflict = {
      loser: lost.body.item,
      detectedAt: lost.body.item.updatedAt,
      detectedIn: 'eu-west-1',
      ttl: 9_999_999_999,
    };
    const id = {
      pk: 'a',
      dot: before.dot,
      updatedAtMs: Date.parse(before.updatedAt),
      history: [],
      isQuiet: false,
    };
    const [, item = ''] = /^1~([0-9a-f]{16})/.exec(String(lost.headers['x-session'])) ?? [];
    await west.conflicts.record({ ...id, item }, conflict);
    const answer = await get(west, pick(lost.headers, 'x-session'));
    expect(answer).toMatchObject({ status: 200, body: { item: { data: 'won' }, superseded: conflict } });
    const next = await get(west, pick(answer.headers, 'x-session'));
    expect(next.body).not.toHaveProperty('superseded');

    await remove(west);
    const gone = await get(west, pick(lost.headers, 'x-session'));
    expect(gone).toMatchObject({ status: 404, body: { superseded: conflict } });
  });

  it('gathers what it is told, and is ignored for other items', async () => {
    const { west, central } = regions();
    const first = await put(west, 1);
    const second = await write(west, { pk: 'a' }, pick(first.headers, 'x-session'));
    expect(String(second.headers['x-session']).split('~')).toHaveLength(3);
    await put(central, 1);
    const other = await write(central, { pk: 'z' });
    expect((await get(central, pick(other.headers, 'x-session'))).status).toBe(200);
  });

  it('keeps what it has seen when a write is repeated in a region that is behind', async () => {
    const { west, central } = regions();
    const first = await put(west, 1, { 'idempotency-key': 'k' });
    await replicate(west, central);
    const second = await put(west, 2, pick(first.headers, 'x-session'));
    const repeated = await put(central, 1, { 'idempotency-key': 'k', ...pick(second.headers, 'x-session') });
    expect(repeated.headers['idempotency-replayed']).toBe('true');
    expect((await get(central, pick(repeated.headers, 'x-session'))).status).toBe(503);
  });
});

function pick(headers: Headers, name: string): Headers {
  return { [name]: String(headers[name]) };
}
