import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineEntity } from '../../../src/entities/define-entity.ts';
import { createBoundedCall } from '../../../src/functions/bounded-call.ts';
import { createEntityMerges } from '../../../src/functions/conflicts/merge-entities.ts';
import { note, order } from '../../entities/order-entity.ts';

const schema = z.object({ n: z.int() });
const forEver = defineEntity({
  name: 'spin',
  schema,
  merge: () => {
    for (;;);
  },
});

describe('createBoundedCall()', () => {
  test('answers what the call does, throws what it throws, and works on after one that was interrupted', () => {
    const bounded = createBoundedCall(1_000);
    expect(bounded(() => 1)).toBe(1);
    expect(() =>
      bounded(() => {
        throw new RangeError('mine');
      }),
    ).toThrow('mine');
    expect(() =>
      bounded(() => {
        for (;;);
      }),
    ).toThrow(/timed out/);
    expect(bounded(() => undefined)).toBeUndefined();
  });
});

describe('createEntityMerges()', () => {
  const refused: string[] = [];
  const mergeOf = createEntityMerges({
    entities: [order, note, forEver],
    bounded: createBoundedCall(1_000),
    onRefused: ({ entity, issue }) => refused.push(`${entity}: ${issue}`),
  });

  test('merges items of entities that say how', () => {
    const theirs = { customerId: 'c', status: 'paid', total: 1, lines: [] };
    expect(mergeOf({ pk: 'order~c', sk: '1' })?.({ ...theirs, total: 2 }, theirs)).toEqual({
      ...theirs,
      total: 2,
    });
    expect(mergeOf({ pk: 'note~1', sk: '1' })).toBeUndefined();
    expect(mergeOf({ pk: 'demo', sk: '1' })).toBeUndefined();
  });

  test('only logs what does not end', () => {
    expect(mergeOf({ pk: 'spin~1', sk: '1' })?.({ n: 1 }, { n: 2 })).toBeUndefined();
    expect(refused).toEqual(['spin: it threw']);
  });
});
