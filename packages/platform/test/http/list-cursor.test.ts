import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/contract/limits.ts';
import { decodeCursor, encodeCursor } from '../../src/http/list-cursor.ts';
import { encodeIndexPosition } from '../../src/store/table-indexes.ts';

const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 64 });
const invalid = expect.objectContaining({ code: 'invalid-cursor' });

function attempt(list: string, cursor: string): unknown {
  try {
    return decodeCursor(list, cursor);
  } catch (error) {
    return error;
  }
}

describe('decodeCursor()', () => {
  it('reads back the position that encodeCursor() wrote, in characters that a URL keeps', () => {
    fc.assert(
      fc.property(key, key, (list, position) => {
        const cursor = encodeCursor(list, position);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeCursor(list, cursor)).toBe(position);
      }),
    );
  });

  it('stays within the longest cursor for the longest keys', () => {
    for (const character of ['\u0001', '"', 'é', '😀']) {
      const longest = character.repeat(limits.sortKeyBytesMax / Buffer.byteLength(character));
      const cursor = encodeCursor('items', longest);
      expect(cursor.length).toBeLessThan(limits.cursorCharactersMax);
      expect(decodeCursor('items', cursor)).toBe(longest);
    }
  });

  it('stays within the longest cursor for the longest position in an index', () => {
    const names = { index: 'gsi1', partition: 'g1p', sort: 'g1s' };
    const [pk, sk, g1s] = ['p'.repeat(limits.partitionKeyBytesMax), 's'.repeat(1_024), 'g'.repeat(1_024)];
    const longest = encodeIndexPosition({ pk, sk, g1s }, names);
    expect(longest.length).toBe(limits.indexPositionBytesMax);
    const cursor = encodeCursor('orders', longest);
    expect(cursor.length).toBeLessThanOrEqual(limits.cursorCharactersMax);
    expect(decodeCursor('orders', cursor, limits.indexPositionBytesMax)).toBe(longest);
    expect(() => decodeCursor('orders', encodeCursor('orders', `${longest}x`), longest.length)).toThrow(
      expect.objectContaining({ code: 'invalid-cursor' }),
    );
  });

  it('refuses a position that the table would not take', () => {
    const forged = encodeCursor('items', 'x'.repeat(limits.sortKeyBytesMax + 1));
    expect(attempt('items', forged)).toStrictEqual(invalid);
    expect(attempt('items', encodeCursor('items', ''))).toStrictEqual(invalid);
  });

  it('refuses a cursor of another list', () => {
    fc.assert(
      fc.property(key, key, key, (list, other, position) => {
        fc.pre(list !== other);
        expect(attempt(other, encodeCursor(list, position))).toStrictEqual(invalid);
      }),
    );
  });

  it('refuses a cursor in which any one character was changed, dropped or added', () => {
    const character = fc.constantFrom(
      ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ é',
    );
    fc.assert(
      fc.property(fc.uuid(), fc.nat(), character, fc.nat(2), (position, index, replacement, kept) => {
        const cursor = encodeCursor('items:a', position);
        const at = index % cursor.length;
        const damaged = cursor.slice(0, at) + replacement + cursor.slice(at + kept);
        fc.pre(damaged !== cursor);
        expect(attempt('items:a', damaged)).toStrictEqual(invalid);
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses anything else', () => {
    const encoded = fc
      .anything()
      .map((value) => Buffer.from(`${JSON.stringify(value)}`).toString('base64url'));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), encoded), (text) => {
        expect(attempt('items:a', text)).toStrictEqual(invalid);
      }),
    );
    expect(attempt('items:a', 'A'.repeat(1_000_000))).toStrictEqual(invalid);
  });
});
