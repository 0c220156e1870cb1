import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HybridLogicalClock, originOf } from '../../../src/dynamodb/item/hybrid-logical-clock.ts';

function clockAt(ms: number, region = 'eu-west-1') {
  const time = { ms };
  return { time, clock: new HybridLogicalClock(region, () => time.ms) };
}

describe('HybridLogicalClock', () => {
  test('next() increases strictly, whatever the machine clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4_000_000_000_000 }), { minLength: 2 }), (times) => {
        const { time, clock } = clockAt(0);
        let last = '';
        for (const ms of times) {
          time.ms = ms;
          const stamp = clock.next();
          expect(stamp > last).toBe(true);
          last = stamp;
        }
      }),
    );
  });

  test('next() is above the version that it replaces when that one comes from a clock far ahead', () => {
    const ahead = clockAt(2_000_000_000_000, 'us-east-1').clock.next();
    const { clock } = clockAt(1_000_000_000_000);
    const stamp = clock.next(ahead);
    expect(stamp > ahead).toBe(true);
    expect(originOf(stamp)).toBe('eu-west-1');
    expect(clock.next() < ahead).toBe(true);
  });

  test('next() gives 100,000 different stamps in order when the clock stands still', () => {
    const { clock } = clockAt(1_000_000_000_000);
    let last = clock.next();
    for (let count = 0; count < 100_000; count += 1) {
      const stamp = clock.next();
      if (stamp <= last) throw new Error(`${stamp} is not above ${last}`);
      last = stamp;
    }
    expect(originOf(last)).toBe('eu-west-1');
  });

  test('next() stamps with the earlier time when the offset is lowered, but stays above the replaced version', () => {
    const { clock } = clockAt(1_000_000_000_000);
    const before = clock.next();
    clock.setOffset(-60_000);
    expect(clock.next() < before).toBe(true);
    expect(clock.next(before) > before).toBe(true);
  });

  test('resumeAfter() goes on above the last stamp when the clock has not moved', () => {
    const { clock } = clockAt(1_000_000_000_000);
    clock.next();
    const last = clock.next();
    const restarted = clockAt(1_000_000_000_000).clock;
    restarted.resumeAfter(last);
    expect(restarted.next() > last).toBe(true);
  });
});
