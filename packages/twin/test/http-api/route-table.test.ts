import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HttpApiError } from '../../src/http-api/http-api-definition.ts';
import { routeTable } from '../../src/http-api/route-table.ts';
import { routeOf } from './http-api-fixture.ts';

function matched(routeKeys: readonly string[], method: string, path: string): string | undefined {
  return routeTable(routeKeys.map((key) => routeOf(key)))(method, path)?.route.routeKey;
}

const ROUTES = [
  '$default',
  'ANY /{proxy+}',
  'GET /items/{proxy+}',
  'ANY /items/{pk}',
  'GET /items/{pk}',
  'GET /items/{pk}/{sk}',
  'GET /items/latest',
  'POST /write',
  'GET /',
];

describe('routeTable()', () => {
  test.each([
    ['GET', '/', 'GET /'],
    ['POST', '/', '$default'],
    ['GET', '/items/latest', 'GET /items/latest'],
    ['PUT', '/items/latest', 'ANY /items/{pk}'],
    ['GET', '/items/a', 'GET /items/{pk}'],
    ['DELETE', '/items/a', 'ANY /items/{pk}'],
    ['GET', '/items/a/b', 'GET /items/{pk}/{sk}'],
    ['GET', '/items/a/b/c', 'GET /items/{proxy+}'],
    ['POST', '/items/a/b/c', 'ANY /{proxy+}'],
    ['GET', '/items/', 'ANY /{proxy+}'],
    ['GET', '/items', 'ANY /{proxy+}'],
    ['POST', '/write', 'POST /write'],
    ['HEAD', '/write', 'ANY /{proxy+}'],
  ])('%s %s goes to %s', (method, path, routeKey) => {
    expect(matched(ROUTES, method, path)).toBe(routeKey);
  });

  test('takes the full match before a more literal greedy one', () => {
    expect(matched(['GET /x/{rest+}', 'GET /{a}/b'], 'GET', '/x/b')).toBe('GET /{a}/b');
  });

  test('finds nothing without a $default', () => {
    expect(matched(['GET /a'], 'GET', '/b')).toBeUndefined();
    expect(matched(['GET /a'], 'POST', '/a')).toBeUndefined();
  });

  test('gives the variables of a path, the greedy one with its slashes', () => {
    const table = routeTable([routeOf('GET /items/{pk}/{rest+}')]);
    expect(table('GET', '/items/a b/c/d/ü%')?.pathParameters).toEqual({ pk: 'a b', rest: 'c/d/ü%' });
  });

  test('gives no parameters where the route has no variables', () => {
    expect(routeTable([routeOf('GET /a')])('GET', '/a')).not.toHaveProperty('pathParameters');
    expect(routeTable([routeOf('$default')])('GET', '/a')).not.toHaveProperty('pathParameters');
  });

  test.each(['get /a', 'GET a', 'GET /{a+}/b', 'GET', '/a', 'GET /a b'])(
    'fails on route key %j',
    (routeKey) => {
      expect(() => routeTable([routeOf(routeKey)])).toThrow(HttpApiError);
    },
  );

  const segment = fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('{x}', '{y}'));
  const template = fc
    .tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([segments, greedy]) => `/${segments.join('/')}${greedy ? '/{rest+}' : ''}`);
  const routeKey = fc.tuple(fc.constantFrom('GET', 'POST', 'ANY'), template).map((parts) => parts.join(' '));
  const path = fc
    .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 5 })
    .map((p) => `/${p.join('/')}`);

  test('gives the same route in whatever order routes are defined', () => {
    fc.assert(
      fc.property(fc.uniqueArray(routeKey, { maxLength: 8, selector: shapeOf }), path, (routeKeys, at) => {
        expect(matched([...routeKeys].reverse(), 'GET', at)).toBe(matched(routeKeys, 'GET', at));
      }),
    );
  });

  test('never lets $default or a greedy route win over a full match', () => {
    fc.assert(
      fc.property(fc.array(routeKey, { maxLength: 8 }), path, (routeKeys, at) => {
        const found = matched(['$default', ...routeKeys], 'GET', at) ?? '';
        const fullMatch = routeKeys.some((key) => !key.includes('+') && fits(key, at));
        if (fullMatch) expect(found).not.toMatch(/\+|\$default/);
        if (found === '$default') expect(routeKeys.some((key) => fits(key, at))).toBe(false);
      }),
    );
  });
});

/** Templates that differ in names of variables only are the same route. */
function shapeOf(routeKey: string): string {
  return routeKey.replaceAll(/\{[a-z]+(\+?)\}/g, '{$1}');
}

/** An independent, plain reading of "this route matches this path of a GET". */
function fits(routeKey: string, at: string): boolean {
  const [method, template = ''] = routeKey.split(' ');
  if (method === 'POST') return false;
  const pattern = template.replaceAll(/\{[a-z]+\+\}/g, '.+').replaceAll(/\{[a-z]+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(at);
}
