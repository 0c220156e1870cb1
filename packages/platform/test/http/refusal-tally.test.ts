import { describe, expect, it } from 'vitest';
import { createRefusalTally } from '../../src/http/refusal-tally.ts';

describe('createRefusalTally()', () => {
  it('gives the first count at once, then one in ten seconds with all in between', () => {
    const tally = createRefusalTally();
    expect([0, 1, 9_999, 10_000, 10_001, 25_000].map(tally)).toStrictEqual([
      1,
      undefined,
      undefined,
      3,
      undefined,
      2,
    ]);
  });

  it('gives one when the clock has stepped back', () => {
    const tally = createRefusalTally();
    expect([50_000, 50_001, 40_000].map(tally)).toStrictEqual([1, undefined, 2]);
  });
});
