import { describe, expect, test } from 'vitest';
import { RateCounter } from '../../src/edge/rate-counter.ts';

function counterAt(windowSeconds: number) {
  const time = { nowMs: 1_000_000 };
  return { time, counter: new RateCounter({ windowSeconds, clock: () => time.nowMs }) };
}

describe('RateCounter.count()', () => {
  test('counts each source by itself', () => {
    const { counter } = counterAt(300);
    expect([counter.count('a'), counter.count('a'), counter.count('b')]).toEqual([1, 2, 1]);
  });

  test('forgets what is a window old, and nothing younger', () => {
    const { counter, time } = counterAt(300);
    counter.count('a');
    time.nowMs += 290_000;
    expect(counter.count('a')).toBe(2);
    time.nowMs += 10_000;
    expect(counter.count('a')).toBe(2);
    time.nowMs += 300_000;
    expect(counter.count('a')).toBe(1);
  });

  test('forgets the source that was seen longest ago when there are 10,000 others', () => {
    const { counter } = counterAt(300);
    counter.count('old');
    counter.count('kept');
    counter.count('old');
    for (let index = 0; index < 9_999; index += 1) counter.count(`source ${index}`);
    expect([counter.count('old'), counter.count('kept')]).toEqual([3, 1]);
  });
});
