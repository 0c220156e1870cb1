// Goal: the functions as they are deployed, wired to a real engine process, also while that process is frozen or
// gone. Method: the modules are imported with the environment that infrastructure sets.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BatchConsumer } from '../../../amplify/functions/conflicts/consume-batch.ts';
import type { HttpHandler } from '../../../amplify/http/create-http-handler.ts';
import { type HttpApiEventOptions, httpApiEvent, lambdaContext } from '../http/http-api-event.ts';
import { startTableEngine, type TableEngine, useEngineFromEnvironment } from '../store/start-table-engine.ts';

const variables = {
  AWS_REGION: 'eu-west-1',
  REGIONS: 'eu-west-1,eu-central-1',
  PROJECT: 'gsp',
  STAGE: 'main',
  BODY_LIMIT_BYTES: '4096',
  DEFAULT_TTL_SECONDS: '3600',
  TOMBSTONE_TTL_SECONDS: '86400',
  CONFLICT_TTL_SECONDS: '604800',
  IDEMPOTENCY_TTL_SECONDS: '86400',
  CONSISTENCY: 'eventual',
};
const json = { 'content-type': 'application/json' };

describe('functions', () => {
  let engine: TableEngine;
  let restore = () => {};
  let api: HttpHandler;
  let health: HttpHandler;
  let control: HttpHandler;
  let conflicts: BatchConsumer;
  const lines: string[] = [];

  beforeAll(async () => {
    engine = await startTableEngine();
    restore = useEngineFromEnvironment(engine);
    for (const [name, value] of Object.entries({ ...variables, TABLE_NAME: engine.tableName }))
      vi.stubEnv(name, value);
    ({ handler: api } = await import('../../../amplify/functions/api/handler.ts'));
    ({ handler: conflicts } = await import('../../../amplify/functions/conflicts/handler.ts'));
    ({ handler: control } = await import('../../../amplify/functions/control/handler.ts'));
    ({ handler: health } = await import('../../../amplify/functions/health/handler.ts'));
  });
  beforeEach(() => {
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(String(text));
      return true;
    });
  });
  afterEach(() => {
    lines.length = 0;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    restore();
    await engine.stop();
  });

  async function call(handler: HttpHandler, routeKey: string, options?: HttpApiEventOptions) {
    const startedAtMs = performance.now();
    const { statusCode, headers, body } = await handler(httpApiEvent(routeKey, options), lambdaContext());
    return {
      status: statusCode,
      headers,
      body: body === '' ? undefined : JSON.parse(body),
      tookMs: performance.now() - startedAtMs,
    };
  }

  // A verdict lives for up to a second, so a change is seen by one of the probes that follow.
  async function untilProbed(status: number) {
    const giveUpAtMs = performance.now() + 5_000;
    let probe = await call(health, 'GET /health');
    while (probe.status !== status && performance.now() < giveUpAtMs)
      probe = await call(health, 'GET /health');
    expect(probe.status).toBe(status);
    return probe;
  }

  it('write, read and list an item', async () => {
    const before = Math.floor(Date.now() / 1000);
    const data = { list: [1, 'é', null, { deep: true }], constructor: { name: 'Set' } };
    const { status, body } = await call(api, 'POST /write', {
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
    const read = await call(api, 'GET /items/{pk}/{sk}', { pathParameters: { pk: 'orders', sk: item.sk } });
    expect(JSON.stringify(read.body.item.data.list)).toBe(JSON.stringify(data.list));
    expect(Object.entries(read.body.item.data.constructor)).toStrictEqual([['name', 'Set']]);
    const listed = await call(api, 'GET /items/{pk}', { pathParameters: { pk: 'orders' } });
    expect(listed.body.items.map(({ sk }: { sk: string }) => sk)).toStrictEqual([item.sk]);
  });

  it('list items in the reverse order of their writes, page by page', async () => {
    for (let n = 0; n < 25; n++) {
      await call(api, 'POST /write', { headers: json, body: JSON.stringify({ pk: 'many', data: n }) });
    }
    const pathParameters = { pk: 'many' };
    const first = await call(api, 'GET /items/{pk}', { pathParameters });
    const second = await call(api, 'GET /items/{pk}', {
      pathParameters,
      query: { cursor: first.body.cursor },
    });
    const values = [...first.body.items, ...second.body.items].map(({ data }: { data: number }) => data);
    expect(first.body.items).toHaveLength(20);
    expect(values).toStrictEqual(Array.from({ length: 25 }, (_value, index) => 24 - index));
    expect(second.body).not.toHaveProperty('cursor');
  });

  it('do not show an item that has expired, although the table still holds it', async () => {
    const { body } = await call(api, 'POST /write', { headers: json, body: '{"pk":"brief","ttlSeconds":1}' });
    const { sk } = body.item;
    await vi.waitUntil(
      async () =>
        (await call(api, 'GET /items/{pk}/{sk}', { pathParameters: { pk: 'brief', sk } })).status === 404,
      {
        timeout: 5_000,
        interval: 50,
      },
    );
    expect((await call(api, 'GET /items/{pk}', { pathParameters: { pk: 'brief' } })).body).toStrictEqual({
      items: [],
    });
  });

  it('replace an item on its version, delete it, and know an idempotency key again', async () => {
    const pathParameters = { pk: 'orders', sk: 'one' };
    const put = (value: string, headers: Record<string, string> = {}) =>
      call(api, 'PUT /items/{pk}/{sk}', {
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
    const removed = await call(api, 'DELETE /items/{pk}/{sk}', { pathParameters });
    expect(removed).toMatchObject({ status: 204, body: undefined });
    const read = await call(api, 'GET /items/{pk}/{sk}', {
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
      call(api, 'POST /counters/{id}', {
        ...{ pathParameters, headers: { ...json, ...headers } },
        body: JSON.stringify({ by }),
      });
    expect(await add(3)).toMatchObject({ status: 200, body: { id: 'visits', value: 3 } });
    expect((await add(4, { 'idempotency-key': 'k1' })).body.value).toBe(7);
    const again = await add(4, { 'idempotency-key': 'k1' });
    expect(again).toMatchObject({ body: { value: 7 }, headers: { 'idempotency-replayed': 'true' } });
    expect((await add(5, { 'idempotency-key': 'k1' })).status).toBe(422);
    expect((await call(api, 'GET /counters/{id}', { pathParameters })).body.value).toBe(7);
  });

  it('find a lost write in the stream, list it once, and give it back with one PUT', async () => {
    const pathParameters = { pk: 'notes', sk: 'shared' };
    const ours = await call(api, 'PUT /items/{pk}/{sk}', {
      ...{ pathParameters, headers: json, body: JSON.stringify({ data: { text: 'ours' } }) },
    });
    const record = await replaceFromElsewhere(engine, pathParameters);
    for (let deliveries = 0; deliveries < 2; deliveries++)
      expect(await conflicts({ Records: [record] })).toStrictEqual({ batchItemFailures: [] });
    const listed = await call(api, 'GET /conflicts', { query: { pk: 'notes' } });
    expect(listed.body.conflicts).toMatchObject([
      {
        ...{ loser: ours.body.item, winner: { region: 'eu-central-1' }, detectedIn: 'eu-west-1' },
      },
    ]);
    expect((await call(api, 'GET /conflicts')).body.conflicts).toStrictEqual(listed.body.conflicts);
    const metrics = lines.map((line) => JSON.parse(line)).filter(({ _aws }) => _aws !== undefined);
    expect(metrics).toMatchObject([{ Project: 'gsp', Stage: 'main', ConflictsDetected: 1 }]);
    const session = { 'x-session': String(ours.headers['x-session']) };
    const read = await call(api, 'GET /items/{pk}/{sk}', { pathParameters, headers: session });
    expect(read.body).toMatchObject({
      item: { region: 'eu-central-1' },
      superseded: listed.body.conflicts[0],
    });
    const restored = await call(api, 'PUT /items/{pk}/{sk}', {
      ...{ pathParameters, headers: { ...json, 'if-match': String(read.headers.etag) } },
      body: JSON.stringify({ data: listed.body.conflicts[0].loser.data }),
    });
    expect(restored.body.item).toMatchObject({ region: 'eu-west-1', data: { text: 'ours' } });
    expect(restored.body.item.version).toHaveProperty('eu-central-1');
  });

  it('have a batch given again when the table does not take what was found', async () => {
    const pathParameters = { pk: 'notes', sk: 'late' };
    await call(api, 'PUT /items/{pk}/{sk}', { pathParameters, headers: json, body: '{"data":"ours"}' });
    const record = await replaceFromElsewhere(engine, pathParameters);
    engine.freeze();
    try {
      const answer = await conflicts({ Records: [record] }, { getRemainingTimeInMillis: () => 5_500 });
      expect(answer).toStrictEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    } finally {
      engine.thaw();
    }
    expect(await conflicts({ Records: [record] })).toStrictEqual({ batchItemFailures: [] });
    expect((await call(api, 'GET /conflicts', { query: { pk: 'notes' } })).body.conflicts[0]).toMatchObject({
      loser: { sk: 'late', data: 'ours' },
    });
  });

  it('count by plain updates, and refuse keys, when the stage is strongly consistent', async () => {
    vi.resetModules();
    vi.stubEnv('CONSISTENCY', 'strong');
    const { handler: strong } = await import('../../../amplify/functions/api/handler.ts');
    vi.stubEnv('CONSISTENCY', 'eventual');
    const pathParameters = { id: 'strong' };
    const headers = { ...json, 'idempotency-key': 'k1' };
    const add = { pathParameters, headers: json, body: '{"by":2}' };
    expect((await call(strong, 'POST /counters/{id}', add)).body).toStrictEqual({ id: 'strong', value: 2 });
    const keyed = await call(strong, 'POST /counters/{id}', { ...add, headers });
    expect(keyed.status).toBe(422);
    expect(keyed.body.type).toContain('idempotency-unsupported');
    expect((await call(strong, 'GET /counters/{id}', { pathParameters })).body.value).toBe(2);
  });

  it('say that the region is well after they wrote and read its canary', async () => {
    const { status, body } = await call(health, 'GET /health');
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, region: 'eu-west-1', table: 'items' });
    expect((await call(health, 'GET /health/live')).body).toStrictEqual({ ok: true, region: 'eu-west-1' });
  });

  it('evacuate a peer, tell health checks so within a second, and restore it', async () => {
    const pathParameters = { region: 'eu-central-1' };
    const operator = { pathParameters, userArn: 'arn:aws:iam::123456789012:user/kim' };
    const probe = () => call(health, 'GET /control/evacuations/{region}', { pathParameters });
    const untilAnswered = async (status: number) => {
      const startedAtMs = performance.now();
      await vi.waitUntil(async () => (await probe()).status === status, { timeout: 5_000, interval: 20 });
      // The rest is what a busy computer may take.
      expect(performance.now() - startedAtMs).toBeLessThan(2_000);
    };
    expect((await probe()).status).toBe(404);
    const evacuated = await call(control, 'PUT /control/evacuations/{region}', {
      ...{ ...operator, headers: json, body: '{"reason":"drill","expiresInSeconds":60}' },
    });
    expect(evacuated).toMatchObject({ status: 200, body: { evacuation: { inForce: true } } });
    await untilAnswered(200);
    expect((await call(health, 'GET /health')).status).toBe(200);
    const listed = await call(control, 'GET /control/evacuations', operator);
    expect(listed.body).toMatchObject({
      ...{ evacuations: [evacuated.body.evacuation], audit: [{ act: 'evacuate', reason: 'drill' }] },
    });
    expect((await call(control, 'DELETE /control/evacuations/{region}', operator)).status).toBe(204);
    await untilAnswered(404);
  });

  it('take this region out of service while a peer has evacuated it, and put it back', async () => {
    const { createTableClient } = await import('../../../amplify/store/create-table-client.ts');
    const { createTableEvacuationStore } = await import('../../../amplify/store/table-evacuation-store.ts');
    const patience = { attemptsMax: 1, connectTimeoutMs: 2_000, attemptTimeoutMs: 5_000 };
    const client = createTableClient({ region: 'eu-west-1', ...patience });
    const clock = { nowMs: () => Date.now() };
    const { tableName } = engine;
    const store = createTableEvacuationStore({ client, tableName, clock, onForeignRecord: () => {} });
    await store.keep({
      ...{ target: 'eu-west-1', reason: 'drill', issuedBy: 'arn:kim', issuedIn: 'eu-central-1' },
      ...{ issuedAtMs: Date.now(), expiresAtMs: Date.now() + 60_000 },
    });
    client.destroy();
    expect((await untilProbed(503)).body.reasons).toStrictEqual(['evacuated']);
    const operator = { userArn: 'arn:aws:iam::123456789012:user/kim' };
    const refused = await call(control, 'PUT /control/evacuations/{region}', {
      ...{ ...operator, pathParameters: { region: 'eu-central-1' }, headers: json },
      body: '{"reason":"drill","expiresInSeconds":60}',
    });
    expect(refused.status).toBe(409);
    const pathParameters = { region: 'eu-west-1' };
    await call(control, 'DELETE /control/evacuations/{region}', { ...operator, pathParameters });
    await untilProbed(200);
  });

  it('describe the API, the same each time', async () => {
    const first = await call(api, 'GET /openapi.json');
    expect(first.body).toMatchObject({ openapi: '3.1.1' });
    expect((await call(api, 'GET /openapi.json')).body).toStrictEqual(first.body);
  });

  it('warn of a record of another program and do not show it', async () => {
    const { DynamoDBClient, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
    const client = new DynamoDBClient({ region: 'eu-west-1' });
    const Item = { pk: { S: 'alien' }, sk: { S: 'x' }, note: { S: 'confidential' } };
    await client.send(new PutItemCommand({ TableName: engine.tableName, Item }));
    client.destroy();
    expect((await call(api, 'GET /items/{pk}', { pathParameters: { pk: 'alien' } })).body).toStrictEqual({
      items: [],
    });
    const warning = lines.map((line) => JSON.parse(line)).find(({ pk }) => pk === 'alien');
    expect(warning).toMatchObject({
      level: 'WARN',
      sk: 'x',
      message: expect.stringContaining('Cannot show a record'),
    });
    expect(lines.join()).not.toContain('confidential');
  });

  it('answer 503 in time when the table is slow, and recover with it', async () => {
    engine.freeze();
    try {
      const probe = await untilProbed(503);
      expect(probe.body).toMatchObject({ ok: false, region: 'eu-west-1' });
      expect(probe.body.reasons).toStrictEqual(['table-write-timeout', 'table-read-timeout']);
      expect(probe.tookMs).toBeLessThan(1_500);
      const write = await call(api, 'POST /write', { headers: json, body: '{}' });
      expect(write).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
      expect(write.body.type).toContain('table-timeout');
      expect(write.tookMs).toBeLessThan(3_500);
    } finally {
      engine.thaw();
    }
    await untilProbed(200);
  });

  it('answer 503 at once when the table is gone', async () => {
    await engine.stop();
    const probe = await untilProbed(503);
    expect(probe).toMatchObject({
      status: 503,
      body: { reasons: ['table-write-unavailable', 'table-read-unavailable'] },
    });
    const read = await call(api, 'GET /items/{pk}/{sk}', { pathParameters: { pk: 'a', sk: 'b' } });
    expect(read).toMatchObject({ status: 503, body: { retryable: true } });
    expect(read.body.type).toContain('table-unavailable');
    expect((await call(health, 'GET /health/live')).status).toBe(200);
  });
});

/**
 * Does to an item what replication does when another region's write was later: replaces the record unseen.
 *
 * @returns the record of the replica's stream
 */
async function replaceFromElsewhere({ tableName }: TableEngine, { pk, sk }: { pk: string; sk: string }) {
  const { DynamoDBClient, GetItemCommand, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient({ region: 'eu-west-1' });
  const Keys = { pk: { S: pk }, sk: { S: sk } };
  const { Item: OldImage = {} } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: Keys, ConsistentRead: true }),
  );
  const { 'v#eu-west-1': _ours, history: _none, ...rest } = OldImage;
  const NewImage = {
    ...{ ...rest, region: { S: 'eu-central-1' }, 'v#eu-central-1': { N: '77' }, dot: { N: '77' } },
    ...{ updatedAt: { S: new Date().toISOString() }, data: { S: 'theirs' } },
  };
  await client.send(new PutItemCommand({ TableName: tableName, Item: NewImage }));
  client.destroy();
  const ApproximateCreationDateTime = Math.floor(Date.now() / 1000);
  const dynamodb = { ApproximateCreationDateTime, Keys, OldImage, NewImage, SequenceNumber: '1' };
  return { eventID: '1', eventName: 'MODIFY', dynamodb };
}
