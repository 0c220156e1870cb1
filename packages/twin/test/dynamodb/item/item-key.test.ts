import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKeyCodec } from '../../../src/dynamodb/item/item-key.ts';
import { testTable } from '../support/test-table.ts';

const codec = createKeyCodec(testTable);
const text = fc.string({ minLength: 1, unit: 'binary' });

describe('createKeyCodec()', () => {
  test('attributesOf() gives back the key that ofItem() read', () => {
    fc.assert(
      fc.property(text, text, (pk, sk) => {
        const key = codec.ofItem({ pk: { S: pk }, sk: { S: sk }, data: { S: 'x' } });
        expect(codec.attributesOf(key)).toEqual({ pk: { S: pk }, sk: { S: sk } });
        expect(codec.ofKey({ sk: { S: sk }, pk: { S: pk } })).toBe(key);
      }),
    );
  });

  test('ofItem() gives different keys to different items', () => {
    fc.assert(
      fc.property(text, text, text, text, (pk, sk, otherPk, otherSk) => {
        fc.pre(pk !== otherPk || sk !== otherSk);
        const [one, other] = [
          codec.ofItem({ pk: { S: pk }, sk: { S: sk } }),
          codec.ofItem({ pk: { S: otherPk }, sk: { S: otherSk } }),
        ];
        expect(one).not.toBe(other);
      }),
    );
  });

  test('ofItem() takes numbers and bytes that are written in another way as the same key', () => {
    const numbers = createKeyCodec({
      ...testTable,
      attributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
      keySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    });
    expect(numbers.ofItem({ id: { N: '1.0' } })).toBe(numbers.ofKey({ id: { N: '1' } }));
  });

  test.each([
    [{ sk: { S: '1' } }, /Missing the key pk/],
    [{ pk: { N: '1' }, sk: { S: '1' } }, /Type mismatch for key pk expected: S actual: N/],
    [{ pk: { S: '' }, sk: { S: '1' } }, /empty string value\. Key: pk/],
  ])('ofItem() refuses %j', (item, message) => {
    expect(() => codec.ofItem(item)).toThrow(message);
  });

  test.each([
    [{ pk: { S: '1' } }],
    [{ pk: { S: '1' }, sk: { S: '1' }, x: { S: '1' } }],
    [{ pk: { S: '1' }, sk: { N: '1' } }],
  ])('ofKey() refuses %j', (key) => {
    expect(() => codec.ofKey(key)).toThrow('The provided key element does not match the schema');
  });
});
