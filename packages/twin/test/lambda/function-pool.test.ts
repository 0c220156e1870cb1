import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { assetOf, ECHO, functionOf, payloadOf, poolOf, SLOW } from './lambda-fixture.ts';

describe('FunctionPool', () => {
  test('finds handlers in folders and in CommonJS modules', async () => {
    const codeDir = assetOf({
      'src/api.v1.cjs': '',
      'src/api.cjs': 'exports.v1 = { handler: async () => "nested" };',
    });
    const { pool } = await poolOf(functionOf('', { codeDir, handler: 'src/api.v1.handler' }));
    expect(payloadOf(await pool.invoke({}))).toBe('nested');
  });

  test('logs in Lambda’s JSON format and leaves JSON objects as they are', async () => {
    const source = `export const handler = async () => {
      console.log('plain %d', 1); console.debug('hidden'); console.warn({ deep: 1 });
      console.info('{"level":"INFO","message":"mine"}'); console.error('bad', new TypeError('x'));
      process.stdout.write('half '); process.stdout.write('line\\nrest');
    };`;
    const { pool, lines } = await poolOf(functionOf(source));
    const { requestId } = await pool.invoke({});
    expect(
      lines.every(({ region, source: group }) => region === 'eu-west-1' && group === '/aws/lambda/probe'),
    ).toBe(true);
    const messages = lines.map(({ message }) => message);
    expect(messages.slice(4)).toEqual(['half line', 'rest']);
    expect(messages[2]).toBe('{"level":"INFO","message":"mine"}');
    const [plain, warned, , failed] = messages.slice(0, 4).map((message) => JSON.parse(message));
    expect(plain).toEqual({ timestamp: expect.any(String), level: 'INFO', requestId, message: 'plain 1' });
    expect(warned).toMatchObject({ level: 'WARN', message: { deep: 1 } });
    expect(failed).toMatchObject({ level: 'ERROR', errorType: 'TypeError', errorMessage: 'x' });
  });

  test('logs text with time, request id and level, debug lines included', async () => {
    const source = `export const handler = async () => { console.debug('seen'); };`;
    const { pool, lines } = await poolOf(functionOf(source, { logFormat: 'Text' }));
    const { requestId } = await pool.invoke({});
    expect(lines.map(({ message }) => message.split('\t').slice(1))).toEqual([[requestId, 'DEBUG', 'seen']]);
  });

  test('frames invocations with platform records, the cold start in the first one', async () => {
    const { pool, lines } = await poolOf(functionOf(ECHO), { platformLog: true });
    await pool.invoke({});
    await pool.invoke({});
    const records = lines.map(({ message }) => JSON.parse(message));
    expect(records.map(({ type }) => type)).toEqual([
      'platform.start',
      'platform.report',
      'platform.start',
      'platform.report',
    ]);
    expect(records[1].record).toMatchObject({
      status: 'success',
      metrics: { durationMs: expect.any(Number), memorySizeMB: 128, initDurationMs: expect.any(Number) },
    });
    expect(records[3].record.metrics).not.toHaveProperty('initDurationMs');
  });

  test('swap() lets what runs finish on the old code and runs the rest on the new', async () => {
    const old = functionOf(
      `export const handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return 'old'; };`,
    );
    const { pool } = await poolOf(old, { environmentsMax: 2 });
    await pool.invoke({ ms: 1 });
    const running = pool.invoke({ ms: 60 });
    await vi.waitFor(() => expect(pool.stats().queued).toBe(0), { timeout: 5000 });
    pool.swap(functionOf(`export const handler = async () => 'new';`));
    expect(payloadOf(await pool.invoke({}))).toBe('new');
    expect(payloadOf(await running)).toBe('old');
    await vi.waitFor(() => expect(pool.stats().environments).toBe(1), { timeout: 5000 });
    expect(payloadOf(await pool.invoke({}))).toBe('new');
  });

  test('swap() under load answers every invocation with whole code, old or new', async () => {
    const versions = [1, 2, 3, 4].map((n) => functionOf(`export const handler = async () => ${n};`));
    const [first, ...later] = versions;
    const { pool } = await poolOf(first ?? functionOf(''), { environmentsMax: 2 });
    const seen = new Set<unknown>();
    let stop = false;
    const load = Array.from({ length: 4 }, async () => {
      while (!stop) seen.add(payloadOf(await pool.invoke({})));
    });
    for (const definition of later) {
      pool.swap(definition);
      await vi.waitFor(async () =>
        expect(payloadOf(await pool.invoke({}))).toBe(versions.indexOf(definition) + 1),
      );
    }
    stop = true;
    await Promise.all(load);
    expect([...seen].every((version) => [1, 2, 3, 4].includes(version as number))).toBe(true);
    await vi.waitFor(() => expect(pool.stats().environments).toBeLessThanOrEqual(2), { timeout: 5000 });
  });

  test('swap() to an equal definition keeps the environments', async () => {
    const definition = functionOf(ECHO);
    const { pool } = await poolOf(definition);
    await pool.invoke({});
    pool.swap({ ...definition });
    await pool.invoke({});
    expect(pool.stats().coldStarts).toBe(1);
  });

  test('ends environments that were idle too long, the last one too', async () => {
    const { pool } = await poolOf(functionOf(ECHO), { idleTimeoutMs: 40 });
    await pool.invoke({});
    expect(pool.stats().environments).toBe(1);
    await vi.waitFor(() => expect(pool.stats()).toMatchObject({ environments: 0, idle: 0 }), {
      timeout: 2000,
    });
    expect(await pool.invoke({})).toMatchObject({ outcome: 'success' });
    expect(pool.stats().coldStarts).toBe(2);
  });

  test('replaces an environment that died while it was idle', async () => {
    const source = `export const handler = async ({ die }) => { if (die) setTimeout(() => process.exit(1), 5); return 'alive'; };`;
    const { pool } = await poolOf(functionOf(source));
    await pool.invoke({ die: true });
    await vi.waitFor(() => expect(pool.stats().environments).toBe(0), { timeout: 5000 });
    expect(payloadOf(await pool.invoke({}))).toBe('alive');
  });

  test('close() lets a running invocation finish and refuses the others', async () => {
    const { pool } = await poolOf(functionOf(SLOW), { environmentsMax: 1 });
    await pool.invoke({ ms: 1 });
    const running = pool.invoke({ ms: 50 });
    const waiting = pool.invoke({ ms: 50 });
    await delay(5);
    await pool.close({ graceMs: 2000 });
    expect(await running).toMatchObject({ outcome: 'success' });
    expect(await waiting).toMatchObject({ outcome: 'rejected', code: 'ServiceException' });
    expect(await pool.invoke({})).toMatchObject({ outcome: 'rejected', statusCode: 500 });
    expect(pool.stats().environments).toBe(0);
  });

  test('close() ends what does not finish in time', async () => {
    const { pool } = await poolOf(functionOf(SLOW, { timeoutMs: 30_000 }));
    const running = pool.invoke({ ms: 20_000 });
    await vi.waitFor(() => expect(pool.stats().queued).toBe(0), { timeout: 5000 });
    await pool.close({ graceMs: 20 });
    expect(await running).toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
  });
});
