import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/contract/json-value.ts';
import { mergePatch } from '../../src/contract/merge-patch.ts';
import { acceptFields, patchFields, readFields } from '../../src/entities/entity-values.ts';
import { order } from './order-entity.ts';

const fields = { customerId: 'c-1', status: 'open', total: 3 };

describe('acceptFields()', () => {
  test('adds defaults', () => {
    expect(acceptFields(order, fields)).toEqual({ ok: true, fields: { ...fields, lines: [] } });
  });

  test('refuses what the schema does not know, at any depth, by its path', () => {
    const given = { ...fields, extra: 1, lines: [{ sku: 'a', count: 1, colour: 'red' }] };
    expect(acceptFields(order, given)).toEqual({
      ok: false,
      issues: [
        { path: ['extra'], message: 'is no field of "order"' },
        { path: ['lines', 0, 'colour'], message: 'is no field of "order"' },
      ],
    });
  });

  test('refuses a member of that name which objects have anyway', () => {
    expect(
      acceptFields(order, JSON.parse('{"customerId":"c","status":"open","total":1,"__proto__":1}')),
    ).toMatchObject({
      ok: false,
    });
    expect(acceptFields(order, { ...fields, constructor: 'x' })).toMatchObject({ ok: false });
  });
});

describe('readFields()', () => {
  test('leaves out what another version has added', () => {
    const stored = { ...fields, added: true };
    expect(readFields(order, stored)).toEqual({ ok: true, fields: { ...fields, lines: [] } });
  });

  test('names the field that cannot be read', () => {
    expect(readFields(order, { ...fields, total: 'three' })).toMatchObject({
      ok: false,
      issues: [{ path: ['total'] }],
    });
  });
});

describe('patchFields()', () => {
  test('keeps what another version has added, at any depth', () => {
    const stored = { ...fields, added: { x: 1 }, lines: [{ sku: 'a', count: 1, colour: 'red' }] };
    expect(patchFields(order, stored, { total: 4 })).toEqual({ ok: true, fields: { ...stored, total: 4 } });
  });

  test('removes by null, and refuses members that the schema does not know', () => {
    const stored = { ...fields, note: 'n', lines: [] };
    expect(patchFields(order, stored, { note: null })).toEqual({
      ok: true,
      fields: { ...fields, lines: [] },
    });
    expect(patchFields(order, stored, { extra: 1 })).toMatchObject({
      ok: false,
      issues: [{ path: ['extra'] }],
    });
    expect(patchFields(order, stored, { status: null })).toMatchObject({
      ok: false,
      issues: [{ path: ['status'] }],
    });
  });
});

describe('mergePatch()', () => {
  // The examples of RFC 7396, appendix A.
  test.each<[JsonValue, JsonValue, JsonValue]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j changed by %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  test('made twice is made once', () => {
    const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
      }),
    );
  });
});
