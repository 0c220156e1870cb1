import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineEntity } from '../../src/entities/define-entity.ts';
import { mergeFields } from '../../src/entities/merge-fields.ts';
import { order } from './order-entity.ts';

const directly = <T>(act: () => T): T => act();
const mine = { customerId: 'c-1', status: 'open', total: 5, lines: [] };
const theirs = { customerId: 'c-1', status: 'paid', total: 3, lines: [] };
type Fields = { customerId: string; total: number };

function entityWith(merge: (mine: Fields, theirs: Fields) => unknown) {
  const schema = z.object({ customerId: z.string(), total: z.int() });
  const typed = merge as (mine: Fields, theirs: Fields) => Fields;
  return defineEntity({ name: 'order', schema, partition: 'customerId', merge: typed });
}

describe('mergeFields()', () => {
  test('answers what the entity makes of both', () => {
    expect(mergeFields(order, { mine, theirs }, directly)).toEqual({ fields: { ...theirs, total: 5 } });
  });

  test('keeps what another version of the schema has stored with what is kept', () => {
    const stored = { ...theirs, added: { x: 1 } };
    const merged = mergeFields(order, { mine: { ...mine, gone: 1 }, theirs: stored }, directly);
    expect(merged).toEqual({ fields: { ...stored, total: 5 } });
  });

  test('hands out copies', () => {
    const kept = { customerId: 'c', total: 1 };
    const entity = entityWith((lost, held) => {
      held.total = 9;
      return lost;
    });
    mergeFields(entity, { mine: { customerId: 'c', total: 2 }, theirs: kept }, directly);
    expect(kept.total).toBe(1);
  });

  test.each<[string, (mine: Fields, theirs: Fields) => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
      'it threw',
    ],
    ['waits', (lost) => Promise.resolve(lost), 'it answered a promise'],
    ['answers nothing', () => undefined, 'what it answered'],
    ['answers a number that is none', (lost) => ({ ...lost, total: Number.NaN }), 'what it answered'],
    [
      'answers what the schema refuses',
      (lost) => ({ ...lost, total: 'x' }),
      'the schema refuses what it answered: total',
    ],
    ['answers an unknown field', (lost) => ({ ...lost, more: 1 }), 'more is no field of "order"'],
    ['moves the item', (lost) => ({ ...lost, customerId: 'd' }), 'it changed the field "customerId"'],
  ])('refuses a merge that %s', (_, merge, issue) => {
    const fields = { customerId: 'c', total: 1 };
    expect(mergeFields(entityWith(merge), { mine: fields, theirs: fields }, directly)).toMatchObject({
      issue: expect.stringContaining(issue),
    });
  });

  test('is of two writes that the schema can read', () => {
    expect(mergeFields(order, { mine: { ...mine, total: 'x' }, theirs }, directly)).toEqual({
      issue: 'the schema cannot read both of them',
    });
  });
});
