import { describe, expect, test } from 'vitest';
import type { Clock } from '../src/clock.ts';
import { poll } from '../src/poll.ts';
import { withAbort, withTimeout } from '../src/with-abort.ts';

const signal = new AbortController().signal;

/** A clock on which time passes only while somebody sleeps. */
function steppedClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  const nowMs = () => slept.reduce((sum, ms) => sum + ms, 0);
  return { slept, nowMs, sleep: async (ms) => void slept.push(ms) };
}

describe('poll()', () => {
  test('asks until there is an answer, one interval apart', async () => {
    const clock = steppedClock();
    const answers = [undefined, undefined, 'there'];
    const options = { intervalMs: 100, timeoutMs: 1_000, signal, clock };
    await expect(poll(async () => answers.shift(), options)).resolves.toBe('there');
    expect(clock.slept).toEqual([100, 100]);
  });

  test('makes its last attempt when the time is over, then throws what it is told to', async () => {
    const clock = steppedClock();
    let attempts = 0;
    const polling = poll(
      async () => {
        attempts += 1;
        return undefined;
      },
      { intervalMs: 400, timeoutMs: 1_000, signal, clock, timedOut: () => new Error('too late') },
    );
    await expect(polling).rejects.toThrow('too late');
    expect(clock.slept).toEqual([400, 400, 200]);
    expect(attempts).toBe(4);
  });

  test('passes over errors that asking again may help, and tells the last one', async () => {
    const clock = steppedClock();
    const options = { intervalMs: 600, timeoutMs: 1_000, signal, clock, isTransient: () => true };
    await expect(poll(() => Promise.reject(new Error('busy')), options)).rejects.toMatchObject({
      cause: { message: 'busy' },
    });
  });

  test('throws any other error at once', async () => {
    const clock = steppedClock();
    const options = { intervalMs: 100, signal, clock };
    await expect(poll(() => Promise.reject(new Error('denied')), options)).rejects.toThrow('denied');
    expect(clock.slept).toEqual([]);
  });

  test('throws the reason of an abort instead of what the attempt then throws', async () => {
    const stop = new AbortController();
    const polling = poll(
      async () => {
        stop.abort(new Error('told to end'));
        throw new Error('aborted somehow');
      },
      { intervalMs: 100, signal: stop.signal, isTransient: () => true },
    );
    await expect(polling).rejects.toThrow('told to end');
  });

  test('throws the reason of an abort while it waits', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('told to end')), 10);
    const polling = poll(async () => undefined, { intervalMs: 60_000, signal: stop.signal });
    await expect(polling).rejects.toThrow('told to end');
  });
});

describe('withTimeout() and withAbort()', () => {
  const never = () => new Promise<never>(() => {});
  const untilAborted = (limit: AbortSignal) =>
    new Promise<never>((_, reject) => limit.addEventListener('abort', () => reject(new Error('some error'))));

  test('withTimeout() says why when the time is over', async () => {
    const timedOut = (cause: unknown) => new Error('too slow', { cause });
    await expect(withTimeout(untilAborted, { timeoutMs: 10, timedOut })).rejects.toMatchObject({
      message: 'too slow',
      cause: { message: 'some error' },
    });
  });

  test('withTimeout() lets results and other errors pass', async () => {
    const options = { timeoutMs: 10_000, timedOut: () => new Error('too slow') };
    await expect(withTimeout(async () => 1, options)).resolves.toBe(1);
    await expect(withTimeout(() => Promise.reject(new Error('denied')), options)).rejects.toThrow('denied');
  });

  test('withTimeout() throws the reason of an abort from outside', async () => {
    const options = { timeoutMs: 10_000, timedOut: () => new Error('too slow') };
    const reason = new Error('told to end');
    const stop = new AbortController();
    setTimeout(() => stop.abort(reason), 10);
    await expect(withTimeout(untilAborted, { ...options, signal: stop.signal })).rejects.toBe(reason);
  });

  test('withAbort() waits no longer than the signal lets it', async () => {
    const reason = new Error('told to end');
    await expect(withAbort(never(), AbortSignal.abort(reason))).rejects.toBe(reason);
    await expect(withAbort(Promise.resolve(2), signal)).resolves.toBe(2);
  });
});
