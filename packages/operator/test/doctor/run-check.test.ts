import { describe, expect, test } from 'vitest';
import { CloudError } from '../../src/cloud/cloud-error.ts';
import { type Question, runCheck } from '../../src/doctor/cloud/run-check.ts';

const question: Question = {
  check: 'zone',
  stage: 'main',
  region: 'eu-west-1',
  act: 'read the hosted zone',
  signal: new AbortController().signal,
};

/** Never answers; gives up as the SDK does. */
const silent = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () =>
      reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' })),
    );
  });

describe('runCheck()', () => {
  test('runCheck() gives what was found', async () => {
    const found = [{ check: 'zone', stage: 'main', level: 'ok', what: 'fine' }] as const;
    await expect(runCheck(question, async () => found)).resolves.toEqual(found);
  });

  test('runCheck() warns when nothing answers in time', async () => {
    const found = await runCheck({ ...question, timeoutMs: 20 }, silent);
    expect(found).toMatchObject([
      { level: 'warning', why: expect.stringContaining('no answer within 0.02 s') },
    ]);
  });

  test('runCheck() gives up with the reason of its caller', async () => {
    const stop = new AbortController();
    const asked = runCheck({ ...question, signal: stop.signal }, silent);
    stop.abort(new Error('Ctrl-C'));
    await expect(asked).rejects.toThrow('Ctrl-C');
  });

  test('runCheck() is a fault when AWS answers and the answer is the fault', async () => {
    const found = await runCheck(question, async () => {
      throw new CloudError('Cannot find the stack: two have its tags, one is needed.');
    });
    expect(found).toMatchObject([{ level: 'fault', what: expect.stringContaining('two have its tags') }]);
  });

  test('runCheck() passes on what is a fault of ours', async () => {
    const broken = runCheck(question, async () => {
      throw new TypeError('x is undefined');
    });
    await expect(broken).rejects.toThrow(TypeError);
  });
});
