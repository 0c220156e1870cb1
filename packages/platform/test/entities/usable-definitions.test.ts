import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineEntity } from '../../src/entities/define-entity.ts';
import { defineRoute } from '../../src/entities/define-route.ts';
import { schemaFaults } from '../../src/entities/schema-faults.ts';
import { usableDefinitions } from '../../src/entities/usable-definitions.ts';
import { note, order } from './order-entity.ts';

const limits = { indexPool: 5, consistency: 'eventual' } as const;
const text = z.object({ text: z.string() });
const entity = (name: string, more: { plural?: string; schema?: z.ZodObject } = {}) =>
  defineEntity({ name, schema: text, ...more });
const route = (method: 'GET' | 'POST', path: string) =>
  defineRoute({
    method,
    path,
    request: z.object({ id: z.string(), region: z.string() }),
    response: text,
    handle: () => ({ text: '' }),
  });
const faultsOf = (
  entities: object,
  routes: object = {},
  given: Parameters<typeof usableDefinitions>[1] = limits,
) => {
  try {
    usableDefinitions({ entities: { ...entities }, routes: { ...routes } }, given);
    return 'none';
  } catch (error) {
    return String(error);
  }
};

describe('usableDefinitions()', () => {
  test('takes what can be served', () => {
    const ship = route('POST', '/orders/{id}/shipments');
    expect(faultsOf({ order, note }, { ship })).toBe('none');
    expect(faultsOf({})).toBe('none');
  });

  test.each<[string, object, object, string]>([
    [
      'what is no entity',
      { order, limit: 3 },
      {},
      "amplify/entities/index.ts exports 'limit', which is no entity.",
    ],
    ['an entity among routes', {}, { order }, "amplify/routes/index.ts exports 'order', which is no route."],
    [
      'one name twice',
      { order, other: entity('order', { plural: 'others' }) },
      {},
      "Two entities are named 'order'.",
    ],
    [
      'one plural twice',
      { order, other: entity('other', { plural: 'orders' }) },
      {},
      "Two entities have the plural 'orders'.",
    ],
    [
      'a built-in plural',
      { item: entity('thing', { plural: 'items' }) },
      {},
      'GET /items/{id} is another route already',
    ],
    [
      'a built-in route',
      {},
      { health: route('GET', '/control/evacuations/{region}') },
      'is another route already',
    ],
    [
      'a route of an entity',
      { note },
      { mine: route('GET', '/notes/{region}') },
      'mine: GET /notes/{region} is another route already',
    ],
    [
      'the name of an operation',
      {},
      { getItem: route('GET', '/mine/{id}') },
      "'getItem' names two operations.",
    ],
    [
      'the name of an entity’s operation',
      { note },
      { getNote: route('GET', '/mine/{id}') },
      "'getNote' names two operations.",
    ],
  ])('refuses %s', (_, entities, routes, said) => {
    expect(faultsOf(entities, routes)).toContain(said);
  });

  test('refuses what the stage cannot keep', () => {
    expect(faultsOf({ order }, {}, { ...limits, indexPool: 1 })).toContain(
      'order: indexes: it has 2, the table has 1.',
    );
    const short = defineEntity({ name: 'short', schema: text, life: { ttlSeconds: 60 } });
    expect(faultsOf({ short })).toBe('none');
    expect(faultsOf({ short }, {}, { ...limits, consistency: 'strong' })).toContain('no time to live');
  });
});

describe('schemaFaults()', () => {
  const faults = (field: z.ZodType) => schemaFaults({ schema: z.object({ field }) }).join();

  test.each([
    ['trimmed text', z.string().trim()],
    ['a coerced number', z.coerce.number()],
    ['a default', z.string().default('x')],
    ['what may be absent or null', z.string().nullable().optional()],
    ['a pattern that no example is found for', z.string().regex(/^INV-\d{9}$/)],
  ])('lets %s be', (_, field) => {
    expect(faults(field)).toBe('');
  });

  test.each([
    ['a date', z.date()],
    ['a big integer', z.bigint()],
    ['a map', z.map(z.string(), z.string())],
    ['a transform', z.string().transform((value) => value.length)],
  ])('refuses %s', (_, field) => {
    expect(faults(field)).toContain('JSON cannot carry what it makes');
  });

  test('refuses a parse that changes what it has parsed', () => {
    const growing = z.string().overwrite((value) => `${value}!`);
    expect(faults(growing)).toContain('a second parse differs from the first');
  });
});
