import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { randomValue } from '../../src/contract/random-value.ts';
import { randomOf } from '../domain/write-under-test.ts';
import { note, order } from '../entities/order-entity.ts';

const schemas = {
  order: order.schema,
  note: note.schema,
  text: z.string().min(3).max(5),
  formats: z.object({ a: z.email(), b: z.uuid(), c: z.iso.datetime(), d: z.url(), e: z.iso.date() }),
  numbers: z.object({
    whole: z.int().min(5).max(9),
    positive: z.number().positive(),
    negative: z.number().negative(),
    few: z.int().gt(3).lt(5),
    tens: z.int().multipleOf(10).min(10).max(100),
  }),
  lists: z.object({ some: z.array(z.int()).min(2), few: z.array(z.string()).max(1) }),
  either: z.union([z.literal('a'), z.object({ b: z.boolean() }), z.null()]),
  kinds: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('x') }),
    z.object({ kind: z.literal('y'), n: z.int() }),
  ]),
  wrapped: z.object({
    a: z.string().optional(),
    b: z.int().nullable(),
    c: z.string().trim().default('c'),
    d: z.coerce.number(),
  }),
  record: z.record(z.string(), z.int()),
  pair: z.tuple([z.string(), z.int()]),
} as const;

describe('randomValue()', () => {
  test.each(Object.entries(schemas))('makes values of %s, the same from the same numbers', (_, schema) => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const value = randomValue(schema, randomOf(seed));
      expect(schema.safeParse(value), `seed ${seed}: ${JSON.stringify(value)}`).toMatchObject({
        success: true,
      });
      expect(randomValue(schema, randomOf(seed))).toEqual(value);
    }
  });

  test('makes different ones', () => {
    const made = new Set(
      Array.from({ length: 50 }, (_, seed) => JSON.stringify(randomValue(order.schema, randomOf(seed)))),
    );
    expect(made.size).toBeGreaterThan(40);
  });

  test('makes none where hardly anything passes', () => {
    expect(randomValue(z.string().regex(/^INV-\d{9}$/), randomOf(1))).toBeUndefined();
    expect(randomValue(z.object({ never: z.never() }), randomOf(1))).toBeUndefined();
  });
});
