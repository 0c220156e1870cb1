import { describe, expect, it, vi } from 'vitest';
import { createApiHandler } from '../../src/functions/api-handler.ts';
import { call, functionsUnderTest, json } from './functions-under-test.ts';

describe('functions', () => {
  const functions = functionsUnderTest();

  it('write, read and list an item', async () => {
    const before = Math.floor(Date.now() / 1000);
    const data = { list: [1, 'é', null, { deep: true }], constructor: { name: 'Set' } };
    const { status, body } = await call(functions.api, 'POST /write', {
      headers: json,
      body: JSON.stringify({ pk: 'orders', data, ttlSeconds: 60 }),
    });
    expect(status).toBe(200);
    const { item } = body;
    expect(item.sk).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(item.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(item.ttl - before).toBeGreaterThanOrEqual(60);
    expect(item.ttl - before).toBeLessThanOrEqual(65);
    expect(item).toMatchObject({ region: 'eu-west-1', version: { 'eu-west-1': expect.any(Number) } });
    const read = await call(functions.api, 'GET /items/{pk}/{sk}', {
      pathParameters: { pk: 'orders', sk: item.sk },
    });
    expect(JSON.stringify(read.body.item.data.list)).toBe(JSON.stringify(data.list));
    expect(Object.entries(read.body.item.data.constructor)).toStrictEqual([['name', 'Set']]);
    const listed = await call(functions.api, 'GET /items/{pk}', { pathParameters: { pk: 'orders' } });
    expect(listed.body.items.map(({ sk }: { sk: string }) => sk)).toStrictEqual([item.sk]);
  });

  it('list items in the reverse order of their writes, page by page', async () => {
    for (let n = 0; n < 25; n++) {
      await call(functions.api, 'POST /write', {
        headers: json,
        body: JSON.stringify({ pk: 'many', data: n }),
      });
    }
    const pathParameters = { pk: 'many' };
    const first = await call(functions.api, 'GET /items/{pk}', { pathParameters });
    const second = await call(functions.api, 'GET /items/{pk}', {
      pathParameters,
      query: { cursor: first.body.cursor },
    });
    const values = [...first.body.items, ...second.body.items].map(({ data }: { data: number }) => data);
    expect(first.body.items).toHaveLength(20);
    expect(values).toStrictEqual(Array.from({ length: 25 }, (_value, index) => 24 - index));
    expect(second.body).not.toHaveProperty('cursor');
  });

  it('do not show an item that has expired, although the table still holds it', async () => {
    const { body } = await call(functions.api, 'POST /write', {
      headers: json,
      body: '{"pk":"brief","ttlSeconds":1}',
    });
    const { sk } = body.item;
    await vi.waitUntil(
      async () =>
        (await call(functions.api, 'GET /items/{pk}/{sk}', { pathParameters: { pk: 'brief', sk } }))
          .status === 404,
      {
        timeout: 5_000,
        interval: 50,
      },
    );
    expect(
      (await call(functions.api, 'GET /items/{pk}', { pathParameters: { pk: 'brief' } })).body,
    ).toStrictEqual({ items: [] });
  });

  it('replace an item on its version, delete it, and know an idempotency key again', async () => {
    const pathParameters = { pk: 'orders', sk: 'one' };
    const put = (value: string, headers: Record<string, string> = {}) =>
      call(functions.api, 'PUT /items/{pk}/{sk}', {
        ...{ pathParameters, headers: { ...json, ...headers } },
        body: JSON.stringify({ data: value }),
      });
    const first = await put('first', { 'if-none-match': '*', 'idempotency-key': 'k1' });
    expect(first).toMatchObject({ status: 200, body: { item: { data: 'first' } } });
    const again = await put('first', { 'if-none-match': '*', 'idempotency-key': 'k1' });
    expect(again).toMatchObject({ status: 200, headers: { 'idempotency-replayed': 'true' } });
    expect(again.body).toStrictEqual(first.body);
    const second = await put('second', { 'if-match': String(first.headers.etag) });
    expect(second).toMatchObject({ status: 200, body: { item: { data: 'second' } } });
    expect((await put('third', { 'if-match': String(first.headers.etag) })).status).toBe(412);
    const session = String(second.headers['x-session']);
    const removed = await call(functions.api, 'DELETE /items/{pk}/{sk}', { pathParameters });
    expect(removed).toMatchObject({ status: 204, body: undefined });
    const read = await call(functions.api, 'GET /items/{pk}/{sk}', {
      pathParameters,
      headers: { 'x-session': session },
    });
    expect(read.status).toBe(404);
    const revived = await put('fourth', { 'if-none-match': '*' });
    expect(revived.status).toBe(200);
    const before = second.body.item.version['eu-west-1'];
    expect(revived.body.item.version['eu-west-1']).toBeGreaterThan(before);
  });

  it('count, each key once', async () => {
    const pathParameters = { id: 'visits' };
    const add = (by: number, headers: Record<string, string> = {}) =>
      call(functions.api, 'POST /counters/{id}', {
        ...{ pathParameters, headers: { ...json, ...headers } },
        body: JSON.stringify({ by }),
      });
    expect(await add(3)).toMatchObject({ status: 200, body: { id: 'visits', value: 3 } });
    expect((await add(4, { 'idempotency-key': 'k1' })).body.value).toBe(7);
    const again = await add(4, { 'idempotency-key': 'k1' });
    expect(again).toMatchObject({ body: { value: 7 }, headers: { 'idempotency-replayed': 'true' } });
    expect((await add(5, { 'idempotency-key': 'k1' })).status).toBe(422);
    expect((await call(functions.api, 'GET /counters/{id}', { pathParameters })).body.value).toBe(7);
  });

  it('count by plain updates, and refuse keys, when the stage is strongly consistent', async () => {
    const strong = createApiHandler({ ...process.env, CONSISTENCY: 'strong' });
    const pathParameters = { id: 'strong' };
    const headers = { ...json, 'idempotency-key': 'k1' };
    const add = { pathParameters, headers: json, body: '{"by":2}' };
    expect((await call(strong, 'POST /counters/{id}', add)).body).toStrictEqual({ id: 'strong', value: 2 });
    const keyed = await call(strong, 'POST /counters/{id}', { ...add, headers });
    expect(keyed.status).toBe(422);
    expect(keyed.body.type).toContain('idempotency-unsupported');
    expect((await call(strong, 'GET /counters/{id}', { pathParameters })).body.value).toBe(2);
  });

  it('describe the API, the same each time', async () => {
    const first = await call(functions.api, 'GET /openapi.json');
    expect(first.body).toMatchObject({ openapi: '3.1.1' });
    expect((await call(functions.api, 'GET /openapi.json')).body).toStrictEqual(first.body);
  });

  it('warn of a record of another program, and name it without showing it', async () => {
    const { DynamoDBClient, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
    const client = new DynamoDBClient({ region: 'eu-west-1' });
    const Item = { pk: { S: 'alien' }, sk: { S: 'x' }, note: { S: 'confidential' } };
    await client.send(new PutItemCommand({ TableName: functions.engine.tableName, Item }));
    client.destroy();
    expect(
      (await call(functions.api, 'GET /items/{pk}', { pathParameters: { pk: 'alien' } })).body,
    ).toStrictEqual({ items: [], unreadable: [{ pk: 'alien', sk: 'x' }] });
    const warning = functions.lines.map((line) => JSON.parse(line)).find(({ pk }) => pk === 'alien');
    expect(warning).toMatchObject({
      level: 'WARN',
      sk: 'x',
      message: expect.stringContaining('Cannot show a record'),
    });
    expect(functions.lines.join()).not.toContain('confidential');
  });
});
