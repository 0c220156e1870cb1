import { describe, expect, test, vi } from 'vitest';
import { ECHO, functionOf, payloadOf, poolOf, SLOW } from './lambda-fixture.ts';

describe('FunctionPool.invoke()', () => {
  test('hands the handler a copy of the event and a whole context', async () => {
    const { pool } = await poolOf(functionOf(ECHO, { memoryMb: 256 }));
    const event = { nested: { list: [1, 'two'] }, gone: undefined };
    const result = await pool.invoke(event);
    expect(payloadOf(result)).toEqual({
      event: { nested: { list: [1, 'two'] } },
      context: {
        callbackWaitsForEmptyEventLoop: true,
        functionName: 'probe',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:probe',
        memoryLimitInMB: '256',
        awsRequestId: result.requestId,
        logGroupName: '/aws/lambda/probe',
        logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      },
    });
  });

  test('gives the time that is left, and less of it later', async () => {
    const source = `export const handler = async (_, context) => {
      const first = context.getRemainingTimeInMillis();
      await new Promise((r) => setTimeout(r, 20));
      return [first, context.getRemainingTimeInMillis()];
    };`;
    const { pool } = await poolOf(functionOf(source, { timeoutMs: 3000 }));
    const [first, second] = payloadOf(await pool.invoke({})) as [number, number];
    expect(first).toBeGreaterThan(2000);
    expect(first).toBeLessThanOrEqual(3000);
    expect(second).toBeLessThan(first);
  });

  test('cannot have its event changed by the handler', async () => {
    const source = 'export const handler = async (event) => { event.nested.value = 2; return null; };';
    const { pool } = await poolOf(functionOf(source));
    const event = { nested: { value: 1 } };
    await pool.invoke(event);
    expect(event.nested.value).toBe(1);
  });

  test('gives the handler the variables of Lambda and of the function, and none of this process', async () => {
    vi.stubEnv('SECRET_OF_THE_SHELL', 'leaked');
    const source = 'export const handler = async () => process.env;';
    const { pool } = await poolOf(
      functionOf(source, { environment: { TABLE_NAME: 'items', AWS_REGION: 'mars' } }),
      {
        extraEnvironment: { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' },
      },
    );
    const environment = payloadOf(await pool.invoke({})) as Record<string, string>;
    vi.unstubAllEnvs();
    expect(environment).toMatchObject({
      TABLE_NAME: 'items',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'probe',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/probe',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9',
      _HANDLER: 'index.handler',
      TZ: ':UTC',
      PATH: process.env.PATH,
      _X_AMZN_TRACE_ID: expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
      ),
    });
    expect(environment).not.toHaveProperty('SECRET_OF_THE_SHELL');
    expect(environment).not.toHaveProperty('HOME');
  });

  test('keeps the state of a module between invocations and uses the environment again', async () => {
    const { pool } = await poolOf(functionOf('let count = 0; export const handler = async () => ++count;'));
    for (const expected of [1, 2, 3]) expect(payloadOf(await pool.invoke({}))).toBe(expected);
    expect(pool.stats()).toMatchObject({
      environments: 1,
      idle: 1,
      coldStarts: 1,
      invocations: 3,
      errors: 0,
    });
  });

  test('runs one invocation at a time in an environment, and at most environmentsMax at once', async () => {
    const source = `let inside = 0; export const handler = async () => {
      inside += 1; await new Promise((r) => setTimeout(r, 15)); const seen = inside; inside -= 1; return seen; };`;
    const { pool } = await poolOf(functionOf(source), { environmentsMax: 3 });
    const results = await Promise.all(Array.from({ length: 12 }, () => pool.invoke({})));
    expect(results.map(payloadOf)).toEqual(Array(12).fill(1));
    expect(pool.stats()).toMatchObject({ environments: 3, coldStarts: 3 });
  });

  test('takes the environment that was used last', async () => {
    const source = `const id = Math.random(); export const handler = async ({ ms }) => {
      await new Promise((r) => setTimeout(r, ms)); return id; };`;
    const { pool } = await poolOf(functionOf(source), { environmentsMax: 2 });
    await Promise.all([pool.invoke({ ms: 200 }), pool.invoke({ ms: 200 })]);
    const both = [pool.invoke({ ms: 10 }), pool.invoke({ ms: 150 })];
    const [, last] = (await Promise.all(both)).map(payloadOf);
    const next = [payloadOf(await pool.invoke({ ms: 1 })), payloadOf(await pool.invoke({ ms: 1 }))];
    expect(next).toEqual([last, last]);
    expect(pool.stats()).toMatchObject({ environments: 2, idle: 2 });
  });

  test('serves waiting invocations in the order they came', async () => {
    const order: number[] = [];
    const { pool } = await poolOf(functionOf('export const handler = async (n) => n;'), {
      environmentsMax: 1,
    });
    const calls = Array.from({ length: 20 }, async (_, n) =>
      order.push(payloadOf(await pool.invoke(n)) as number),
    );
    await Promise.all(calls);
    expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  test('throttles when too many invocations wait', async () => {
    const { pool } = await poolOf(functionOf(SLOW), { environmentsMax: 1, queueMax: 2 });
    const results = await Promise.all(Array.from({ length: 5 }, () => pool.invoke({ ms: 5 })));
    const rejected = results.filter(({ outcome }) => outcome === 'rejected');
    expect(rejected).toHaveLength(3);
    expect(rejected[0]).toMatchObject({ code: 'TooManyRequestsException', statusCode: 429 });
    expect(pool.stats().throttles).toBe(3);
  });

  test('answers with null when the handler returns nothing', async () => {
    const { pool } = await poolOf(functionOf('export const handler = async () => {};'));
    expect(await pool.invoke({})).toMatchObject({ outcome: 'success', payload: 'null' });
  });

  test('refuses an event over 6 MB and fails an answer over 6 MB', async () => {
    const { pool } = await poolOf(functionOf(`export const handler = async (n) => 'x'.repeat(n);`));
    expect(await pool.invoke('x'.repeat(6_291_457))).toMatchObject({
      code: 'RequestTooLargeException',
      statusCode: 413,
    });
    expect(await pool.invoke(6_300_000)).toMatchObject({
      error: { errorType: 'Function.ResponseSizeTooLarge' },
    });
    expect(await pool.invoke(6_000_000)).toMatchObject({ outcome: 'success' });
  });

  test('stops waiting when its signal is aborted, and the environment lives on', async () => {
    const { pool } = await poolOf(functionOf(SLOW), { environmentsMax: 1 });
    const running = pool.invoke({ ms: 100 });
    await vi.waitFor(() => expect(pool.stats().queued).toBe(0), { timeout: 5000 });
    const waiting = new AbortController();
    const queued = pool.invoke({ ms: 1 }, { signal: waiting.signal });
    waiting.abort(new Error('left'));
    await expect(queued).rejects.toThrow('left');
    expect(pool.stats().queued).toBe(0);
    expect(await running).toMatchObject({ outcome: 'success' });
    const gone = AbortSignal.timeout(20);
    await expect(pool.invoke({ ms: 100 }, { signal: gone })).rejects.toThrow();
    expect(await pool.invoke({ ms: 1 })).toMatchObject({ outcome: 'success' });
    expect(pool.stats()).toMatchObject({ coldStarts: 1 });
    await expect(pool.invoke({}, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow(
      'before',
    );
  });
});
