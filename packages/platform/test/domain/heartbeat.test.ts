import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageOf, type Heartbeat, nextSequence, shows } from '../../src/domain/heartbeat.ts';

const heartbeat = (sequence: number): Heartbeat => ({
  ...{ region: 'eu-west-1', sequence, writtenAtMs: 0, lagMs: new Map() },
});
const time = fc.nat(2 ** 43);

describe('nextSequence()', () => {
  it('grows from one heartbeat to the next whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(time, { minLength: 2 }), (times) => {
        let last: Heartbeat | undefined;
        for (const nowMs of times) {
          const sequence = nextSequence(last, nowMs);
          expect(sequence).toBeGreaterThan(last?.sequence ?? -1);
          expect(sequence).toBeGreaterThanOrEqual(nowMs);
          last = heartbeat(sequence);
        }
      }),
    );
  });

  it('is beyond what a peer still shows when the record is lost here', () => {
    const shown = heartbeat(nextSequence(undefined, 1_000));
    expect(shows(shown, nextSequence(undefined, 61_000))).toBe(false);
  });
});

describe('shows()', () => {
  it('holds for that heartbeat and later ones, not for earlier ones nor for none', () => {
    expect([6, 7, 8].map((sequence) => shows(heartbeat(sequence), 7))).toStrictEqual([false, true, true]);
    expect(shows(undefined, 7)).toBe(false);
  });
});

describe('ageOf()', () => {
  it('is the time that has passed, and nothing for a clock that is ahead', () => {
    expect(ageOf({ writtenAtMs: 1_000 }, 4_000)).toBe(3_000);
    expect(ageOf({ writtenAtMs: 5_000 }, 4_000)).toBe(0);
  });
});
