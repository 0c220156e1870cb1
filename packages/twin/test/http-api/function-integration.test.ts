import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, test, vi } from 'vitest';
import type { Invoke } from '../../src/http-api/http-api-definition.ts';
import type { InvocationResult } from '../../src/lambda/invocation-result.ts';
import { functionOf, poolOf } from '../lambda/lambda-fixture.ts';
import { definitionOf, ECHO, routeOf, serve } from './http-api-fixture.ts';

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
});
