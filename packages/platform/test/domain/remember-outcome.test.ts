import { describe, expect, it } from 'vitest';
import { rememberOutcome } from '../../src/domain/remember-outcome.ts';
import { manualClock } from './manual-clock.ts';

function setUp(outcome: (run: number) => Promise<number> = async (run) => run) {
  const clock = manualClock();
  let runs = 0;
  const ask = rememberOutcome(() => outcome(++runs), { clock, cacheMs: 1_000 });
  return { clock, ask, runs: () => runs };
}

describe('rememberOutcome()', () => {
  it('gives an outcome again until it is as old as it may be, counted from the start of the work', async () => {
    const { clock, ask } = setUp(async (run) => {
      clock.advance(300);
      return run;
    });
    expect(await ask()).toBe(1);
    clock.advance(699);
    expect(await ask()).toBe(1);
    clock.advance(1);
    expect(await ask()).toBe(2);
  });

  it('runs once for all who come while it runs', async () => {
    const { ask, runs } = setUp();
    expect(new Set(await Promise.all(Array.from({ length: 100 }, ask)))).toStrictEqual(new Set([1]));
    expect(runs()).toBe(1);
  });

  it('runs anew when the clock has stepped back', async () => {
    const { clock, ask } = setUp();
    await ask();
    clock.step(clock.nowMs() - 1);
    expect(await ask()).toBe(2);
  });

  it('throws what the work throws, to all who wait, and does not keep it', async () => {
    const { ask } = setUp(async (run) => {
      if (run === 1) throw new Error('first');
      return run;
    });
    const both = await Promise.allSettled([ask(), ask()]);
    expect(both.map(({ status }) => status)).toStrictEqual(['rejected', 'rejected']);
    expect(await ask()).toBe(2);
  });
});
