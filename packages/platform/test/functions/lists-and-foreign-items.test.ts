// Goal: what an engine with pages of its own makes of large lists, and of records that another program has put into the
// table. Method: the function as it is deployed; items and records are put past it.
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTableClient } from '../../src/store/create-table-client.ts';
import { toImageRecord } from '../../src/store/image-record.ts';
import { childOf } from '../domain/write-under-test.ts';
import { httpApiEvent, lambdaContext } from '../http/http-api-event.ts';
import { call, functionsUnderTest, json } from './functions-under-test.ts';

/** Most bytes of a function's answer: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const answerBytesMax = 6 * 1024 * 1024;

const functions = functionsUnderTest();
let client: DynamoDBDocumentClient;
beforeAll(() => {
  const patience = { attemptsMax: 1, connectTimeoutMs: 2_000, attemptTimeoutMs: 20_000 };
  client = createTableClient({ region: 'eu-west-1', ...patience });
});
afterAll(() => client.destroy());

const put = (Item: Record<string, unknown>) =>
  client.send(new PutCommand({ TableName: functions.engine.tableName, Item }));

async function putItem(pk: string, sk: string, data: string) {
  const image = childOf(undefined, { nowMs: Date.now() });
  await put(toImageRecord({ ...image, pk, sk, data }));
}

/** Reads a list to its end, and gives its pages. */
async function pagesOf(pk: string, limit: number) {
  const pages: { items: { sk: string }[]; unreadable?: { pk: string; sk: string }[]; cursor?: string }[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: String(limit), ...(cursor === undefined ? {} : { cursor }) };
    const event = httpApiEvent('GET /items/{pk}', { pathParameters: { pk }, query });
    const answer = await functions.api(event, lambdaContext());
    expect(answer.statusCode).toBe(200);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(answerBytesMax);
    const page = JSON.parse(answer.body);
    pages.push(page);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return pages;
}

describe('the api function', () => {
  it('lists 45 items of 198 kB with limit=40, each once', async () => {
    const sortKeys = Array.from({ length: 45 }, (_, index) => String(index).padStart(2, '0'));
    for (const sk of sortKeys) await putItem('large', sk, 'x'.repeat(198_000));
    const pages = await pagesOf('large', 40);
    expect(pages.flatMap(({ items }) => items.map(({ sk }) => sk))).toStrictEqual(sortKeys.toReversed());
    expect(pages.length).toBeGreaterThan(8);
  });

  // Control characters, the longest sort key there is, and one that pages end at.
  it.each(['b', '\u0001'.repeat(1_024), '😀'.repeat(256)])(
    'lists around a record of another program by its key, page after page',
    async (sk) => {
      const pk = `foreign ${sk.slice(0, 2)}`;
      for (const each of ['0', 'zz']) await putItem(pk, each, 'mine');
      await put({ pk, sk, note: 'confidential' });
      for (const limit of [1, 2, 10]) {
        const pages = await pagesOf(pk, limit);
        expect(pages.flatMap(({ items }) => items.map((item) => item.sk))).toStrictEqual(['zz', '0']);
        expect(pages.flatMap(({ unreadable = [] }) => unreadable)).toStrictEqual([{ pk, sk }]);
        expect(JSON.stringify(pages)).not.toContain('confidential');
      }
    },
  );

  it('answers 409 foreign-item, which is not retryable, to whoever asks for it, and leaves it as it is', async () => {
    const key = { pk: 'theirs', sk: 'one' };
    const record = { ...key, note: 'confidential', ttl: 'soon' };
    await put(record);
    for (const [method, rest] of [
      ['GET', {}],
      ['PUT', { headers: json, body: '{"data":1}' }],
      ['PUT', { headers: { ...json, 'if-none-match': '*' }, body: '{"data":1}' }],
      ['PUT', { headers: { ...json, 'idempotency-key': 'k' }, body: '{"data":1}' }],
      ['DELETE', {}],
    ] as const) {
      const answer = await call(functions.api, `${method} /items/{pk}/{sk}`, {
        pathParameters: key,
        ...rest,
      });
      expect(answer).toMatchObject({ status: 409, body: { retryable: false, key } });
      expect(answer.body.type).toBe('urn:problem-type:gsp:foreign-item');
      expect(JSON.stringify(answer.body)).not.toContain('confidential');
    }
    const { Item } = await client.send(new GetCommand({ TableName: functions.engine.tableName, Key: key }));
    expect(Item).toStrictEqual(record);
  });

  it('answers the same where a part of a counter would be', async () => {
    const key = { pk: 'sys#counter#theirs', sk: 'shard#eu-west-1' };
    await put({ ...key, value: 'many' });
    const pathParameters = { id: 'theirs' };
    for (const [routeKey, rest] of [
      ['POST /counters/{id}', { headers: json, body: '{"by":1}' }],
      ['POST /counters/{id}', { headers: { ...json, 'idempotency-key': 'k' }, body: '{"by":1}' }],
      ['GET /counters/{id}', {}],
    ] as const) {
      const answer = await call(functions.api, routeKey, { pathParameters, ...rest });
      expect(answer).toMatchObject({ status: 409, body: { retryable: false, key } });
    }
  });

  it('names what lies among conflicts and evacuations', async () => {
    const conflict = { pk: 'sys#conflict#theirs', sk: 'x' };
    const evacuation = { pk: 'sys#evacuation-audit', sk: 'x' };
    for (const key of [conflict, evacuation]) await put(key);
    const conflicts = await call(functions.api, 'GET /conflicts', { query: { pk: 'theirs' } });
    expect(conflicts.body).toStrictEqual({ conflicts: [], unreadable: [conflict] });
    const operator = { userArn: 'arn:aws:iam::123456789012:user/kim' };
    const evacuations = await call(functions.control, 'GET /control/evacuations', operator);
    expect(evacuations.body).toStrictEqual({ evacuations: [], unreadable: [evacuation], audit: [] });
  });
});
