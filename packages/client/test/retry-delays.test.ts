import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../src/carry-out.ts';
import { retryAfterMs } from '../src/judge-answer.ts';

describe('backoffMs()', () => {
  it('is any time below a bound that doubles from 50 ms to 1 s', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 2_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (round, dice) => {
          const bound = Math.min(1_000, 50 * 2 ** round);
          expect(backoffMs(round, () => dice)).toBe(dice * bound);
        },
      ),
    );
  });
});

describe('retryAfterMs()', () => {
  const date = 'Sun, 22 Nov 2026 17:28:03 GMT';

  it.each([
    [{ 'retry-after': '2' }, 2_000],
    [{ 'retry-after': ' 0 ' }, 0],
    [{ 'retry-after': 'Sun, 22 Nov 2026 17:28:10 GMT', date }, 7_000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 17:27:00 GMT', date }, 0],
    [{ 'retry-after': 'Sun, 22 Nov 2026 17:28:10 GMT' }, 0],
    [{ 'retry-after': '-1' }, 0],
    [{ 'retry-after': 'soon', date }, 0],
    [{ 'retry-after': '99999999999' }, 0],
    [{}, 0],
  ])('reads %j as %i ms', (headers, expected) => {
    expect(retryAfterMs(headers)).toBe(expected);
  });
});
