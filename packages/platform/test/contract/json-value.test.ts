import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findUnstorable, isStorable } from '../../src/contract/json-value.ts';
import { limits } from '../../src/contract/limits.ts';

function nested(levels: number): unknown {
  return levels === 0 ? 'leaf' : [nested(levels - 1)];
}

describe('findUnstorable()', () => {
  it.each<{ value: unknown }>([
    { value: null },
    { value: true },
    { value: 0 },
    { value: -0 },
    { value: 1e-130 },
    { value: 9.99999999999999e125 },
    { value: '' },
    { value: 'é😀' },
    { value: [] },
    { value: {} },
    { value: { constructor: 1, prototype: [] } },
    { value: nested(limits.dataDepthMax) },
  ])('finds nothing when the value can be kept: $value', ({ value }) => {
    expect(findUnstorable(value)).toStrictEqual([]);
  });

  it.each([
    ['{"a":[1,1e999]}', ['a', 1], 'magnitude'],
    ['{"a":1e126}', ['a'], 'magnitude'],
    ['[-9e-131]', [0], 'magnitude'],
    ['{"a":"\\ud800"}', ['a'], 'well-formed'],
    ['{"a":{"":1}}', ['a', ''], 'empty name'],
    ['{"\\udc00":1}', ['\udc00'], 'well-formed'],
    ['{"a":{"__proto__":1}}', ['a', '__proto__'], '__proto__'],
    [`{"${'n'.repeat(16_001)}":1}`, ['n'.repeat(16_001)], 'longer than'],
  ])('names the path when the value cannot be kept: %.40s', (json, path, message) => {
    expect(findUnstorable(JSON.parse(json))).toStrictEqual([
      { path, message: expect.stringContaining(message) },
    ]);
  });

  it('names the first level that is too deep, and goes no further', () => {
    const deep = nested(5_000);
    const [issue, ...others] = findUnstorable(deep);
    expect(others).toStrictEqual([]);
    expect(issue?.path).toHaveLength(limits.dataDepthMax);
    expect(issue?.message).toContain('deeper than 30 levels');
  });

  it.each([2 ** 53, -(2 ** 53), 1e20])(
    'finds an issue in a whole number that may have been another: %s',
    (value) => {
      const message = expect.stringContaining('whole number');
      expect(findUnstorable([value])).toStrictEqual([{ path: [0], message }]);
      // Earlier versions took it, so it may be stored.
      expect(isStorable([value])).toBe(true);
    },
  );

  it.each([2 ** 53 - 1, 1e21, 6.02214076e23])('finds nothing in %s', (value) => {
    expect(findUnstorable(value)).toStrictEqual([]);
  });

  it.each([
    new Map([['a', 1]]),
    new Set([1]),
    new Date(0),
    new Uint8Array(1),
    new Error('e'),
    Object('boxed'),
    new (class A {})(),
    Object.create({ inherited: 1 }),
  ])('finds an issue in what JSON writes as something else: %s', (value) => {
    const message = expect.stringContaining('must be a JSON value');
    expect(findUnstorable({ a: [value] })).toStrictEqual([{ path: ['a', 0], message }]);
    expect(isStorable({ a: [value] })).toBe(false);
  });

  it('takes plain objects of another realm, and such without a prototype', () => {
    expect(findUnstorable([runInNewContext('({ a: [1] })'), Object.create(null)])).toStrictEqual([]);
  });

  it('finds an issue in a hole of a list', () => {
    expect(findUnstorable(new Array(1))).toStrictEqual([{ path: [0], message: 'must be a JSON value' }]);
  });

  it.each([undefined, 1n, Symbol('s'), () => 1])('finds an issue when the value is no JSON: %s', (value) => {
    expect(findUnstorable([value])).toStrictEqual([{ path: [0], message: 'must be a JSON value' }]);
  });

  it('passes over a member that is undefined, which nobody writes', () => {
    expect(findUnstorable({ a: undefined })).toStrictEqual([]);
  });

  it('stops at the most issues that are named', () => {
    const broken = Array.from({ length: 50 }, () => ({ '': 1 }));
    expect(findUnstorable(broken)).toHaveLength(limits.issuesMax);
    expect(findUnstorable(Array.from({ length: 50 }, () => Number.NaN))).toHaveLength(limits.issuesMax);
  });

  it('never throws, whatever the value', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(findUnstorable(value).length).toBeLessThanOrEqual(limits.issuesMax);
      }),
    );
  });
});
