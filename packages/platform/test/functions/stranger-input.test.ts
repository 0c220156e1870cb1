// Goal: nothing that a stranger sends buys more of the table or the log than docs/threat-model.md says. Method: the function as
// it is deployed over a real engine; each header and field at its bound and beyond it, with what it asks of the table counted.
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { v7 } from 'uuid';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { limits } from '../../src/contract/limits.ts';
import { encodeSession } from '../../src/contract/session-token.ts';
import { itemDigest } from '../../src/domain/session.ts';
import { sha256 } from '../../src/functions/runtime.ts';
import type { HttpApiEventOptions } from '../http/http-api-event.ts';
import { call, functionsUnderTest, json } from './functions-under-test.ts';

const pathParameters = { pk: 'stranger', sk: 'one' };
const body = JSON.stringify({ data: { n: 1 }, ttlSeconds: 600 });
const READ = 'GET /items/{pk}/{sk}';
const LIST = 'GET /items/{pk}';
const PUT = 'PUT /items/{pk}/{sk}';
const WRITE = 'POST /write';
const COUNT = 'POST /counters/{id}';

/** Calls of the table while one request is answered. */
interface Bought {
  readonly reads: number;
  readonly writes: number;
}

const NOTHING: Bought = { reads: 0, writes: 0 };

/** A request that is refused before the table is asked: which part of it, how the answer is, the request. */
type Refused = readonly [part: string, status: number, routeKey: string, options: HttpApiEventOptions];

const long = (length: number) => 'a'.repeat(length);
const nested = (levels: number) => `{"data":${'['.repeat(levels)}${']'.repeat(levels)}}`;

const timed = (laterMs: number) => ({ ...json, 'idempotency-key': v7({ msecs: Date.now() + laterMs }) });

const refused: readonly Refused[] = [
  [
    'x-session beyond its length',
    400,
    READ,
    { headers: { 'x-session': long(limits.sessionCharactersMax + 1) } },
  ],
  ['x-session that is none', 400, READ, { headers: { 'x-session': '....' } }],
  [
    'idempotency-key beyond its length',
    400,
    WRITE,
    { headers: { ...json, 'idempotency-key': long(limits.idempotencyKeyCharactersMax + 1) } },
  ],
  [
    'if-match beyond its length',
    400,
    PUT,
    { headers: { ...json, 'if-match': `"${long(limits.preconditionCharactersMax)}"` } },
  ],
  [
    'if-none-match beyond its length',
    400,
    READ,
    { headers: { 'if-none-match': `"${long(limits.preconditionCharactersMax)}"` } },
  ],
  ['cursor beyond its length', 400, LIST, { query: { cursor: long(limits.cursorCharactersMax + 1) } }],
  ['cursor that is none', 400, LIST, { query: { cursor: 'bm9uZQ' } }],
  ['limit above its bound', 400, LIST, { query: { limit: String(limits.listLimitMax + 1) } }],
  ['limit that is no number', 400, LIST, { query: { limit: '1e2' } }],
  ['a body over its size', 413, WRITE, { headers: json, body: `{"data":"${long(4_096)}"}` }],
  ['a key older than its window', 422, PUT, { headers: timed(-86_460_000), body }],
  ['a key from the future', 422, WRITE, { headers: timed(360_000), body }],
  ['a body that is no JSON', 400, WRITE, { headers: json, body: '{' }],
  [
    'a body that is deeper than its bound',
    400,
    WRITE,
    { headers: json, body: nested(limits.dataDepthMax + 1) },
  ],
  ['a body whose numbers would change', 400, WRITE, { headers: json, body: '{"data":9007199254740993}' }],
  ['a body that names a member twice', 400, WRITE, { headers: json, body: '{"data":1,"data":2}' }],
  ['a body of another type', 415, WRITE, { headers: { 'content-type': 'text/plain' }, body }],
  [
    'a key beyond its length',
    400,
    READ,
    { pathParameters: { pk: long(limits.pkCharactersMax + 1), sk: 'one' } },
  ],
  ['a key that is the platform’s own', 400, READ, { pathParameters: { pk: 'sys#health', sk: 'one' } }],
  ['an increment beyond its bound', 400, COUNT, { headers: json, body: `{"by":${limits.incrementMax + 1}}` }],
  ['a path that is no route', 404, '$default', { rawPath: `/${long(8_000)}` }],
];

/** A request that is answered: what of it is at its bound, the answer's status, what it buys, the request. */
type Answered = readonly [part: string, status: number, of: Bought, routeKey: string, HttpApiEventOptions];

const keyed = (key: string) => ({
  ...json,
  'idempotency-key': key.padEnd(limits.idempotencyKeyCharactersMax, 'a'),
});
const forged = () => {
  const item = itemDigest({ pk: pathParameters.pk, sk: pathParameters.sk }, sha256);
  const seen = {
    item,
    region: 'eu-central-1',
    dot: 7,
    count: 7,
    updatedAtMs: Date.now(),
    until: 4_000_000_000,
  };
  return { 'x-session': encodeSession([seen]) };
};
const tags = Array.from({ length: 300 }, (_, n) => `"${n}"`).join(',');
const nobodysQuery = { [long(2_000)]: long(4_000) };

const answered: readonly Answered[] = [
  ['a read', 200, { reads: 1, writes: 0 }, READ, {}],
  ['if-none-match of 300 tags', 200, { reads: 1, writes: 0 }, READ, { headers: { 'if-none-match': tags } }],
  [
    'limit at its bound',
    200,
    { reads: 1, writes: 0 },
    LIST,
    { query: { limit: String(limits.listLimitMax) } },
  ],
  ['parameters that no route has', 200, { reads: 1, writes: 0 }, READ, { query: nobodysQuery }],
  ['a write', 200, { reads: 0, writes: 1 }, WRITE, { headers: json, body }],
  ['a write with a key', 200, { reads: 0, writes: 1 }, WRITE, { headers: keyed('w'), body }],
  ['a replacement', 200, { reads: 1, writes: 1 }, PUT, { headers: json, body }],
  ['a replacement with a key', 200, { reads: 1, writes: 1 }, PUT, { headers: timed(60_000), body }],
  // Older than what is there: it may have been lost to that, and the conflict log is asked.
  ['a replacement with an older key', 200, { reads: 2, writes: 1 }, PUT, { headers: timed(-60_000), body }],
  // The key's own record is looked up, and kept in one transaction with the item.
  [
    'a replacement with a key without a time',
    200,
    { reads: 2, writes: 1 },
    PUT,
    { headers: keyed('p'), body },
  ],
  // The item, and one look into the conflict log: an entry by its key, or one page.
  ['a session that nobody has had', 503, { reads: 3, writes: 0 }, READ, { headers: forged() }],
  [
    'a refused replacement with such a session',
    503,
    { reads: 3, writes: 0 },
    PUT,
    { headers: { ...json, ...forged(), 'if-match': '"1"' }, body },
  ],
  [
    'a replacement with such a session',
    200,
    { reads: 1, writes: 1 },
    PUT,
    { headers: { ...json, ...forged() }, body },
  ],
  [
    'if-match of 300 tags',
    412,
    { reads: 1, writes: 0 },
    PUT,
    { headers: { ...json, 'if-match': tags }, body },
  ],
  [
    'a body as deep as it may be',
    200,
    { reads: 0, writes: 1 },
    WRITE,
    { headers: json, body: nested(limits.dataDepthMax) },
  ],
  ['an increment', 200, { reads: 1, writes: 1 }, COUNT, { headers: json, body: '{"by":1}' }],
  ['an increment with a key', 200, { reads: 1, writes: 1 }, COUNT, { headers: keyed('c'), body: '{"by":1}' }],
  ['the description of the API', 200, NOTHING, 'GET /openapi.json', {}],
];

/** Headers that are anybody's to write, and no request needs. */
const talkative = {
  'x-correlation-id': long(8_000),
  traceparent: long(8_000),
  tracestate: long(8_000),
  baggage: long(8_000),
  authorization: `Bearer ${long(8_000)}`,
  'user-agent': long(8_000),
  host: `${long(200)}.example.com`,
};

/** Longest line of a request's log: its ids and a trace at their bounds. */
const LINE_BYTES_MAX = 2_048;

describe('what a stranger sends', () => {
  const functions = functionsUnderTest();

  beforeAll(async () => {
    await call(functions.api, PUT, { headers: json, pathParameters, body });
  });

  async function bought(routeKey: string, options: HttpApiEventOptions) {
    const sent = vi.spyOn(DynamoDBDocumentClient.prototype, 'send');
    const request = { pathParameters: { ...pathParameters, id: 'stranger' }, ...options };
    const { status } = await call(functions.api, routeKey, request);
    const commands = sent.mock.calls
      .map(([command]) => command)
      // Whether the region is evacuated, which it asks for itself once in five seconds.
      .filter(({ input }) => !JSON.stringify(input).includes('sys#evacuation-audit'))
      .map((command) => command.constructor.name);
    sent.mockRestore();
    const isRead = (name: string) => /^(Get|Query|BatchGet|Scan|TransactGet)Command$/.test(name);
    const reads = commands.filter(isRead).length;
    return { status, commands, bought: { reads, writes: commands.length - reads } };
  }

  it.each(refused)('is refused without a word to the table: %s', async (_, status, routeKey, options) => {
    const found = await bought(routeKey, options);
    expect(found).toStrictEqual({ status, commands: [], bought: NOTHING });
  });

  it.each(answered)('buys what its bound allows: %s', async (_, status, of, routeKey, options) => {
    const found = await bought(routeKey, options);
    expect(found, found.commands.join()).toMatchObject({ status, bought: of });
  });

  it.each([READ, WRITE, '$default'])(
    'lengthens no line of the log beyond its bound: %s',
    async (routeKey) => {
      const options = {
        headers: { ...json, ...talkative },
        pathParameters,
        body,
        rawPath: `/${long(8_000)}`,
      };
      await call(functions.api, routeKey, options);
      expect(functions.lines.length).toBeGreaterThan(0);
      for (const line of functions.lines) {
        expect(Buffer.byteLength(line), line.slice(0, 400)).toBeLessThanOrEqual(LINE_BYTES_MAX);
        expect(line).not.toContain(long(256));
      }
    },
  );
});
