import { describe, expect, it } from 'vitest';
import { withAbort } from '../../src/domain/clock.ts';

describe('withAbort()', () => {
  const reason = new Error('time is over');

  it('gives what the work gives, and hands it the signal', async () => {
    const { signal } = new AbortController();
    expect(await withAbort(signal, async (handed) => handed)).toBe(signal);
  });

  it('throws what the work throws, also at once', async () => {
    const { signal } = new AbortController();
    const work = () => {
      throw reason;
    };
    await expect(withAbort(signal, work)).rejects.toBe(reason);
  });

  it('throws the reason of the signal although the work never ends', async () => {
    const abort = new AbortController();
    const waiting = withAbort(abort.signal, () => new Promise(() => {}));
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it('leaves no rejection behind when the signal aborts after work that threw at once', async () => {
    const unhandled: unknown[] = [];
    const note = (each: unknown) => unhandled.push(each);
    process.on('unhandledRejection', note);
    const abort = new AbortController();
    const work = () => {
      throw new Error('at once');
    };
    await expect(withAbort(abort.signal, work)).rejects.toThrow('at once');
    abort.abort(reason);
    // Node.js tells of them after the microtasks of a turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toStrictEqual([]);
  });
});
