import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlationId } from '../../src/http/correlation-id.ts';

const newId = () => 'new';

describe('correlationId()', () => {
  it('keeps 1 to 128 printable ASCII characters', () => {
    const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 128 });
    fc.assert(
      fc.property(printable, (received) => {
        expect(correlationId(received, newId)).toBe(received);
      }),
    );
  });

  it.each([undefined, '', 'x'.repeat(129), 'a\nb', 'a\u0000', 'é', 'a\u007f', '\t'])(
    'makes a new one for %j',
    (received) => {
      expect(correlationId(received, newId)).toBe('new');
    },
  );

  it('gives only what a header can carry, whatever was received', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (received) => {
        expect(correlationId(received, newId)).toMatch(/^[\x20-\x7e]{1,128}$/);
      }),
    );
  });
});
