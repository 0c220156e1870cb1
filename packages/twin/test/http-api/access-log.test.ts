import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accessLogLine, requestTime } from '../../src/http-api/access-log.ts';

describe('accessLogLine()', () => {
  test('fills known variables and writes - for all others', () => {
    const format =
      '$context.identity.sourceIp [$context.requestTime] $context.status $context.authorizer.sub $context.x';
    const context = { 'identity.sourceIp': '127.0.0.1', requestTime: 'now', status: 200, x: '' };
    expect(accessLogLine(format, context)).toBe('127.0.0.1 [now] 200 - -');
  });

  test('keeps a line of text on one line', () => {
    expect(accessLogLine('$context.path "x"', { path: '/a\nb"c\\d' })).toBe('/a\\nb"c\\d "x"');
  });

  test('writes valid JSON whatever a request contains', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (userAgent) => {
        const line = accessLogLine('{"ua":"$context.identity.userAgent"}', {
          'identity.userAgent': userAgent,
        });
        expect(JSON.parse(line)).toEqual({ ua: userAgent });
      }),
    );
  });
});

describe('requestTime()', () => {
  test('writes the time as API Gateway does', () => {
    expect(requestTime(Date.UTC(2026, 10, 2, 7, 5, 9))).toBe('02/Nov/2026:07:05:09 +0000');
  });
});
