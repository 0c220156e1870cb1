// Goal: whatever lies in an index can be gone on from, and a made-up position is a caller's mistake, not the table's.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIndexPosition, encodeIndexPosition } from '../../src/store/table-indexes.ts';

const names = { index: 'gsi1', partition: 'g1p', sort: 'g1s' };
const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 });

describe('encodeIndexPosition()', () => {
  it.each([true, false])("is read back as it was, whether the sort key ends with the item's (%s)", (ends) => {
    fc.assert(
      fc.property(key, key, key, (pk, sk, place) => {
        const sort = ends ? `${place}~${sk}` : place;
        const position = encodeIndexPosition({ pk, sk, g1s: sort }, names);
        expect(decodeIndexPosition(position)).toStrictEqual({ key: { pk, sk }, sort });
      }),
    );
  });

  it.each([
    '',
    'a',
    '1.1.1.',
    '0.1.1.ab',
    '1.1.2.abcde',
    '9999999.1.1.abc',
    `1.1.1025.a${'b'.repeat(1_025)}`,
    `1.1025.1.ab${'c'.repeat(1_025)}`,
    `2049.1.1.${'a'.repeat(2_049)}b`,
  ])('refuses %j as a cursor', (position) => {
    expect(() => decodeIndexPosition(position)).toThrow(expect.objectContaining({ code: 'invalid-cursor' }));
  });
});
