// Goal: what the edge may send is accepted, and nothing else, whatever the secrets' store does meanwhile; and that store is
// asked no more often than allowed. Method: two secrets in memory, a clock that is moved by hand.
import { describe, expect, it } from 'vitest';
import { inTime, originVerifierUnderTest as setUp } from './origin-verifier-under-test.ts';
import { passTime } from './pass-time.ts';

describe('createOriginVerifier()', () => {
  it('knows the value of either secret, and reads them once in five minutes', async () => {
    const { ask, clock, reads } = setUp();
    expect(await ask('a1')).toBe('edge');
    clock.advance(299_999);
    expect(await ask('b1')).toBe('edge');
    expect(reads).toHaveLength(2);
    clock.advance(1);
    expect(await ask('a1')).toBe('edge');
    expect(reads).toHaveLength(4);
  });

  it.each([undefined, ''])('reads nothing when a request presents %j', async (presented) => {
    const { ask, reads } = setUp();
    expect(await ask(presented)).toBe('elsewhere');
    expect(reads).toStrictEqual([]);
  });

  it('compares with both values, whichever fits', async () => {
    const { ask, comparisons } = setUp();
    await ask('a1');
    comparisons.length = 0;
    await ask('a1');
    expect(comparisons).toStrictEqual(['a1', 'b1']);
  });

  it('takes a new value within 30 s, and the old one no more after that', async () => {
    const { ask, clock, secrets } = setUp();
    await ask('a1');
    secrets.a = 'a2';
    clock.advance(29_999);
    expect(await ask('a2')).toBe('elsewhere');
    expect(await ask('a1')).toBe('edge');
    clock.advance(1);
    expect(await ask('a2')).toBe('edge');
    expect(await ask('a1')).toBe('elsewhere');
  });

  it('goes on with what it knew while nothing can be read, and tells of each attempt', async () => {
    const { ask, clock, secrets, reads, failures } = setUp();
    await ask('a1');
    secrets.a = undefined;
    secrets.b = undefined;
    clock.advance(3_600_000);
    for (let n = 0; n < 10; n++) expect(await ask('a1')).toBe('edge');
    expect(await ask('other')).toBe('elsewhere');
    expect(reads).toHaveLength(4);
    expect(failures).toHaveLength(2);
  });

  it('cannot tell while a secret was never read, and asks again after a second', async () => {
    const { verify, ask, clock, secrets, reads } = setUp();
    secrets.a = undefined;
    expect(await verify('a1', { signal: inTime() })).toMatchObject({
      kind: 'unknown',
      cause: { message: 'Cannot read a' },
    });
    expect(await ask('b1')).toBe('edge');
    secrets.a = 'a1';
    clock.advance(999);
    expect(await ask('a1')).toBe('unknown');
    clock.advance(1);
    expect(await ask('a1')).toBe('edge');
    expect(reads).toHaveLength(4);
  });

  it('does not read more often for a known value because another secret is missing', async () => {
    const { ask, clock, secrets, reads } = setUp();
    secrets.b = undefined;
    await ask('a1');
    clock.advance(5_000);
    expect(await ask('a1')).toBe('edge');
    expect(reads).toHaveLength(2);
  });

  it('gives an attempt up after its time, also where the reader does not listen', async () => {
    const signals: AbortSignal[] = [];
    const { clock, verify, failures } = setUp({
      read: (_name, { signal }) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    const verdict = await passTime(verify('a1', { signal: inTime() }), { clock, stepMs: 100 });
    expect(verdict).toMatchObject({
      kind: 'unknown',
      cause: { message: expect.stringContaining('1500 ms') },
    });
    expect(new Set(signals).size).toBe(1);
    expect(signals[0]?.aborted).toBe(true);
    expect(failures).toHaveLength(2);
    expect(clock.timers).toBe(0);
  });

  it('lets a request go whose time is over, and finishes the attempt for others', async () => {
    const arrivals: ((value: string) => void)[] = [];
    const slow = new Promise<string>((resolve) => arrivals.push(resolve));
    const { ask } = setUp({ read: (name) => (name === 'b' ? Promise.resolve('b1') : slow) });
    const request = new AbortController();
    const first = ask('a1', request.signal);
    const second = ask('a1');
    request.abort();
    expect(await first).toBe('unknown');
    for (const arrive of arrivals) arrive('a1');
    expect(await second).toBe('edge');
  });

  it('asks for nothing on behalf of a request whose time is over already', async () => {
    const { ask, reads } = setUp();
    expect(await ask('a1', AbortSignal.abort())).toBe('unknown');
    expect(reads).toStrictEqual([]);
  });

  it('reads again when the clock has stepped back', async () => {
    const { ask, clock, secrets } = setUp();
    await ask('a1');
    secrets.a = 'a2';
    clock.step(clock.nowMs() - 60_000);
    expect(await ask('a2')).toBe('edge');
  });
});
