import { decodePathKey } from '@gsp/platform/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRead, operationRequests } from '../src/operation-requests.ts';

const { writeItem, getItem, listItems, putItem, deleteItem, incrementCounter, getCounter, listConflicts } =
  operationRequests;
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
    [deleteItem(key, {}), 'DELETE', '/items/demo/a', undefined, undefined],
    [incrementCounter({ id: 'v', by: -2 }, {}), 'POST', '/counters/v', undefined, { by: -2 }],
    [incrementCounter({ id: 'v' }, {}), 'POST', '/counters/v', undefined, {}],
    [getCounter({ id: 'v' }, {}), 'GET', '/counters/v', undefined, undefined],
    [listConflicts({ pk: 'demo' }, {}), 'GET', '/conflicts', { pk: 'demo' }, undefined],
  ])('gives method, path, query and body of the contract: %j', (request, method, path, query, body) => {
    expect(request).toMatchObject({ method, path });
    expect(request.query).toEqual(query);
    expect(request.body).toEqual(body);
    expect(isRead(request)).toBe(method === 'GET');
  });

  it('lets the operations follow a session that the contract lets', () => {
    const following = [writeItem({}, {}), getItem(key, {}), putItem(key, {}), deleteItem(key, {})];
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
    expect(() => writeItem({ data: data as null }, {})).toThrow(
      /Cannot writeItem: the data has no form in JSON/,
    );
    const big: unknown = 1n;
    expect(() => writeItem({ data: big as number }, {})).toThrow(TypeError);
  });
});
