// Goal: every row of the problem table, over events as API Gateway sends them, with the headers and the log line
// that go with it. Method: the real routes over the memory store; the store's failures are planted.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  type ProblemCode,
  problemCodes,
  problemDefinition,
  problemType,
} from '../../src/contract/problems.ts';
import type { ItemStore } from '../../src/domain/item-store.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { createEdgeCheck } from '../../src/http/require-edge.ts';
import { manualClock } from '../domain/manual-clock.ts';
import { memoryCounterStore } from '../store/memory-counter-store.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { type ApiUnderTestOptions, apiUnderTest, json } from './api-under-test.ts';
import type { HttpApiEventOptions } from './http-api-event.ts';

const secret = 'arn:aws:iam::123456789012:role/secret';

function failing(thrown: unknown): ItemStore {
  const fail = () => Promise.reject(thrown);
  return { replace: fail, findRecord: fail, get: fail, query: fail, queryIndex: fail };
}

const contended: ItemStore = { ...memoryItemStore(), replace: async () => ({ replaced: false }) };

// Waits of less than a second are over at once, longer ones never.
function hurriedClock() {
  const clock = manualClock();
  const setTimer = (delayMs: number, callback: () => void) => {
    if (delayMs < 1_000) setImmediate(callback);
    return () => {};
  };
  return Object.assign(clock, { setTimer });
}

// The first two take more than one request: see item-routes.test.ts. The others are of other functions: see
// evacuation-routes.test.ts and health-routes.test.ts.
const testedElsewhere: readonly ProblemCode[] = [
  ...(['idempotency-key-reused', 'replica-behind'] as const),
  ...(['evacuation-refused', 'unknown-region', 'not-evacuated'] as const),
  // Of entities: see entity-routes.test.ts.
  ...(['not-the-owner', 'unreadable-item'] as const),
  // Of a table: see record-size.test.ts.
  'item-too-large',
];

const tableErrors = {
  'table-throttled': failing(
    new PlatformError('table-throttled', 'Cannot write', { cause: new Error(secret) }),
  ),
  'table-timeout': failing(new PlatformError('table-timeout', 'Cannot write', { cause: new Error(secret) })),
  'table-unavailable': failing(
    new PlatformError('table-unavailable', 'Cannot write', { cause: new Error(secret) }),
  ),
  'internal-error': failing(new TypeError(secret, { cause: 'the root' })),
};

interface Row {
  readonly code: ProblemCode;
  readonly when: string;
  readonly routeKey: string;
  readonly options?: HttpApiEventOptions;
  readonly api?: ApiUnderTestOptions;
  readonly paths?: readonly string[];
  readonly allow?: string;
}

const write = (body: string | Uint8Array, headers: Record<string, string> = json) => ({
  routeKey: 'POST /write',
  options: { body, headers },
});
const keyed = (key: string) => write('{}', { ...json, 'idempotency-key': key });
const put = (headers: Record<string, string>) => ({
  routeKey: 'PUT /items/{pk}/{sk}',
  options: { pathParameters: { pk: 'a', sk: 'b' }, body: '{}', headers: { ...json, ...headers } },
});
const count = (body: string, headers: Record<string, string> = {}) => ({
  routeKey: 'POST /counters/{id}',
  options: { pathParameters: { id: 'visits' }, body, headers: { ...json, ...headers } },
});
const list = (query: Record<string, string>, pk = 'a') => ({
  routeKey: 'GET /items/{pk}',
  options: { query, pathParameters: { pk } },
});
const unknown = (method: string, rawPath: string) => ({ routeKey: '$default', options: { method, rawPath } });

const rows: readonly Row[] = [
  {
    code: 'conflict-not-found',
    when: 'the log has no such entry',
    routeKey: 'POST /conflicts/{id}/acknowledge',
    options: { pathParameters: { id: 'bm90aGluZw' } },
  },
  { code: 'unsupported-media-type', when: 'the body has no content type', ...write('{}', {}) },
  {
    code: 'unsupported-media-type',
    when: 'the body is text',
    ...write('{}', { 'content-type': 'text/plain' }),
  },
  {
    code: 'unsupported-media-type',
    when: 'the charset is not UTF-8',
    ...write('{}', { 'content-type': 'application/json; charset=latin1' }),
  },
  {
    code: 'unsupported-media-type',
    when: 'the type only contains application/json',
    ...write('{}', { 'content-type': 'x-application/json' }),
  },
  { code: 'unsupported-media-type', when: 'size and JSON are wrong too', ...write('x'.repeat(99), {}) },
  {
    code: 'unsupported-content-encoding',
    when: 'the body is compressed',
    ...write(gzipSync('{"pk":"a"}'), { ...json, 'content-encoding': 'gzip' }),
  },
  {
    code: 'unsupported-content-encoding',
    when: 'one coding of several is more than identity',
    ...write('{}', { ...json, 'content-encoding': 'identity, BR' }),
  },
  { code: 'body-too-large', when: 'it has one byte too many', ...write('x'.repeat(65)) },
  { code: 'body-too-large', when: 'characters fit and bytes do not', ...write(`"${'é'.repeat(32)}"`) },
  { code: 'body-too-large', when: 'decoded bytes do not fit', ...write(Buffer.alloc(65, 0x20)) },
  {
    code: 'malformed-body',
    when: 'base64 is broken',
    routeKey: 'POST /write',
    options: { headers: json, body: 'e30', isBase64Encoded: true },
  },
  { code: 'malformed-body', when: 'bytes are no UTF-8', ...write(Uint8Array.of(0x22, 0xc3, 0x28, 0x22)) },
  { code: 'malformed-body', when: 'it is no JSON', ...write('{"a":') },
  { code: 'malformed-body', when: 'it starts with a byte order mark', ...write(Buffer.from('\ufeff{}')) },
  { code: 'malformed-body', when: 'it is a list', ...write('[]') },
  { code: 'malformed-body', when: 'it is null', ...write('null') },
  { code: 'malformed-body', when: 'it is text', ...write('"{}"') },
  { code: 'invalid-request', when: 'the key is no text', ...write('{"pk":1}'), paths: ['/pk'] },
  { code: 'invalid-request', when: 'the key is the platform’s', ...write('{"pk":" sys#x"}'), paths: ['/pk'] },
  {
    code: 'invalid-request',
    when: 'it lives too long',
    ...write('{"ttlSeconds":31536001}'),
    paths: ['/ttlSeconds'],
  },
  {
    code: 'invalid-request',
    when: 'several fields are wrong',
    ...write('{"pk":"","data":{"a/b":[{"":1}]},"ttlSeconds":"1"}'),
    paths: ['/pk', '/data/a~1b/0/', '/ttlSeconds'],
  },
  { code: 'invalid-request', when: 'limit is no number', ...list({ limit: 'ten' }), paths: ['/limit'] },
  { code: 'invalid-request', when: 'limit is 0', ...list({ limit: '0' }), paths: ['/limit'] },
  { code: 'invalid-request', when: 'limit is 101', ...list({ limit: '101' }), paths: ['/limit'] },
  { code: 'invalid-request', when: 'limit is given twice', ...list({ limit: '1,2' }), paths: ['/limit'] },
  { code: 'invalid-request', when: 'the list is the platform’s', ...list({}, 'sys#health'), paths: ['/pk'] },
  {
    code: 'invalid-request',
    when: 'a path parameter is too long',
    routeKey: 'GET /items/{pk}/{sk}',
    options: { pathParameters: { pk: 'a', sk: 'x'.repeat(129) } },
    paths: ['/sk'],
  },
  {
    code: 'invalid-request',
    when: 'path parameters are missing',
    routeKey: 'GET /items/{pk}',
    paths: ['/pk'],
  },
  { code: 'invalid-cursor', when: 'the cursor is damaged', ...list({ cursor: 'x' }) },
  { code: 'invalid-cursor', when: 'the cursor is empty', ...list({ cursor: '' }) },
  {
    code: 'item-not-found',
    when: 'there is none',
    routeKey: 'GET /items/{pk}/{sk}',
    options: { pathParameters: { pk: 'a', sk: 'b' } },
  },
  {
    code: 'item-not-found',
    when: 'there is none to delete',
    routeKey: 'DELETE /items/{pk}/{sk}',
    options: { pathParameters: { pk: 'a', sk: 'b' } },
  },
  { code: 'invalid-request', when: 'the key is empty', ...keyed(''), paths: ['/idempotency-key'] },
  {
    code: 'invalid-request',
    when: 'a tilde in a key has no two digits',
    routeKey: 'GET /items/{pk}/{sk}',
    options: { pathParameters: { pk: 'a', sk: 'b~2' } },
    paths: ['/sk'],
  },
  {
    code: 'invalid-request',
    when: 'the version is no entity tag',
    ...put({ 'if-match': 'eu-west-1=5' }),
    paths: ['/if-match'],
  },
  {
    code: 'invalid-request',
    when: 'the step is no whole number',
    ...count('{"by":0.5}'),
    paths: ['/by'],
  },
  { code: 'invalid-request', when: 'the step is too large', ...count('{"by":1000000001}'), paths: ['/by'] },
  { code: 'invalid-session', when: 'the token is damaged', ...put({ 'x-session': '1~' }) },
  {
    code: 'idempotency-key-out-of-window',
    when: 'the key is of the year 1970',
    ...put({ 'idempotency-key': '00000000-0001-7000-8000-000000000000' }),
  },
  { code: 'item-changed', when: 'there is nothing to match', ...put({ 'if-match': '*' }) },
  {
    code: 'item-contended',
    when: 'others are always faster',
    ...put({}),
    api: { store: contended, clock: hurriedClock() },
  },
  ...(['GET', 'PUT', 'DELETE'] as const).map((method): Row => {
    const store = memoryItemStore();
    store.makeForeign({ pk: 'a', sk: 'b' });
    const { options } = put({});
    const when = `a ${method} meets a record of another program`;
    return { code: 'foreign-item', when, routeKey: `${method} /items/{pk}/{sk}`, options, api: { store } };
  }),
  {
    code: 'counter-out-of-range',
    when: 'the part is full',
    ...count('{"by":1}'),
    api: { counterStore: memoryCounterStore({ parts: new Map([['visits/eu-west-1', 1e15]]) }) },
  },
  {
    code: 'idempotency-unsupported',
    when: 'the table has no transactions',
    ...count('{"by":1}', { 'idempotency-key': 'k' }),
    api: { supportsKeys: false },
  },
  { code: 'route-not-found', when: 'the path is unknown', ...unknown('GET', '/nothing') },
  { code: 'route-not-found', when: 'a segment is empty', ...unknown('GET', '/items/') },
  { code: 'route-not-found', when: 'there are too many segments', ...unknown('GET', '/items/a/b/c') },
  { code: 'route-not-found', when: 'method and path exist elsewhere', ...unknown('GET', '/health') },
  { code: 'method-not-allowed', when: 'a write is a GET', ...unknown('GET', '/write'), allow: 'POST' },
  {
    code: 'method-not-allowed',
    when: 'an evacuation is posted',
    ...unknown('POST', '/control/evacuations/eu-west-1'),
    allow: 'GET, HEAD, PUT, DELETE',
  },
  {
    code: 'method-not-allowed',
    when: 'an item is posted',
    ...unknown('POST', '/items/a/b'),
    allow: 'GET, HEAD, PUT, PATCH, DELETE',
  },
  {
    code: 'method-not-allowed',
    when: 'the method is OPTIONS',
    ...unknown('OPTIONS', '/openapi.json'),
    allow: 'GET, HEAD',
  },
  {
    code: 'method-not-allowed',
    when: 'the stage has a name',
    routeKey: '$default',
    options: { method: 'PUT', rawPath: '/live/write', stage: 'live' },
    allow: 'POST',
  },
  {
    code: 'edge-required',
    when: 'the request did not come through the edge',
    routeKey: 'GET /openapi.json',
    api: { requireEdge: createEdgeCheck(async () => ({ kind: 'elsewhere' })) },
  },
  {
    code: 'edge-unverifiable',
    when: 'that cannot be told',
    routeKey: 'GET /openapi.json',
    api: { requireEdge: createEdgeCheck(async () => ({ kind: 'unknown', cause: new Error(secret) })) },
  },
  ...Object.entries(tableErrors).map(([code, store]) => ({
    code: code as keyof typeof tableErrors,
    when: 'the store fails so',
    ...write('{}'),
    api: { store },
  })),
];

describe('problem table', () => {
  it('is tested with every row', () => {
    const tested = new Set([...rows.map(({ code }) => code), ...testedElsewhere]);
    expect([...tested].toSorted()).toStrictEqual([...problemCodes].toSorted());
  });

  it.each(rows)('answers $code when $when', async ({ code, routeKey, options, api, paths, allow }) => {
    const { call, lines } = apiUnderTest(api);
    const { status, headers, body } = await call(routeKey, options);
    const definition = problemDefinition(code);
    expect(status).toBe(definition.status);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(body).toMatchObject({
      type: problemType(code),
      title: definition.title,
      status,
      detail: expect.stringMatching(/^Cannot .+[^.]$/s),
      message: body.detail,
      retryable: definition.retryable,
      remedy: definition.remedy,
      correlationId: headers['x-correlation-id'],
    });
    expect(body.errors?.map((fault: { path: string }) => fault.path)).toStrictEqual(paths);
    expect(headers['retry-after']).toBe(definition.retryAfterSeconds?.toString());
    expect(headers.allow).toBe(allow);
    const understood = code === 'unsupported-content-encoding' ? 'identity' : undefined;
    expect(headers['accept-encoding']).toBe(understood);
    expect(lines).toMatchObject([{ status, route: routeKey, error: { code } }]);
  });

  it.each(Object.entries(tableErrors))(
    'hides the cause of %s from the caller and logs it',
    async (_code, store) => {
      const { call, rawLines } = apiUnderTest({ store });
      const { body } = await call('POST /write', { body: '{}', headers: json });
      expect(JSON.stringify(body)).not.toContain('secret');
      expect(rawLines[0]).toContain(secret);
    },
  );
});
