import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Invoke } from '../../../local/http-api/answer-request.ts';
import { HttpApiError } from '../../../local/http-api/http-api-error.ts';
import { startHttpApi } from '../../../local/http-api/start-http-api.ts';
import type { InvocationResult } from '../../../local/lambda/invocation-result.ts';
import { functionOf, poolOf } from '../lambda/lambda-fixture.ts';
import { answering, definitionOf, routeOf, serve } from './http-api-fixture.ts';

const ECHO = answering((event: APIGatewayProxyEventV2) => event);

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

describe('HTTP API with a real function', () => {
  test('hands a request to the function and its answer back', async () => {
    const source = `export const handler = async (event, context) => ({
      statusCode: 201,
      headers: { 'x-region': process.env.AWS_REGION, 'content-type': 'application/json' },
      cookies: ['a=1; Path=/', 'b=2'],
      body: JSON.stringify({ event, id: context.awsRequestId }),
    });`;
    const { pool } = await poolOf(functionOf(source));
    const routes = [routeOf('POST /items/{pk}')];
    const { url } = await serve(definitionOf({ routes }), {
      invoke: (_, event, options) => pool.invoke(event, options),
    });
    const response = await fetch(`${url}/items/a%20b?x=1&x=2`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: 's=1; t=2', 'X-Custom': 'yes' },
      body: '{"n":1}',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-region')).toBe('eu-west-1');
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
    expect(response.headers.get('apigw-requestid')).toMatch(/^[\w+/]{15}=$/);
    const { event } = (await response.json()) as { event: APIGatewayProxyEventV2 };
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /items/{pk}',
      rawPath: '/items/a b',
      rawQueryString: 'x=1&x=2',
      cookies: ['s=1', 't=2'],
      queryStringParameters: { x: '1,2' },
      pathParameters: { pk: 'a b' },
      body: '{"n":1}',
      isBase64Encoded: false,
      requestContext: {
        accountId: '123456789012',
        apiId: 'api0123456',
        domainName: '127.0.0.1',
        http: { method: 'POST', path: '/items/a b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        requestId: response.headers.get('apigw-requestid'),
        stage: '$default',
      },
    });
    expect(event.headers).toMatchObject({
      'x-custom': 'yes',
      'content-length': '7',
      'x-forwarded-proto': 'http',
    });
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event.headers).not.toHaveProperty('connection');
  });

  test('carries binary bodies both ways', async () => {
    const source = `export const handler = async (event) => ({
      statusCode: 200, headers: { 'content-type': 'image/png' }, body: event.body, isBase64Encoded: event.isBase64Encoded });`;
    const { pool } = await poolOf(functionOf(source));
    const { url } = await serve(definitionOf(), {
      invoke: (_, event, options) => pool.invoke(event, options),
    });
    const bytes = Uint8Array.from({ length: 1000 }, (_, n) => n % 256);
    const response = await fetch(url, {
      method: 'POST',
      body: bytes,
      headers: { 'content-type': 'image/png' },
    });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  test.each([
    ['throws', `throw new Error('inside')`, 500, 'Internal Server Error', 'Error: inside'],
    ['exits', 'process.exit(1)', 500, 'Internal Server Error', 'Runtime.ExitError'],
    [
      'times out',
      'await new Promise(() => setTimeout(() => {}, 9e4))',
      500,
      'Internal Server Error',
      'Sandbox.Timedout',
    ],
    ['answers what is no answer', 'return { statusCode: 9 }', 500, 'Internal Server Error', 'Cannot map'],
    [
      'answers with too much',
      `return 'x'.repeat(6_300_000)`,
      500,
      'Internal Server Error',
      'ResponseSizeTooLarge',
    ],
  ])('answers with its own error when the function %s', async (_, body, status, message, logged) => {
    const { pool } = await poolOf(
      functionOf(`export const handler = async () => { ${body} };`, {
        timeoutMs: logged === 'Sandbox.Timedout' ? 200 : 10_000,
      }),
    );
    const definition = definitionOf({ accessLogFormat: '$context.status $context.integrationErrorMessage' });
    const { url, lines, api } = await serve(definition, {
      invoke: (__, event, options) => pool.invoke(event, options),
    });
    const response = await fetch(url);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ message });
    expect(lines.at(-1)?.message).toContain(`${status} `);
    expect(lines.at(-1)?.message).toContain(logged);
    expect(api.stats()).toMatchObject({ requests: 1, serverErrors: 1 });
  });

  test('swap() under load loses no request', async () => {
    const { pool } = await poolOf(functionOf('export const handler = async (event) => event.routeKey;'));
    const first = definitionOf({ routes: [routeOf('GET /a')] });
    const { api, url } = await serve(first, { invoke: (_, event, options) => pool.invoke(event, options) });
    const answers = new Set<string>();
    let stop = false;
    const load = Array.from({ length: 4 }, async () => {
      while (!stop) {
        const response = await fetch(`${url}/a`);
        answers.add(`${response.status} ${await response.text()}`);
      }
    });
    await vi.waitFor(() => expect(answers).toContain('200 GET /a'), { timeout: 5000 });
    api.swap(definitionOf({ routes: [routeOf('ANY /a')] }));
    await vi.waitFor(() => expect(answers).toContain('200 ANY /a'), { timeout: 5000 });
    stop = true;
    await Promise.all(load);
    expect([...answers].sort()).toEqual(['200 ANY /a', '200 GET /a']);
  });
});

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
    expect(await statusFor('api.example.com')).toBe(200);
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

  test('answers 503 when the integration takes too long, and lets the function run on', async () => {
    const source = `export const handler = async () => { await new Promise((r) => setTimeout(r, 150)); return 1; };`;
    const { pool } = await poolOf(functionOf(source));
    const routes = [routeOf('$default', { timeoutMs: 50 })];
    const { url } = await serve(definitionOf({ routes }), {
      invoke: (_, event, options) => pool.invoke(event, options),
    });
    const response = await fetch(url);
    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
    await vi.waitFor(() => expect(pool.stats()).toMatchObject({ idle: 1, errors: 0 }), { timeout: 5000 });
  });

  test.each([
    ['TooManyRequestsException', 429, 503, 'Service Unavailable'],
    ['RequestTooLargeException', 413, 413, 'Request Entity Too Large'],
    ['ServiceException', 500, 500, 'Internal Server Error'],
  ] as const)('translates %s of Lambda', async (code, statusCode, status, message) => {
    const result: InvocationResult = {
      outcome: 'rejected',
      requestId: 'r',
      code,
      statusCode,
      message: 'why',
    };
    const { url } = await serve(definitionOf(), { invoke: async () => result });
    const response = await fetch(url);
    expect([response.status, await response.json()]).toEqual([status, { message }]);
  });

  test('answers 500 and logs when invoking itself fails, and goes on', async () => {
    const invoke = vi.fn<Invoke>(ECHO).mockRejectedValueOnce(new Error('a fault of the twin'));
    const { url, lines } = await serve(definitionOf(), { invoke });
    const response = await fetch(url);
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
    expect(lines).toMatchObject([
      { source: 'twin/http-api', message: expect.stringContaining('a fault of the twin') },
    ]);
    expect((await fetch(url)).status).toBe(200);
  });

  test('tells the function’s invocation when the client goes away', async () => {
    const left = vi.fn();
    const client = new AbortController();
    const invoke: Invoke = (_, __, { signal }) =>
      new Promise((___, reject) => {
        setImmediate(() => client.abort());
        signal.addEventListener('abort', () => {
          left();
          reject(signal.reason);
        });
      });
    const { url, api, lines } = await serve(definitionOf(), { invoke });
    await expect(fetch(url, { signal: client.signal })).rejects.toThrow();
    await vi.waitFor(() => expect(left).toHaveBeenCalledOnce(), { timeout: 5000 });
    await vi.waitFor(() => expect(api.stats()).toMatchObject({ inFlight: 0, serverErrors: 0 }), {
      timeout: 5000,
    });
    expect(lines).toEqual([]);
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
    expect(refused.status).toBe(204);
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
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('startHttpApi()', () => {
  test('listens on every address, leaves out a missing optional one', async () => {
    const listen = [
      { host: '127.0.0.1', port: 0 },
      { host: '203.0.113.1', port: 0, optional: true },
      { host: '127.0.0.1', port: 0 },
    ];
    const { api } = await serve(definitionOf(), { invoke: ECHO, listen });
    expect(api.addresses).toHaveLength(2);
    for (const { port } of api.addresses) expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(200);
  });

  test('fails with the port and the remedy when an address is in use, and listens on none', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void blocker.close());
    await vi.waitFor(() => expect(blocker.listening).toBe(true), { timeout: 5000 });
    const { port } = blocker.address() as AddressInfo;
    const starting = startHttpApi({
      definition: definitionOf(),
      region: 'eu-west-1',
      accountId: '123456789012',
      listen: [
        { host: '127.0.0.1', port: 0 },
        { host: '127.0.0.1', port },
      ],
      invoke: ECHO,
      log: () => {},
    });
    const error = await starting.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(HttpApiError);
    expect(error).toMatchObject({
      code: 'AddressInUse',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  test('keeps the old definition when a swap brings an invalid route', async () => {
    const { api, url } = await serve(definitionOf({ routes: [routeOf('GET /a')] }), { invoke: ECHO });
    expect(() => api.swap(definitionOf({ routes: [routeOf('nonsense')] }))).toThrow(HttpApiError);
    expect((await fetch(`${url}/a`)).status).toBe(200);
  });

  test('close() waits for a request under way and cuts one that takes too long', async () => {
    let finish = (): void => {};
    const invoke: Invoke = () =>
      new Promise((resolve) => {
        finish = () => resolve({ outcome: 'success', requestId: 'r', payload: '"late"' });
      });
    const { api, url } = await serve(definitionOf(), { invoke });
    const underway = fetch(url);
    await vi.waitFor(() => expect(api.stats().inFlight).toBe(1), { timeout: 5000 });
    const startedMs = performance.now();
    const closing = api.close({ graceMs: 5000 });
    finish();
    expect(await (await underway).text()).toBe('late');
    await closing;
    expect(performance.now() - startedMs).toBeLessThan(2500);

    const second = await serve(definitionOf(), { invoke });
    const stuck = fetch(second.url);
    await vi.waitFor(() => expect(second.api.stats().inFlight).toBe(1), { timeout: 5000 });
    const cut = expect(stuck).rejects.toThrow();
    await second.api.close({ graceMs: 20 });
    await cut;
  });
});
