import { describe, expect, it } from 'vitest';
import { call, functionsUnderTest, json, untilProbed } from './functions-under-test.ts';

describe('functions', () => {
  const functions = functionsUnderTest();

  it('say that the region is well after they wrote and read its canary', async () => {
    const { status, body } = await call(functions.health, 'GET /health');
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, region: 'eu-west-1', table: 'items' });
    expect((await call(functions.health, 'GET /health/live')).body).toStrictEqual({
      ok: true,
      region: 'eu-west-1',
    });
  });

  it('answer 503 in time when the table is slow, and recover with it', async () => {
    functions.engine.freeze();
    try {
      const probe = await untilProbed(functions.health, 503);
      expect(probe.body).toMatchObject({ ok: false, region: 'eu-west-1' });
      expect(probe.body.reasons).toStrictEqual(['table-write-timeout', 'table-read-timeout']);
      expect(probe.tookMs).toBeLessThan(1_500);
      const write = await call(functions.api, 'POST /write', { headers: json, body: '{}' });
      expect(write).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
      expect(write.body.type).toContain('table-timeout');
      expect(write.tookMs).toBeLessThan(3_500);
    } finally {
      functions.engine.thaw();
    }
    await untilProbed(functions.health, 200);
  });

  it('answer 503 at once when the table is gone', async () => {
    await functions.engine.stop();
    const probe = await untilProbed(functions.health, 503);
    expect(probe).toMatchObject({
      status: 503,
      body: { reasons: ['table-write-unavailable', 'table-read-unavailable'] },
    });
    const read = await call(functions.api, 'GET /items/{pk}/{sk}', { pathParameters: { pk: 'a', sk: 'b' } });
    expect(read).toMatchObject({ status: 503, body: { retryable: true } });
    expect(read.body.type).toContain('table-unavailable');
    expect((await call(functions.health, 'GET /health/live')).status).toBe(200);
  });
});
