import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as mini from 'zod/mini';
import { definedRoutes } from '../../src/contract/definitions.ts';
import { defineEntity } from '../../src/entities/define-entity.ts';
import { defineRoute } from '../../src/entities/define-route.ts';
import { note, order } from './order-entity.ts';

const schema = z.object({
  owner: z.string(),
  n: z.number(),
  tags: z.array(z.string()),
  may: z.string().optional(),
});

describe('defineEntity()', () => {
  test('has routes under its plural', () => {
    expect(
      definedRoutes({ entities: { order } }).map((route) => [
        route.name,
        `${route.method} ${route.path}`,
        route.authorization,
      ]),
    ).toEqual([
      ['createOrder', 'POST /orders', 'token'],
      ['queryOrders', 'GET /orders', 'none'],
      ['listOrders', 'GET /orders/{customerId}', 'none'],
      ['getOrder', 'GET /orders/{customerId}/{id}', 'none'],
      ['putOrder', 'PUT /orders/{customerId}/{id}', 'token'],
      ['patchOrder', 'PATCH /orders/{customerId}/{id}', 'token'],
      ['deleteOrder', 'DELETE /orders/{customerId}/{id}', 'token'],
    ]);
    expect(definedRoutes({ entities: { note } }).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /notes',
      'GET /notes/{id}',
      'PUT /notes/{id}',
      'PATCH /notes/{id}',
      'DELETE /notes/{id}',
    ]);
  });

  test('takes schemas of zod/mini', () => {
    const entity = defineEntity({
      name: 'tag',
      schema: mini.object({ text: mini.string() }),
      indexes: { by: { partition: 'text' } },
    });
    expect(entity.plural).toBe('tags');
  });

  test.each<[string, () => unknown, string]>([
    ['a name', () => defineEntity({ name: 'Order', schema }), "name: given 'Order'"],
    ['a plural', () => defineEntity({ name: 'a', plural: 'or/ders', schema }), "plural: given 'or/ders'"],
    [
      'a name of the client',
      () => defineEntity({ name: 'region', schema }),
      "plural: given 'regions', which clients have",
    ],
    [
      'a name that every object has',
      () => defineEntity({ name: 'a', plural: 'constructor', schema }),
      "plural: given 'constructor', which clients have",
    ],
    [
      'a reserved field',
      () => defineEntity({ name: 'a', schema: z.object({ id: z.string() }) }),
      "'id' has a name",
    ],
    [
      'a field of queries',
      () => defineEntity({ name: 'a', schema: z.object({ cursor: z.string() }) }),
      "'cursor' has a name",
    ],
    [
      'a partition that may be absent',
      () => defineEntity({ name: 'a', schema, partition: 'may' }),
      "'may' may be absent",
    ],
    [
      'a partition that is no text',
      () => defineEntity({ name: 'a', schema, partition: 'n' }),
      "'n' is no text",
    ],
    [
      'an index on a list',
      () => defineEntity({ name: 'a', schema, indexes: { by: { partition: 'tags' } } }),
      "'tags' is no text, number",
    ],
    [
      'an index on what may be absent',
      () => defineEntity({ name: 'a', schema, indexes: { by: { partition: 'may' } } }),
      "'may' may be absent",
    ],
    ['a life', () => defineEntity({ name: 'a', schema, life: { ttlSeconds: 0 } }), 'given ttlSeconds 0'],
  ])('refuses %s', (_, define, said) => {
    expect(define).toThrow(said);
  });

  test('takes a key with a default', () => {
    const withDefault = z.object({ status: z.enum(['open', 'paid']).default('open') });
    const entity = defineEntity({ name: 'a', schema: withDefault, indexes: { by: { partition: 'status' } } });
    expect(Object.keys(entity.indexes)).toEqual(['by']);
  });

  test('refuses fields that are not there, whatever the types say', () => {
    const definition = {
      name: 'a',
      schema,
      partition: 'none' as 'owner',
      access: { owner: 'nobody' as 'owner' },
    };
    expect(() => defineEntity(definition)).toThrow(
      "Cannot use the entity 'a': 2 faults\n  - partition: the schema has no field 'none'.",
    );
  });
});

describe('defineRoute()', () => {
  test('refuses a path that API Gateway does not take, and a parameter that is in no request', () => {
    const parts = { request: z.object({}), response: z.object({}), handle: () => ({}) };
    expect(() => defineRoute({ method: 'GET', path: 'orders', ...parts })).toThrow("path: given 'orders'");
    expect(() => defineRoute({ method: 'GET', path: '/a/{id}', ...parts })).toThrow(
      '{id} is no member of request',
    );
    expect(defineRoute({ method: 'GET', path: '/a', ...parts })).toMatchObject({
      kind: 'route',
      access: 'token',
    });
  });
});
