import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeVersion } from '../../src/domain/version-vector.ts';
import { readIdempotencyKey, readPrecondition } from '../../src/http/headers.ts';

describe('readIdempotencyKey()', () => {
  it.each(['a', '"quoted"', '01a2044c-fab8-7b6e-9a31-5d0f1e7c2a44', 'x'.repeat(255)])('takes %j', (key) => {
    expect(readIdempotencyKey({ headers: { 'idempotency-key': key } })).toBe(key);
  });

  it('is undefined when there is none', () => {
    expect(readIdempotencyKey({ headers: {} })).toBeUndefined();
  });

  it.each(['', ' ', 'a b', 'é', 'a\tb', 'x'.repeat(256)])('refuses %j', (key) => {
    expect(() => readIdempotencyKey({ headers: { 'idempotency-key': key } })).toThrow(
      expect.objectContaining({ code: 'invalid-request' }),
    );
  });
});

describe('readPrecondition()', () => {
  const version = { 'eu-west-1': 5, 'eu-central-1': 3 };
  const tag = `"${encodeVersion(version)}"`;

  it('reads any, one and several versions', () => {
    expect(readPrecondition({ headers: {} })).toStrictEqual({});
    expect(readPrecondition({ headers: { 'if-match': ' * ' } })).toStrictEqual({ ifMatch: 'any' });
    expect(readPrecondition({ headers: { 'if-match': tag } })).toStrictEqual({ ifMatch: [version] });
    expect(readPrecondition({ headers: { 'if-none-match': `${tag}, "eu-west-1=1"` } })).toStrictEqual({
      ifNoneMatch: [version, { 'eu-west-1': 1 }],
    });
  });

  it.each([
    '',
    '""',
    '"',
    'eu-west-1=5',
    'W/"eu-west-1=5"',
    '"eu-west-1=0"',
    '"eu-west-1=9007199254740992"',
    '"eu-west-1=5;eu-central-1=3"',
    '"eu-west-1=5;eu-west-1=5"',
    '"nowhere=5"',
    '"eu-west-1=05"',
    `${tag},`,
    `*, ${tag}`,
    `"${Array.from({ length: 17 }, (_, n) => `eu-west-${10 + n}=1`).join(';')}"`,
    `${tag},`.repeat(200),
  ])('refuses %j', (value) => {
    expect(() => readPrecondition({ headers: { 'if-match': value } })).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        issues: [expect.objectContaining({ path: ['if-match'] })],
      }),
    );
  });

  it('never fails otherwise, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        try {
          const { ifMatch } = readPrecondition({ headers: { 'if-match': text } });
          expect(ifMatch).toBeDefined();
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-request' });
        }
      }),
    );
  });
});
