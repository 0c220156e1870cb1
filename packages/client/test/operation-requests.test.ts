import { decodePathKey } from '@gsp/platform/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRead } from '../src/operation-request.ts';
import { operationRequests } from '../src/operation-requests.ts';

const {
  writeItem,
  getItem,
  listItems,
  putItem,
  patchItem,
  deleteItem,
  incrementCounter,
  getCounter,
  listConflicts,
  acknowledgeConflict,
} = operationRequests;
const key = { pk: 'demo', sk: 'a' };

const codePoint = fc.integer({ min: 1, max: 0x10ffff }).filter((code) => code < 0xd800 || code > 0xdfff);
const anyText = fc
  .array(codePoint, { minLength: 1, maxLength: 20 })
  .map((codes) => String.fromCodePoint(...codes));
const anyKey = fc.oneof(
  fc.string({ minLength: 1 }),
  anyText,
  fc.constantFrom('a/b', '%2e', '.', '..', '...', '?', '#', '+', '~', '~2F', '//', '/', '\ufeff'),
);

describe('operationRequests', () => {
  it.each([
    [writeItem({ data: 1, pk: 'p' }, {}), 'POST', '/write', undefined, { data: 1, pk: 'p' }],
    [getItem(key, {}), 'GET', '/items/demo/a', undefined, undefined],
    [
      listItems({ pk: 'demo', limit: 5, cursor: 'c' }, {}),
      'GET',
      '/items/demo',
      { limit: '5', cursor: 'c' },
      undefined,
    ],
    [listItems({ pk: 'demo' }, {}), 'GET', '/items/demo', undefined, undefined],
    [
      putItem({ ...key, data: null, ttlSeconds: 9 }, {}),
      'PUT',
      '/items/demo/a',
      undefined,
      { data: null, ttlSeconds: 9 },
    ],
    [
      patchItem({ ...key, data: { a: null } }, {}),
      'PATCH',
      '/items/demo/a',
      undefined,
      { data: { a: null } },
    ],
    [deleteItem(key, {}), 'DELETE', '/items/demo/a', undefined, undefined],
    [incrementCounter({ id: 'v', by: -2 }, {}), 'POST', '/counters/v', undefined, { by: -2 }],
    [incrementCounter({ id: 'v' }, {}), 'POST', '/counters/v', undefined, {}],
    [getCounter({ id: 'v' }, {}), 'GET', '/counters/v', undefined, undefined],
    [acknowledgeConflict({ id: 'aB_-9' }, {}), 'POST', '/conflicts/aB_-9/acknowledge', undefined, undefined],
    [listConflicts({ pk: 'demo' }, {}), 'GET', '/conflicts', { pk: 'demo' }, undefined],
  ])('gives method, path, query and body of the contract: %j', (request, method, path, query, body) => {
    expect(request).toMatchObject({ method, path });
    expect(request.query).toEqual(query);
    expect(request.body).toEqual(body);
    expect(isRead(request)).toBe(method === 'GET');
  });

  it('lets the operations follow a session that the contract lets', () => {
    const following = [
      writeItem({}, {}),
      getItem(key, {}),
      putItem(key, {}),
      patchItem(key, {}),
      deleteItem(key, {}),
    ];
    expect(following.every(({ isOfSession }) => isOfSession)).toBe(true);
    const others = [
      listItems(key, {}),
      incrementCounter({ id: 'v' }, {}),
      getCounter({ id: 'v' }, {}),
      listConflicts({}, {}),
    ];
    expect(others.some(({ isOfSession }) => isOfSession)).toBe(false);
  });

  it('puts preconditions into headers of put and delete', () => {
    expect(putItem(key, { ifNoneMatch: '*' }).headers).toEqual({ 'if-none-match': '*' });
    expect(patchItem(key, { ifMatch: '*' }).headers).toEqual({ 'if-match': '*' });
    expect(deleteItem(key, { ifMatch: '"eu-west-1=1"' }).headers).toEqual({ 'if-match': '"eu-west-1=1"' });
    expect(() => putItem(key, { ifMatch: 'ä' })).toThrow(
      /Cannot send ifMatch: it is "ä", 1 to 2048 printable/,
    );
  });

  it('encodes every key so that the path has its segments and gives the key back', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (pk, sk) => {
        const url = new URL(`http://west.test${getItem({ pk, sk }, {}).path}`);
        // As an HTTP API does: it decodes a path before it divides it.
        const [empty, items, ...segments] = decodeURIComponent(url.pathname).split('/');
        expect([empty, items]).toEqual(['', 'items']);
        expect(segments.map(decodePathKey)).toEqual([pk, sk]);
      }),
    );
  });

  it.each(['', '\ud800'])('refuses the key %j, which no path can name', (sk) => {
    expect(() => getItem({ pk: 'demo', sk }, {})).toThrow(RangeError);
    expect(() => getItem({ pk: 'demo', sk }, {})).toThrow(/Cannot address sk: it/);
  });

  it('refuses what is no string, and data that is no JSON', () => {
    const nothing: unknown = undefined;
    expect(() => getItem({ pk: 'demo', sk: nothing as string }, {})).toThrow(
      'Cannot address sk: it is undefined, a string is needed',
    );
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const data: unknown = circle;
    expect(() => writeItem({ data: data as null }, {})).toThrow(TypeError);
    const big: unknown = 1n;
    expect(() => writeItem({ data: big as number }, {})).toThrow(TypeError);
  });

  it.each<[string, unknown, RegExp]>([
    ['NaN', { list: [Number.NaN] }, /data\.list\.0 must be 0, or a number/],
    ['Infinity', Number.POSITIVE_INFINITY, /data must be 0, or a number/],
    ['a whole number that is none of JavaScript', 2 ** 53, /data must be a whole number of at most/],
    ['a Map', { tags: new Map([['a', 1]]) }, /data\.tags must be a JSON value/],
    ['a Set', new Set([1]), /data must be a JSON value/],
    ['a typed array', { bytes: new Uint8Array(2) }, /data\.bytes must be a JSON value/],
    ['a Date', { at: new Date(0) }, /data\.at must be a JSON value/],
    ['undefined in a list', { list: [1, undefined] }, /data\.list\.1 must be a JSON value/],
    ['a function', { run: () => 1 }, /data\.run must be a JSON value/],
    ['a BigInt', 1n, /data must be a JSON value/],
  ])('refuses %s with its path, which JSON would change without a word', (_what, data, message) => {
    expect(() => operationRequests.writeItem({ data: data as null }, {})).toThrow(message);
    expect(() => operationRequests.putItem({ pk: 'a', sk: 'b', data: data as null }, {})).toThrow(message);
  });

  it('leaves out members that are undefined, as JSON does', () => {
    const data: unknown = { a: 1, b: undefined };
    expect(operationRequests.writeItem({ data: data as null }, {}).body).toStrictEqual({ data: { a: 1 } });
  });

  it.each<unknown>([null, 5, 'text', [], [1], new Map([['data', 1]]), new Date(0), { message: 'hello' }])(
    'refuses writeItem(%j), which would write an empty item',
    (write) => {
      expect(() => operationRequests.writeItem(write as object, {})).toThrow(/argument must be an object/);
    },
  );

  it('takes an item as it was read, and no member at all', () => {
    const item = { pk: 'demo', sk: 'a', data: 1, region: 'eu-west-1' };
    expect(operationRequests.writeItem(item, {}).body).toStrictEqual({ pk: 'demo', data: 1 });
    expect(operationRequests.writeItem({}, {}).body).toStrictEqual({});
    expect(operationRequests.writeItem(Object.create(null), {}).body).toStrictEqual({});
  });

  it('refuses a time to live that JSON would turn into null, which is for ever', () => {
    expect(() => operationRequests.writeItem({ ttlSeconds: Number.NaN }, {})).toThrow(/ttlSeconds must be 0/);
  });
});
