import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameSecret } from '../../src/functions/is-same-secret.ts';

describe('isSameSecret()', () => {
  it('holds for equal texts and for no others, of whatever length', () => {
    const text = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(isSameSecret(one, one)).toBe(true);
        expect(isSameSecret(one, other)).toBe(one === other);
        expect(isSameSecret(one, `${one}x`)).toBe(false);
      }),
    );
  });
});
