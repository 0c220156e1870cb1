import { describe, expect, it } from 'vitest';
import { readIdempotencyKey } from '../../src/http/headers.ts';

describe('readIdempotencyKey()', () => {
  it.each(['a', 'a"b"', '01a2044c-fab8-7b6e-9a31-5d0f1e7c2a44', 'x'.repeat(255)])('takes %j', (key) => {
    expect(readIdempotencyKey({ headers: { 'idempotency-key': key } })).toBe(key);
  });

  it.each([
    ['"abc"', 'abc'],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
  ])('takes %s for the bare key', (quoted, key) => {
    expect(readIdempotencyKey({ headers: { 'idempotency-key': quoted } })).toBe(key);
  });

  it('is undefined when there is none', () => {
    expect(readIdempotencyKey({ headers: {} })).toBeUndefined();
  });

  it.each([
    '',
    ' ',
    'a b',
    'é',
    'a\tb',
    'x'.repeat(256),
    '"',
    '""',
    '"a',
    '"a b"',
    '"a"b"',
    '"a\\b"',
    `"${'x'.repeat(256)}"`,
  ])('refuses %j', (key) => {
    expect(() => readIdempotencyKey({ headers: { 'idempotency-key': key } })).toThrow(
      expect.objectContaining({ code: 'invalid-request' }),
    );
  });
});
