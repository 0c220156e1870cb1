import { describe, expect, test, vi } from 'vitest';
import { isPreflight, preflightHeaders, withCorsHeaders } from '../../src/http-api/cors.ts';
import type { Invoke } from '../../src/http-api/http-api-definition.ts';
import { answering, definitionOf, ECHO, routeOf, serve } from './http-api-fixture.ts';

const CORS = {
  allowOrigins: ['https://app.example', 'capacitor://*'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['content-type', 'x-correlation-id'],
  exposeHeaders: ['x-region', 'etag'],
  allowCredentials: true,
  maxAgeSeconds: 600,
};

describe('preflightHeaders()', () => {
  test('gives all that is configured to an allowed origin', () => {
    expect(preflightHeaders(CORS, 'https://app.example')).toEqual({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'content-type,x-correlation-id',
      'access-control-max-age': '600',
    });
  });

  test.each([
    [['*'], 'https://any.example', '*'],
    [['https://*'], 'https://any.example', 'https://any.example'],
    [['https://*'], 'http://any.example', undefined],
    [['https://app.example'], 'https://APP.example', 'https://APP.example'],
    [['https://app.example'], 'https://app.example.evil.example', undefined],
    [['https://app.example'], 'http://app.example', undefined],
    [['https://app.example'], 'null', undefined],
    [[], 'https://app.example', undefined],
    [['*'], undefined, undefined],
  ])('with origins %j answers %s with %s', (allowOrigins, origin, expected) => {
    expect(preflightHeaders({ allowOrigins }, origin)['access-control-allow-origin']).toBe(expected);
  });

  test('says nothing to an origin that is not allowed', () => {
    expect(preflightHeaders(CORS, 'https://evil.example')).toEqual({});
  });
});

describe('withCorsHeaders()', () => {
  test('ignores what the integration says about CORS', () => {
    const integration = {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'x',
      etag: '1',
    };
    expect(withCorsHeaders(integration, CORS, 'https://evil.example')).toEqual({ etag: '1' });
    expect(withCorsHeaders(integration, CORS, 'capacitor://localhost')).toEqual({
      etag: '1',
      'access-control-allow-origin': 'capacitor://localhost',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'x-region,etag',
    });
  });
});

describe('isPreflight()', () => {
  test.each([
    ['OPTIONS', 'https://a.example', 'GET', true],
    ['OPTIONS', undefined, 'GET', false],
    ['OPTIONS', 'https://a.example', undefined, false],
    ['GET', 'https://a.example', 'GET', false],
  ])('%s from %s for %s is %s', (method, origin, requestMethod, expected) => {
    expect(isPreflight({ method, origin, requestMethod })).toBe(expected);
  });
});

describe('HTTP API with CORS', () => {
  const cors = {
    allowOrigins: ['https://app.example'],
    allowMethods: ['GET'],
    exposeHeaders: ['x-region'],
    maxAgeSeconds: 60,
  };

  test('answers preflights by itself, on any path', async () => {
    const invoke = vi.fn<Invoke>(ECHO);
    const { url } = await serve(definitionOf({ cors, routes: [routeOf('GET /a')] }), { invoke });
    const preflight = (origin: string): Promise<Response> =>
      fetch(`${url}/anything`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'GET' },
      });
    const allowed = await preflight('https://app.example');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(allowed.headers.get('access-control-allow-methods')).toBe('GET');
    expect(allowed.headers.get('access-control-max-age')).toBe('60');
    const refused = await preflight('https://evil.example');
    expect(refused.status, 'the twin keeps it out, where AWS answers a preflight that allows nothing').toBe(
      403,
    );
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    expect(invoke).not.toHaveBeenCalled();
  });

  test('replaces the integration’s CORS headers, and adds its own to its errors', async () => {
    const invoke = answering(() => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } }));
    const { url } = await serve(definitionOf({ cors, routes: [routeOf('GET /a')] }), { invoke });
    const headers = { origin: 'https://app.example' };
    for (const path of ['/a', '/unknown']) {
      const response = await fetch(url + path, { headers });
      expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example');
      expect(response.headers.get('access-control-expose-headers')).toBe('x-region');
    }
    const foreign = await fetch(`${url}/a`, { headers: { origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
    expect(await foreign.text()).toContain('https://evil.example');
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('lets pages of further origins call, over a swap too, and no others', async () => {
    const allowedOrigins = ['http://127.0.0.1:4100', 'http://localhost:4100'];
    const definition = definitionOf({ cors, routes: [routeOf('GET /a')] });
    const { api, url } = await serve(definition, { invoke: ECHO, allowedOrigins });
    const granted = async (origin: string): Promise<(string | null)[]> => {
      const preflight = await fetch(`${url}/a`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'GET' },
      });
      const called = await fetch(`${url}/a`, { headers: { origin } });
      return [preflight, called].map(({ headers }) => headers.get('access-control-allow-origin'));
    };
    for (const swapped of [false, true]) {
      if (swapped) api.swap(definition);
      for (const origin of ['https://app.example', ...allowedOrigins])
        expect(await granted(origin), `${origin} ${swapped}`).toEqual([origin, origin]);
      for (const origin of ['http://localhost:4101', 'https://localhost:4100', 'http://evil.example', 'null'])
        expect(await granted(origin), `${origin} ${swapped}`).toEqual([null, null]);
    }
  });

  test('stays without CORS where the definition has none, whatever is allowed besides', async () => {
    const origin = 'http://localhost:4100';
    const { url } = await serve(definitionOf(), { invoke: ECHO, allowedOrigins: [origin] });
    const { headers } = await fetch(`${url}/a`, { headers: { origin } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  test('without a configuration leaves it to the functions, where they answer preflights', async () => {
    const own = { 'access-control-allow-origin': 'https://app.example' };
    const invoke = vi.fn<Invoke>(answering(() => ({ statusCode: 200, headers: own })));
    const routes = [routeOf('ANY /own'), routeOf('POST /closed')];
    const { url } = await serve(definitionOf({ routes }), { invoke });
    const post = (path: string, origin: string) =>
      fetch(url + path, { method: 'POST', headers: { origin }, body: 'x' });
    const answered = await post('/own', 'https://app.example');
    expect(answered.headers.get('access-control-allow-origin')).toBe('https://app.example');
    invoke.mockClear();
    expect((await post('/closed', 'https://app.example')).status).toBe(403);
    expect(invoke).not.toHaveBeenCalled();
    expect((await post('/closed', url)).status, 'its own page').toBe(200);
  });

  test('lets in pages of what stands in front and tells it another Host', async () => {
    const frontOrigins = ['http://127.0.0.1:4010'];
    const { url } = await serve(definitionOf({ cors }), { invoke: ECHO, frontOrigins });
    const statusFor = async (origin: string) => (await fetch(`${url}/a`, { headers: { origin } })).status;
    expect(await statusFor('http://127.0.0.1:4010')).toBe(200);
    expect(await statusFor('http://127.0.0.1:4011')).toBe(403);
  });
});
