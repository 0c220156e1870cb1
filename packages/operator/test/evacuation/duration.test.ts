import { DurationError, formatSeconds, parseDuration } from '@gsp/cli-kit';
import { describe, expect, test } from 'vitest';

describe('parseDuration()', () => {
  test.each([
    ['60s', 60],
    ['90s', 90],
    ['1m', 60],
    ['30m', 1_800],
    ['2h', 7_200],
    ['24h', 86_400],
  ])('parseDuration() takes %s for %i seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  test.each(['', '30', 'm', '1.5h', '-5m', '30 m', '2d', '1h30m', '30M', '1e3s'])(
    'parseDuration() says what a duration is when it is given %j',
    (text) => {
      expect(() => parseDuration(text)).toThrow(DurationError);
      expect(() => parseDuration(text)).toThrow(/such as 90s, 30m or 2h/);
    },
  );

  test.each(['59s', '0m', '25h', '86401s', '999999h'])(
    'parseDuration() names the bounds when it is given %s',
    (text) => expect(() => parseDuration(text)).toThrow(/not within 1m and 24h/),
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
