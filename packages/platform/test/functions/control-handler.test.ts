import { describe, expect, it, vi } from 'vitest';
import { call, functionsUnderTest, json, untilProbed } from './functions-under-test.ts';

describe('functions', () => {
  const functions = functionsUnderTest();

  it('evacuate a peer, tell health checks so within a second, and restore it', async () => {
    const pathParameters = { region: 'eu-central-1' };
    const operator = { pathParameters, userArn: 'arn:aws:iam::123456789012:user/kim' };
    const probe = () => call(functions.health, 'GET /control/evacuations/{region}', { pathParameters });
    const untilAnswered = async (status: number) => {
      const startedAtMs = performance.now();
      await vi.waitUntil(async () => (await probe()).status === status, { timeout: 5_000, interval: 20 });
      // The rest is what a busy computer may take.
      expect(performance.now() - startedAtMs).toBeLessThan(2_000);
    };
    expect((await probe()).status).toBe(404);
    const evacuated = await call(functions.control, 'PUT /control/evacuations/{region}', {
      ...{ ...operator, headers: json, body: '{"reason":"drill","expiresInSeconds":60}' },
    });
    expect(evacuated).toMatchObject({ status: 200, body: { evacuation: { inForce: true } } });
    await untilAnswered(200);
    expect((await call(functions.health, 'GET /health')).status).toBe(200);
    const listed = await call(functions.control, 'GET /control/evacuations', operator);
    expect(listed.body).toMatchObject({
      ...{ evacuations: [evacuated.body.evacuation], audit: [{ act: 'evacuate', reason: 'drill' }] },
    });
    expect((await call(functions.control, 'DELETE /control/evacuations/{region}', operator)).status).toBe(
      204,
    );
    await untilAnswered(404);
  });

  it('take this region out of service while a peer has evacuated it, and put it back', async () => {
    const { createTableClient } = await import('../../src/store/create-table-client.ts');
    const { createTableEvacuationStore } = await import('../../src/store/table-evacuation-store.ts');
    const patience = { attemptsMax: 1, connectTimeoutMs: 2_000, attemptTimeoutMs: 5_000 };
    const client = createTableClient({ region: 'eu-west-1', ...patience });
    const clock = { nowMs: () => Date.now() };
    const { tableName } = functions.engine;
    const store = createTableEvacuationStore({ client, tableName, clock, onForeignRecord: () => {} });
    const atMs = Date.now();
    await store.add({
      ...{ id: 'x', act: 'evacuate', target: 'eu-west-1', reason: 'drill', by: 'arn:kim' },
      ...{ askedIn: 'eu-central-1', atMs, issuedAtMs: atMs, expiresAtMs: atMs + 60_000 },
      // The first test's evacuation of that region is over, and whoever evacuates this one knows it.
      over: { 'eu-central-1': atMs },
    });
    client.destroy();
    expect((await untilProbed(functions.health, 503)).body.reasons).toStrictEqual(['evacuated']);
    // Callers that named this region learn it from ordinary answers. What the function knows is up to 5 s old.
    const status = async () =>
      (await call(functions.api, 'GET /openapi.json')).headers['x-region-status'] ?? '';
    await vi.waitUntil(async () => (await status()) === 'evacuated', { timeout: 10_000, interval: 50 });
    const operator = { userArn: 'arn:aws:iam::123456789012:user/kim' };
    const refused = await call(functions.control, 'PUT /control/evacuations/{region}', {
      ...{ ...operator, pathParameters: { region: 'eu-central-1' }, headers: json },
      body: '{"reason":"drill","expiresInSeconds":60}',
    });
    expect(refused.status).toBe(409);
    const pathParameters = { region: 'eu-west-1' };
    await call(functions.control, 'DELETE /control/evacuations/{region}', { ...operator, pathParameters });
    await untilProbed(functions.health, 200);
  });
});
