import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { InvocationResult } from '../../../local/lambda/invocation-result.ts';
import { assetOf, functionOf, poolOf } from './lambda-fixture.ts';

const ECHO = 'export const handler = async (event, context) => ({ event, context });';
/** Waits until told by a shared flag in the environment's own module. */
const SLOW = `export const handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return 'done'; };`;

function payloadOf(result: InvocationResult): unknown {
  if (result.outcome !== 'success') throw new Error(`the invocation failed: ${JSON.stringify(result)}`);
  return JSON.parse(result.payload);
}

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

describe('FunctionPool.invoke() reports', () => {
  const failures = [
    [
      'a thrown error',
      `throw new RangeError('too far')`,
      { errorType: 'RangeError', errorMessage: 'too far' },
    ],
    ['a thrown text', `throw 'plain'`, { errorType: 'string', errorMessage: 'plain', trace: [] }],
    ['an answer without a JSON form', 'return 10n', { errorType: 'Runtime.MarshalError' }],
    ['a circular answer', 'const a = {}; a.a = a; return a', { errorType: 'Runtime.MarshalError' }],
    [
      'an exit',
      'process.exit(3)',
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('status 3') },
    ],
    ['an exit without a fault', 'process.exit()', { errorType: 'Runtime.ExitError' }],
    [
      'an unhandled rejection',
      `Promise.reject(new Error('nobody')); await new Promise((r) => setTimeout(r, 9000));`,
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: nobody' },
    ],
    [
      'an uncaught exception',
      `setTimeout(() => { throw new TypeError('later') }); await new Promise((r) => setTimeout(r, 9000));`,
      { errorType: 'TypeError', errorMessage: 'later' },
    ],
    ['a timeout', 'await new Promise(() => setTimeout(() => {}, 60_000))', { errorType: 'Sandbox.Timedout' }],
    ['an endless loop', 'for (;;);', { errorType: 'Sandbox.Timedout' }],
  ] as const;

  test.each(failures)('%s', async (_, body, error) => {
    const source = `export const handler = async ({ good }) => { if (good) return 'good'; ${body} };`;
    const timeoutMs = error.errorType === 'Sandbox.Timedout' ? 200 : 10_000;
    const { pool } = await poolOf(functionOf(source, { timeoutMs }));
    expect(payloadOf(await pool.invoke({ good: true }))).toBe('good');
    const failed = await pool.invoke({});
    expect(failed).toMatchObject({ outcome: 'function-error', error });
    // The next one finds a living environment, whatever became of the first.
    expect(payloadOf(await pool.invoke({ good: true }))).toBe('good');
    expect(pool.stats()).toMatchObject({ errors: 1, invocations: 3 });
  });

  test('the request id and the limit in the message of a timeout', async () => {
    const { pool } = await poolOf(functionOf(SLOW, { timeoutMs: 100 }));
    const failed = await pool.invoke({ ms: 5000 });
    const errorMessage = `${failed.requestId} Task timed out after 0.10 seconds`;
    expect(failed).toMatchObject({ error: { errorType: 'Sandbox.Timedout', errorMessage } });
  });

  test('a heap that outgrows the memory of the function', async () => {
    const source =
      'const kept = []; export const handler = async () => { for (;;) kept.push(new Array(1e5).fill({})); };';
    const { pool } = await poolOf(functionOf(source, { memoryMb: 32, timeoutMs: 20_000 }));
    expect(await pool.invoke({})).toMatchObject({ error: { errorType: 'Runtime.OutOfMemory' } });
  });

  const faults = [
    [
      'code that throws while it loads',
      { 'index.mjs': `throw new Error('not today')` },
      'index.handler',
      'Error',
    ],
    ['broken syntax', { 'index.mjs': 'export const = 1' }, 'index.handler', 'Runtime.UserCodeSyntaxError'],
    ['a missing module', {}, 'index.handler', 'Runtime.ImportModuleError'],
    [
      'a missing import',
      { 'index.mjs': `import './gone.mjs'` },
      'index.handler',
      'Runtime.ImportModuleError',
    ],
    [
      'a missing export',
      { 'index.mjs': 'export const other = 1' },
      'index.handler',
      'Runtime.HandlerNotFound',
    ],
    ['a malformed handler name', { 'index.mjs': '' }, 'index', 'Runtime.MalformedHandlerName'],
    [
      'a handler outside of the code',
      { 'index.mjs': '' },
      '../index.handler',
      'Runtime.MalformedHandlerName',
    ],
    [
      'a handler with a callback',
      { 'index.mjs': 'export const handler = (event, context, callback) => callback(null, 1)' },
      'index.handler',
      'Runtime.CallbackHandlerDeprecated',
    ],
    [
      'code that leaves while it loads',
      { 'index.mjs': 'process.exit(4)' },
      'index.handler',
      'Runtime.ExitError',
    ],
  ] as const;

  test.each(faults)('%s', async (_, files, handler, errorType) => {
    const { pool } = await poolOf(functionOf('', { codeDir: assetOf(files), handler }));
    const results = await Promise.all([pool.invoke({}), pool.invoke({})]);
    for (const result of results)
      expect(result).toMatchObject({ outcome: 'function-error', error: { errorType } });
    expect(pool.stats().environments).toBe(0);
  });

  test('a missing program of the worker instead of crashing', async () => {
    const { pool } = await poolOf(functionOf(ECHO), { workerEntry: '/nowhere/environment-worker.mjs' });
    expect(await pool.invoke({})).toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
  });
});

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
