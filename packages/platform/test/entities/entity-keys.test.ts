import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entityKey, entityOfKey, indexEntries, partitionOf } from '../../src/entities/entity-keys.ts';
import { sortText } from '../../src/entities/sort-text.ts';
import { note, order } from './order-entity.ts';

const facts = { id: 'o-1', createdAt: '2026-12-01T00:00:00.000Z', updatedAt: '2026-12-01T00:00:01.000Z' };

describe('keys of an entity', () => {
  test('begin with its name, and tell the partition', () => {
    const key = entityKey(order, { partition: 'a~b', id: 'o-1' });
    expect(key).toEqual({ pk: 'order~a~b', sk: 'o-1' });
    expect(partitionOf(order, key)).toBe('a~b');
    expect(entityOfKey([note, order], key)).toBe(order);
    expect(partitionOf(note, key)).toBeUndefined();
    expect(entityOfKey([order], { pk: 'orders' })).toBeUndefined();
  });

  test('of its indexes hold what they are found by', () => {
    const fields = { customerId: 'c-1', status: 'open', total: 3 };
    expect(indexEntries(order, fields, facts)).toEqual([
      { slot: 1, partition: 'order~byStatus~open', sort: `${facts.createdAt}~o-1` },
      { slot: 2, partition: 'order~byTotal~c-1', sort: `${sortText(3)}~o-1` },
    ]);
  });

  test('are none where a field is not there, or a key would be too long for the table', () => {
    expect(indexEntries(order, { customerId: 'c', total: 1 }, facts).map(({ slot }) => slot)).toEqual([2]);
    expect(indexEntries(order, { status: 'x'.repeat(2_048), customerId: 'c' }, facts)).toEqual([]);
  });
});

describe('sortText()', () => {
  test('of numbers sorts as they do', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, number, (one, other) => {
        const [a, b] = [sortText(one) ?? '', sortText(other) ?? ''];
        const order = one === other ? 0 : one < other ? -1 : 1;
        expect(a < b ? -1 : a > b ? 1 : 0).toBe(order);
      }),
    );
  });

  test('is none of what has no order', () => {
    expect([null, [], {}, undefined].map(sortText)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
