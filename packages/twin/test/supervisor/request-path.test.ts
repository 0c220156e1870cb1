import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RefusedRequest, requestPath } from '../../src/supervisor/refused-request.ts';

describe('requestPath()', () => {
  test.each([
    ['/', '/'],
    ['/a/b?c=/d#e', '/a/b'],
    ['/a%20b', '/a b'],
    ['/%252e%252e/a', '/%2e%2e/a'],
    ['/%2e%2e%2fa', '/../a'],
    ['/a/../b', '/a/../b'],
    ['//evil.example/a', '//evil.example/a'],
    ['http://127.0.0.1:4000/a?b', '/a'],
    ['http://127.0.0.1:4000', '/'],
    ['http://127.0.0.1:4000?a', '/'],
  ])('reads %s as %s', (target, path) => {
    expect(requestPath(target)).toBe(path);
  });

  test.each(['*', 'a', '/%', '/%zz', '/%c3%28', 'ftp://x/y'])('refuses %s with 400', (target) => {
    expect(() => requestPath(target)).toThrow(expect.objectContaining({ status: 400 }));
  });

  test('gives a decoded path or refuses, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webPath().map((path) => `/${path}`),
        ),
        (target) => {
          try {
            expect(requestPath(target).startsWith('/')).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(RefusedRequest);
          }
        },
      ),
    );
  });

  test('decodes exactly once', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (name) => {
        expect(requestPath(`/${encodeURIComponent(name)}`)).toBe(`/${name}`);
        expect(requestPath(`/${encodeURIComponent(encodeURIComponent(name))}`)).toBe(
          `/${encodeURIComponent(name)}`,
        );
      }),
    );
  });
});
