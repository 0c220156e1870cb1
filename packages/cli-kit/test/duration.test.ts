import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import { formatSeconds, parseDuration } from '../src/duration.ts';

const bounds = { minMs: 60_000, maxMs: 86_400_000 };

describe('parseDuration()', () => {
  test.each([
    ['60s', 60_000],
    ['90s', 90_000],
    ['1m', 60_000],
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['24h', 86_400_000],
  ])('parseDuration() takes %s for %i ms', (text, ms) => expect(parseDuration(text, bounds)).toBe(ms));

  test.each(['', '30', 'm', '1.5h', '-5m', '30 m', '2d', '1h30m', '30M', '1e3s'])(
    'parseDuration() says what a duration is when it is given %j',
    (text) => {
      expect(() => parseDuration(text, bounds)).toThrow(InvalidArgumentError);
      expect(() => parseDuration(text, bounds)).toThrow(/such as 90s, 30m or 2h/);
    },
  );

  test.each(['59s', '0m', '25h', '86401s', '999999h'])(
    'parseDuration() names the bounds when it is given %s',
    (text) => expect(() => parseDuration(text, bounds)).toThrow(/not within 1m and 24h/),
  );
});

describe('parseDuration() below a second', () => {
  const short = { minMs: 200, maxMs: 3_600_000 };

  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
  ])('parseDuration() takes %s for %i ms', (text, ms) => expect(parseDuration(text, short)).toBe(ms));

  test.each(['', '30', 's', '-1s', '1.5s', '30 s', '1d', '9999999s'])('parseDuration() refuses %j', (text) =>
    expect(() => parseDuration(text, short)).toThrow(/such as 500ms, 90s, 30m or 2h/),
  );

  test.each(['100ms', '2h'])('parseDuration() names the bounds when it is given %s', (text) =>
    expect(() => parseDuration(text, short)).toThrow(/not within 200ms and 1h/),
  );
});

describe('formatSeconds()', () => {
  test.each([
    [-1, '0 s'],
    [0.04, '0 s'],
    [0.44, '0.4 s'],
    [90, '90 s'],
    [150, '150 s'],
    [599, '599 s'],
    [1_800, '30 min'],
    [7_200, '2 h'],
    [7_500, '2 h 5 min'],
  ])('formatSeconds() writes %d seconds as %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));
});
