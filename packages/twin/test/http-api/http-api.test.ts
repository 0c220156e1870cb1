import { request as httpRequest } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, test, vi } from 'vitest';
import type { Invoke } from '../../src/http-api/http-api-definition.ts';
import { answering, definitionOf, ECHO, routeOf, serve } from './http-api-fixture.ts';

/** Sends a GET with the path exactly as written: fetch would tidy it. */
function getExactly(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.end();
  });
}

describe('HTTP API', () => {
  test('answers 404 to an unknown route and 400 to a path that cannot be decoded', async () => {
    const { url, port, api } = await serve(definitionOf({ routes: [routeOf('GET /items/{pk}')] }), {
      invoke: ECHO,
    });
    const response = await fetch(`${url}/nowhere`);
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
    expect((await fetch(`${url}/items/a`, { method: 'DELETE' })).status).toBe(404);
    expect(await getExactly(port, '/items/%zz')).toBe(400);
    expect(await getExactly(port, '/items/%E0%A4')).toBe(400);
    expect(api.stats()).toMatchObject({ requests: 4, clientErrors: 4, serverErrors: 0 });
  });

  test('serves a named stage below its name only', async () => {
    const definition = definitionOf({ stageName: 'prod', routes: [routeOf('GET /items'), routeOf('GET /')] });
    const { url } = await serve(definition, { invoke: ECHO });
    const event = (await (await fetch(`${url}/prod/items`)).json()) as APIGatewayProxyEventV2;
    expect([event.rawPath, event.requestContext.stage]).toEqual(['/prod/items', 'prod']);
    expect((await fetch(`${url}/prod`)).status).toBe(200);
    expect((await fetch(`${url}/items`)).status).toBe(404);
    expect((await fetch(`${url}/production/items`)).status).toBe(404);
  });

  test('answers HEAD without a body and OPTIONS by its route when CORS is not configured', async () => {
    const { url } = await serve(definitionOf({ routes: [routeOf('ANY /a')] }), { invoke: ECHO });
    const head = await fetch(`${url}/a`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    // Of what the function has not told it says nothing: a length of 0 would be one of the content of a GET.
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
    const bare = await serve(definitionOf({ routes: [routeOf('ANY /a')] }), {
      invoke: answering(() => ({ statusCode: 200, body: '' })),
    });
    expect((await fetch(`${bare.url}/a`, { method: 'HEAD' })).headers.has('content-length')).toBe(false);
    const headers = { origin: 'https://a.example', 'access-control-request-method': 'GET' };
    const options = await fetch(`${url}/a`, { method: 'OPTIONS', headers });
    expect(options.status).toBe(200);
    expect(options.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('never lets a route run whose authorizer is not emulated, a preflight of it neither', async () => {
    const invoke = vi.fn<Invoke>(ECHO);
    const routes = [
      routeOf('PUT /control', { authorizationType: 'CUSTOM' }),
      routeOf('ANY /jwt', { authorizationType: 'JWT' }),
      routeOf('ANY /iam', { authorizationType: 'AWS_IAM' }),
    ];
    const { url } = await serve(definitionOf({ routes, cors: { allowOrigins: ['*'] } }), { invoke });
    const response = await fetch(`${url}/control`, { method: 'PUT' });
    expect(response.status).toBe(501);
    expect(await response.json()).toEqual({
      message: expect.stringMatching(/"PUT \/control".*CUSTOM.*not emulated/),
    });
    const headers = { origin: 'https://a.example', 'access-control-request-method': 'GET' };
    expect((await fetch(`${url}/jwt`, { method: 'OPTIONS', headers })).status).toBe(501);
    expect((await fetch(`${url}/iam`, { method: 'OPTIONS', headers })).status).toBe(403);
    expect(invoke).not.toHaveBeenCalled();
  });

  test('says why a route is not emulated', async () => {
    const routes = [
      routeOf('GET /proxy', { notEmulated: 'Route "GET /proxy" has an HTTP_PROXY integration.' }),
    ];
    const { url } = await serve(definitionOf({ routes }), { invoke: ECHO });
    const response = await fetch(`${url}/proxy`);
    expect([response.status, await response.json()]).toEqual([
      501,
      { message: expect.stringContaining('HTTP_PROXY') },
    ]);
  });

  test('refuses hosts of execute-api when that endpoint is disabled', async () => {
    const { port } = await serve(definitionOf({ disableExecuteApiEndpoint: true }), { invoke: ECHO });
    const statusFor = (host: string): Promise<number> =>
      new Promise((resolve) => {
        httpRequest({ port, host: '127.0.0.1', agent: false, headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        }).end();
      });
    expect(await statusFor('abc.execute-api.eu-west-1.amazonaws.com')).toBe(403);
    expect(await statusFor('localhost')).toBe(200);
    expect(await statusFor('api.example.com'), 'a name that may lead anywhere').toBe(403);
  });

  test('throttles a route by its own bucket and the rest by the shared one', async () => {
    let nowMs = 1_000_000;
    const routes = [
      routeOf('GET /health', { throttle: { rateLimit: 1, burstLimit: 2 } }),
      routeOf('GET /a'),
      routeOf('GET /b'),
    ];
    const definition = definitionOf({ routes, defaultThrottle: { rateLimit: 2, burstLimit: 3 } });
    const { url, api } = await serve(definition, { invoke: ECHO, clock: () => nowMs });
    const statuses = async (...paths: string[]): Promise<number[]> => {
      const seen: number[] = [];
      for (const path of paths) seen.push((await fetch(url + path)).status);
      return seen;
    };
    expect(await statuses('/a', '/b', '/a', '/b')).toEqual([200, 200, 200, 429]);
    expect(await statuses('/health', '/health', '/health')).toEqual([200, 200, 429]);
    const refused = await fetch(`${url}/a`);
    expect(await refused.json()).toEqual({ message: 'Too Many Requests' });
    nowMs += 1000;
    expect(await statuses('/a', '/a', '/a', '/health', '/health')).toEqual([200, 200, 429, 200, 429]);
    expect(api.stats().throttled).toBe(5);
  });

  test('writes an access line for every answer, in the group of the stage', async () => {
    const accessLogFormat =
      '{"m":"$context.httpMethod","p":"$context.path","r":"$context.routeKey","s":"$context.status","l":"$context.responseLength","e":"$context.error.message","i":"$context.integration.requestId","is":"$context.integrationStatus","id":"$context.requestId","u":"$context.nonsense"}';
    const definition = definitionOf({
      routes: [routeOf('GET /a')],
      accessLogFormat,
      accessLogGroup: '/aws/apigw/x',
    });
    const { url, lines } = await serve(definition, { invoke: answering(() => 'hi') });
    const ids = [
      (await fetch(`${url}/a?q=1`)).headers.get('apigw-requestid'),
      (await fetch(`${url}/b`)).headers.get('apigw-requestid'),
    ];
    expect(lines.map(({ source, region }) => [source, region])).toEqual(
      Array(2).fill(['/aws/apigw/x', 'eu-west-1']),
    );
    expect(lines.map(({ message }) => JSON.parse(message))).toEqual([
      {
        m: 'GET',
        p: '/a',
        r: 'GET /a',
        s: '200',
        l: '2',
        e: '-',
        i: 'lambda-request',
        is: '200',
        id: ids[0],
        u: '-',
      },
      { m: 'GET', p: '/b', r: '-', s: '404', l: '23', e: 'Not Found', i: '-', is: '-', id: ids[1], u: '-' },
    ]);
  });
});
