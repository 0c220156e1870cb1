import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPrecondition } from '../../src/http/preconditions.ts';
import { apiUnderTest, json } from './api-under-test.ts';

const ifMatchOf = (value: string) => readPrecondition({ headers: { 'if-match': value } }).ifMatch;
const ifNoneMatchOf = (value: string) =>
  readPrecondition({ headers: { 'if-none-match': value } }).ifNoneMatch;

describe('readPrecondition()', () => {
  it('reads none, any, one and several tags', () => {
    expect(readPrecondition({ headers: {} })).toStrictEqual({});
    expect(ifMatchOf(' * ')).toBe('any');
    expect(ifMatchOf('"eu-west-1=5"')).toStrictEqual(['eu-west-1=5']);
    expect(ifMatchOf('"x", "y"')).toStrictEqual(['x', 'y']);
  });

  it.each([
    ['no white space', '"x","y"', ['x', 'y']],
    ['white space and empty entries', ' ,\t"x" ,, "y",', ['x', 'y']],
    ['a comma inside of a tag', '"a,b", "c"', ['a,b', 'c']],
    ['an empty tag', '""', ['']],
    ['a backslash, which escapes nothing', '"a\\", "b"', ['a\\', 'b']],
    ['tags of others', '"33a64df5", "\u00e9"', ['33a64df5', '\u00e9']],
  ])('reads a list with %s', (_case, value, tags) => {
    expect(ifMatchOf(value)).toStrictEqual(tags);
  });

  it('takes weak tags for If-None-Match, and for If-Match as tags of no version', () => {
    expect(ifNoneMatchOf('W/"x", "y"')).toStrictEqual(['x', 'y']);
    expect(ifMatchOf('W/"x", "y"')).toStrictEqual(['y']);
    expect(ifMatchOf('W/"x"')).toStrictEqual([]);
  });

  it.each([
    '',
    ' ',
    ',',
    '"',
    'x',
    '"x',
    'x"',
    '"x" "y"',
    '*, "x"',
    '"x", *',
    'w/"x"',
    'W/ "x"',
    '"a b"',
    '"x";y',
  ])('refuses %j, which is no list of tags', (value) => {
    expect(() => ifMatchOf(value)).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        issues: [expect.objectContaining({ path: ['if-match'] })],
      }),
    );
  });

  it('refuses a list that is longer than it looks at', () => {
    const list = (tags: number) => Array.from({ length: tags }, () => '"abcdef"').join(', ');
    expect(ifMatchOf(list(204))).toHaveLength(204);
    expect(() => ifMatchOf(list(206))).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });

  it('reads whatever list it is given', () => {
    const tag = fc.stringMatching(/^[\x21\x23-\x7e]{0,8}$/);
    const space = fc.constantFrom('', ' ', '\t');
    const entry = fc.tuple(space, tag, space);
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 10 }), (entries) => {
        const value = entries.map(([before, text, after]) => `${before}"${text}"${after}`).join(',');
        expect(ifMatchOf(value)).toStrictEqual(entries.map(([, text]) => text));
      }),
    );
  });

  it('never fails otherwise, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        try {
          expect(ifMatchOf(text)).toBeDefined();
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-request' });
        }
      }),
    );
  });
});

describe('conditional requests', () => {
  const path = { pathParameters: { pk: 'a', sk: 'b' } };
  const put = (headers: Record<string, string>) => ({
    ...path,
    body: '{"data":1}',
    headers: { ...json, ...headers },
  });

  async function withItem() {
    const { call } = apiUnderTest();
    const made = await call('PUT /items/{pk}/{sk}', put({}));
    return { call, etag: String(made.headers.etag) };
  }

  it('make a write whose version is one of a list', async () => {
    const { call, etag } = await withItem();
    const { status } = await call('PUT /items/{pk}/{sk}', put({ 'if-match': `"x", ${etag}` }));
    expect(status).toBe(200);
  });

  it.each(['"x"', '"x", "y"', 'W/"x"', '"eu-west-1=99"'])(
    'answer a write with 412 when the item has none of %s',
    async (tags) => {
      const { call } = await withItem();
      for (const [routeKey, request] of [
        ['PUT /items/{pk}/{sk}', put({ 'if-match': tags })],
        ['DELETE /items/{pk}/{sk}', { ...path, headers: { 'if-match': tags } }],
      ] as const)
        expect(await call(routeKey, request)).toMatchObject({
          status: 412,
          body: { type: 'urn:problem-type:gsp:item-changed' },
        });
    },
  );

  it('match no write by a weak tag, though its text is right', async () => {
    const { call, etag } = await withItem();
    expect(await call('PUT /items/{pk}/{sk}', put({ 'if-match': `W/${etag}` }))).toMatchObject({
      status: 412,
    });
    expect(await call('PUT /items/{pk}/{sk}', put({ 'if-none-match': `W/${etag}` }))).toMatchObject({
      status: 412,
    });
  });

  it.each(['GET', 'HEAD'])(
    'answer %s with 304 and no content when the caller has the version',
    async (method) => {
      const { call, etag } = await withItem();
      for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
        const { status, headers, body } = await call(`${method} /items/{pk}/{sk}`, {
          ...path,
          headers: { 'if-none-match': known },
        });
        expect({ status, body }).toStrictEqual({ status: 304, body: undefined });
        expect(headers).toMatchObject({ etag, 'x-session': expect.any(String), 'x-region': 'eu-west-1' });
        expect(headers).not.toHaveProperty('content-type');
      }
    },
  );

  it('answer GET with the item when the caller has another version', async () => {
    const { call, etag } = await withItem();
    const answer = await call('GET /items/{pk}/{sk}', { ...path, headers: { 'if-none-match': '"x"' } });
    expect(answer).toMatchObject({ status: 200, headers: { etag }, body: { item: { data: 1 } } });
  });

  it('answer GET with 404 when there is no item, whatever the caller has', async () => {
    const { call } = apiUnderTest();
    const answer = await call('GET /items/{pk}/{sk}', { ...path, headers: { 'if-none-match': '*' } });
    expect(answer).toMatchObject({ status: 404 });
  });
});
