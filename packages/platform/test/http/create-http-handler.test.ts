import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemType } from '../../src/contract/problems.ts';
import type { ItemStore } from '../../src/domain/item-store.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { apiUnderTest, json } from './api-under-test.ts';
import { lambdaContext } from './http-api-event.ts';

describe('createHttpHandler()', () => {
  it('gives every answer the common headers', async () => {
    const { call } = apiUnderTest();
    for (const routeKey of ['POST /write', 'GET /openapi.json', '$default']) {
      const { headers } = await call(routeKey, { body: '{}', headers: json });
      expect(headers).toMatchObject({
        'x-region': 'eu-west-1',
        'x-correlation-id': expect.stringMatching(/^id-/),
        'x-request-id': 'JKJaXmPLvHcESHA=',
        'strict-transport-security': expect.stringContaining('max-age='),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'cache-control': 'no-store',
      });
    }
  });

  it('says on answers of every kind that the region is evacuated, and nothing when it is not', async () => {
    const { call } = apiUnderTest({ isEvacuated: () => true });
    for (const routeKey of ['POST /write', 'GET /openapi.json', '$default'])
      expect((await call(routeKey)).headers).toMatchObject({ 'x-region-status': 'evacuated' });
    const { headers } = await apiUnderTest().call('GET /openapi.json');
    expect(headers).not.toHaveProperty('x-region-status');
  });

  it('tells an evacuation that was learned while the request was answered', async () => {
    const glances = [false, true];
    const { call } = apiUnderTest({ isEvacuated: () => glances.shift() ?? false });
    expect((await call('GET /openapi.json')).headers).toHaveProperty('x-region-status', 'evacuated');
    expect(glances).toStrictEqual([]);
  });

  it('echoes a valid correlation id, whatever the case of the header, in answer and log', async () => {
    const { call, lines } = apiUnderTest();
    const { headers } = await call('GET /openapi.json', { headers: { 'X-Correlation-Id': 'order 7/8' } });
    expect(headers['x-correlation-id']).toBe('order 7/8');
    expect(lines).toMatchObject([{ correlationId: 'order 7/8', level: 'INFO' }]);
  });

  it('logs one line per request with both request ids, duration and cold start, and no body', async () => {
    const { call, lines, rawLines } = apiUnderTest();
    await call('POST /write', { body: '{"data":"confidential"}', headers: json });
    await call('POST /write', { body: '{"data":"confidential"', headers: json });
    expect(lines).toStrictEqual([
      {
        timestamp: '2026-11-22T12:00:00.250Z',
        level: 'INFO',
        message: 'request',
        correlationId: 'id-0001',
        requestId: 'JKJaXmPLvHcESHA=',
        lambdaRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
        route: 'POST /write',
        status: 200,
        durationMs: 0,
        region: 'eu-west-1',
        coldStart: true,
      },
      expect.objectContaining({
        level: 'WARN',
        status: 400,
        coldStart: false,
        error: { code: 'malformed-body' },
      }),
    ]);
    expect(rawLines.join()).not.toContain('confidential');
  });

  it('writes an item, reads it with its entity tag, and lists it', async () => {
    const { call } = apiUnderTest();
    const { status, body } = await call('POST /write', { body: '{"pk":"a","data":[1]}', headers: json });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      written: true,
      item: { pk: 'a', data: [1], version: { 'eu-west-1': 1_795_348_800_250_000 } },
    });
    const { item } = body;
    const read = await call('GET /items/{pk}/{sk}', { pathParameters: { pk: 'a', sk: item.sk } });
    expect(read.body).toStrictEqual({ item });
    expect(read.headers.etag).toBe('"eu-west-1=1795348800250000"');
    const listed = await call('GET /items/{pk}', { pathParameters: { pk: 'a' } });
    expect(listed.body).toStrictEqual({ items: [item] });
  });

  it.each(['', undefined])('takes an empty body for an empty object: %j', async (body) => {
    const { call } = apiUnderTest();
    const { body: written } = await call('POST /write', {
      headers: json,
      ...(body === undefined ? {} : { body }),
    });
    expect(written.item).toMatchObject({ pk: 'demo' });
    expect(written.item).not.toHaveProperty('data');
  });

  it.each(['Application/JSON', 'application/json;charset=utf-8', 'application/json ; Charset="UTF-8"; v=1'])(
    'accepts the content type %s',
    async (type) => {
      const { call } = apiUnderTest();
      const { status } = await call('POST /write', { body: '{}', headers: { 'Content-Type': type } });
      expect(status).toBe(200);
    },
  );

  it('accepts a body of exactly the limit, in base64 too', async () => {
    const { call } = apiUnderTest();
    const body = Buffer.from(`{"data":"${'é'.repeat(25)}xx"}`);
    expect(body).toHaveLength(64 - 1);
    const exact = Buffer.concat([body, Buffer.from(' ')]);
    const { status, body: written } = await call('POST /write', { body: exact, headers: json });
    expect(status).toBe(200);
    expect(written.item.data).toBe(`${'é'.repeat(25)}xx`);
  });

  it('pages through a list with cursors, and refuses one from another list', async () => {
    const { call } = apiUnderTest();
    for (let n = 0; n < 5; n++) await call('POST /write', { body: `{"pk":"a","data":${n}}`, headers: json });
    const pathParameters = { pk: 'a' };
    const first = await call('GET /items/{pk}', { pathParameters, query: { limit: '3' } });
    expect(first.body.items.map((item: { data: number }) => item.data)).toStrictEqual([4, 3, 2]);
    const { cursor } = first.body;
    const second = await call('GET /items/{pk}', { pathParameters, query: { limit: '3', cursor } });
    expect(second.body.items.map((item: { data: number }) => item.data)).toStrictEqual([1, 0]);
    expect(second.body).not.toHaveProperty('cursor');
    const foreign = await call('GET /items/{pk}', { pathParameters: { pk: 'b' }, query: { cursor } });
    expect(foreign).toMatchObject({ status: 400, body: { type: problemType('invalid-cursor') } });
  });

  it('pages on unmoved while items are written, replaced and deleted', async () => {
    const { call } = apiUnderTest();
    const write = async (data: unknown) =>
      (await call('POST /write', { body: JSON.stringify({ pk: 'a', data }), headers: json })).body.item;
    const items: { pk: string; sk: string }[] = [];
    for (let n = 0; n < 6; n++) {
      const { pk, sk } = await write(n);
      items.push({ pk, sk });
    }
    const pathParameters = { pk: 'a' };
    const first = await call('GET /items/{pk}', { pathParameters, query: { limit: '2' } });
    await write('newer than all');
    await call('DELETE /items/{pk}/{sk}', { pathParameters: { ...items[4] } });
    await call('PUT /items/{pk}/{sk}', {
      pathParameters: { ...items[2] },
      body: '{"data":"new"}',
      headers: json,
    });
    const rest = await call('GET /items/{pk}', { pathParameters, query: { cursor: first.body.cursor } });
    const dataOf = (body: { items: { data: unknown }[] }) => body.items.map(({ data }) => data);
    expect([dataOf(first.body), dataOf(rest.body)]).toStrictEqual([
      [5, 4],
      [3, 'new', 1, 0],
    ]);
  });

  it('gives up on the table at the deadline', async () => {
    const waiting: ItemStore = {
      ...memoryItemStore(),
      get: (_key, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new PlatformError('table-timeout', 'Cannot read')));
        }),
    };
    const { call, clock } = apiUnderTest({ store: waiting });
    const options = { pathParameters: { pk: 'a', sk: 'b' } };
    const answer = call('GET /items/{pk}/{sk}', options);
    clock.advance(2_499);
    expect(clock.timers).toBe(1);
    clock.advance(1);
    expect((await answer).status).toBe(503);
    const hurried = call('GET /items/{pk}/{sk}', options, lambdaContext(1_000));
    clock.advance(750);
    expect((await hurried).status).toBe(503);
    expect(clock.timers).toBe(0);
  });

  it('answers with a problem when the event is not from an HTTP API', async () => {
    const { handler } = apiUnderTest();
    const { statusCode, body } = await handler({}, {});
    expect(statusCode).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ status: 404 });
  });

  it('answers only with declared statuses, whatever the body', async () => {
    const { call } = apiUnderTest();
    const declared = new Set([200, 400, 413]);
    const anyBody = fc.oneof(
      fc.uint8Array({ maxLength: 70 }),
      fc.string({ unit: 'binary', maxLength: 70 }),
      fc.json({ maxDepth: 3 }),
      fc.json({ maxDepth: 2 }).map((value) => `{"data":${value}}`),
    );
    await fc.assert(
      fc.asyncProperty(anyBody, fc.boolean(), async (body, isBase64Encoded) => {
        const options = { headers: json, body, ...(typeof body === 'string' ? { isBase64Encoded } : {}) };
        expect(declared).toContain((await call('POST /write', options)).status);
      }),
      { numRuns: 500 },
    );
  });

  it('answers only with declared statuses, whatever the path and query', async () => {
    const { call } = apiUnderTest();
    const anything = fc.string({ unit: 'binary', maxLength: 140 });
    await fc.assert(
      fc.asyncProperty(anything, anything, anything, async (pk, sk, query) => {
        const item = await call('GET /items/{pk}/{sk}', { pathParameters: { pk, sk } });
        expect([400, 404]).toContain(item.status);
        const page = await call('GET /items/{pk}', {
          pathParameters: { pk },
          query: { cursor: query, limit: query },
        });
        expect(page.status).toBe(400);
        const lost = await call('$default', { rawPath: `/${pk}/${sk}`, method: 'PATCH' });
        expect([404, 405]).toContain(lost.status);
      }),
    );
  });
});
