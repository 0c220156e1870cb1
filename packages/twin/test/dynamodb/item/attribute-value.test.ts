import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalNumber,
  sameItem,
  withCanonicalNumbers,
} from '../../../src/dynamodb/item/attribute-value.ts';

describe('canonicalNumber()', () => {
  test.each([
    ['1.500', '1.5'],
    ['00012', '12'],
    ['-0', '0'],
    ['1E+5', '100000'],
    ['5e-7', '0.0000005'],
    ['-1.20e1', '-12'],
    ['.5', '0.5'],
    ['123456789012345678901234567890.12345678', '123456789012345678901234567890.12345678'],
  ])('canonicalNumber(%s) writes %s as DynamoDB does', (text, canonical) => {
    expect(canonicalNumber(text)).toBe(canonical);
  });

  test.each(['', '-', '.', 'e5', '1a', 'NaN', '1e99999'])(
    'canonicalNumber() leaves %j alone when it is no number',
    (text) => {
      expect(canonicalNumber(text)).toBe(text);
    },
  );

  test('canonicalNumber() gives one text to every way of writing a number', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.nat(20), fc.nat(5), (digits, scale, zeros) => {
        const sign = digits < 0n ? '-' : '';
        const magnitude = `${digits < 0n ? -digits : digits}`;
        const scientific = `${sign}${'0'.repeat(zeros)}${magnitude}e-${scale}`;
        const padded = magnitude.padStart(scale + 1, '0');
        const plain = `${sign}${padded.slice(0, padded.length - scale)}.${padded.slice(padded.length - scale)}`;
        expect(canonicalNumber(scientific)).toBe(canonicalNumber(`${plain}${'0'.repeat(zeros)}`));
        expect(canonicalNumber(canonicalNumber(scientific))).toBe(canonicalNumber(scientific));
      }),
    );
  });
});

describe('sameItem()', () => {
  test('sameItem() ignores the order of attributes and set members, and how a number is written', () => {
    const left = {
      a: { N: '1.0' },
      b: { SS: ['x', 'y'] },
      c: { NS: ['1', '20'] },
      d: { M: { e: { L: [{ BOOL: true }] } } },
    };
    const right = {
      d: { M: { e: { L: [{ BOOL: true }] } } },
      c: { NS: ['2e1', '1.0'] },
      b: { SS: ['y', 'x'] },
      a: { N: '1' },
    };
    expect(sameItem(left, right)).toBe(true);
  });

  test.each([
    [{ a: { S: '1' } }, { a: { N: '1' } }],
    [{ a: { S: '1' } }, { a: { S: '1' }, b: { S: '' } }],
    [{ a: { L: [{ S: '1' }, { S: '2' }] } }, { a: { L: [{ S: '2' }, { S: '1' }] } }],
    [{ a: { SS: ['1'] } }, { a: { NS: ['1'] } }],
    [{ a: { M: {} } }, { a: { L: [] } }],
    [{ a: { NULL: true } }, { a: { BOOL: true } }],
    [{ a: { S: 'x' } }, { b: { S: 'x' } }],
  ])('sameItem() tells %j from %j', (left, right) => {
    expect(sameItem(left, right)).toBe(false);
    expect(sameItem(right, left)).toBe(false);
  });
});

describe('withCanonicalNumbers()', () => {
  test('withCanonicalNumbers() rewrites numbers at every depth and returns the same object when there is nothing to do', () => {
    const item = { a: { N: '1.0' }, b: { L: [{ M: { c: { N: '2e0' } } }] }, d: { NS: ['3.0'] } };
    expect(withCanonicalNumbers(item)).toEqual({
      a: { N: '1' },
      b: { L: [{ M: { c: { N: '2' } } }] },
      d: { NS: ['3'] },
    });
    const plain = { a: { N: '1' }, b: { S: '1.0' } };
    expect(withCanonicalNumbers(plain)).toBe(plain);
  });

  test('withCanonicalNumbers() keeps an attribute called __proto__', () => {
    const item = JSON.parse('{"__proto__":{"S":"x"},"n":{"N":"1.0"}}');
    expect(JSON.stringify(withCanonicalNumbers(item))).toBe('{"__proto__":{"S":"x"},"n":{"N":"1"}}');
  });

  test('withCanonicalNumbers() throws RangeError when maps are nested too deeply', () => {
    let value = {};
    for (let depth = 0; depth < 10_000; depth += 1) value = { M: { a: value } };
    expect(() => withCanonicalNumbers({ a: value })).toThrow(RangeError);
  });
});
