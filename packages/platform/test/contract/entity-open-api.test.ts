import { describe, expect, test } from 'vitest';
import { openApiDocument } from '../../src/contract/open-api-document.ts';
import { acceptFields } from '../../src/entities/entity-values.ts';
import { note, order } from '../entities/order-entity.ts';

const document = openApiDocument({ entities: { order, note } });
const schemas = Object(Object(document.components).schemas);
const paths = Object(document.paths);

describe('the document of entities', () => {
  test('has every route of an entity, in the group of its plural', () => {
    expect(Object.keys(paths['/orders'])).toEqual(['post', 'get', 'head']);
    expect(Object.keys(paths['/orders/{customerId}'])).toEqual(['get', 'head']);
    expect(Object.keys(paths['/orders/{customerId}/{id}']).sort()).toEqual([
      'delete',
      'get',
      'head',
      'patch',
      'put',
    ]);
    expect(paths['/notes']).not.toHaveProperty('get');
    expect(paths['/orders'].post.tags).toEqual(['orders']);
    expect(document.tags).toContainEqual({ name: 'orders', description: 'Items of the kind "order".' });
  });

  test('describes items as they are on the wire, and takes what was read', () => {
    expect(Object.keys(schemas.Order.properties)).toEqual(
      expect.arrayContaining(['id', 'version', 'customerId', 'lines']),
    );
    expect(schemas.Order.required).toEqual(
      expect.arrayContaining(['id', 'createdAt', 'customerId', 'total']),
    );
    expect(schemas.OrderInput.additionalProperties).toBe(false);
    expect(schemas.OrderInput.required).toEqual(['customerId', 'status', 'total']);
    expect(schemas.OrderPatch.required).toBeUndefined();
  });

  test('shows examples that the schema takes', () => {
    const {
      id: _id,
      createdAt: _c,
      updatedAt: _u,
      region: _r,
      version: _v,
      ...fields
    } = schemas.Order.examples[0];
    expect(acceptFields(order, fields)).toMatchObject({ ok: true });
  });

  test('names indexes, the fields that they ask for, and keys as paths carry them', () => {
    const query = paths['/orders'].get.parameters.filter((each: { in?: string }) => each.in === 'query');
    expect(query.map(({ name }: { name: string }) => name)).toEqual([
      'index',
      'status',
      'customerId',
      'limit',
      'cursor',
    ]);
    expect(query[0].schema.enum).toEqual(['byStatus', 'byTotal']);
    const keys = paths['/orders/{customerId}/{id}'].get.parameters.filter(
      (each: { in?: string }) => each.in === 'path',
    );
    expect(JSON.stringify(keys)).not.toContain('undefined');
    expect(
      keys.map(({ name, schema }: { name: string; schema: object }) => [name, 'pattern' in schema]),
    ).toEqual([
      ['customerId', true],
      ['id', true],
    ]);
  });

  test('without definitions is that of the platform alone', () => {
    expect(openApiDocument()).toEqual(openApiDocument({ entities: {}, routes: {} }));
    expect(JSON.stringify(openApiDocument())).not.toContain('/orders');
  });
});
