import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findUnstorable } from '../../src/contract/json-value.ts';
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

  it.each([undefined, 1n, Symbol('s'), () => 1])('finds a issue when the value is no JSON: %s', (value) => {
    expect(findUnstorable({ a: value })).toStrictEqual([{ path: ['a'], message: 'must be a JSON value' }]);
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
