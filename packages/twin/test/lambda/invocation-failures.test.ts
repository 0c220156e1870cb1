import { describe, expect, test } from 'vitest';
import { assetOf, ECHO, functionOf, payloadOf, poolOf, SLOW } from './lambda-fixture.ts';

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
