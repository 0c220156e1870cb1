import { describe, expect, test } from 'vitest';
import type { HttpApiDefinition } from '../../src/http-api/http-api-definition.ts';
import type { HttpApiEvent } from '../../src/http-api/payload-v2.ts';
import { answering, definitionOf, routeOf, serve } from './http-api-fixture.ts';
import { OPERATOR, send, signed } from './signed-request-fixture.ts';

const DOMAINS = [
  { domainName: 'api.gsp.test', mappingKey: '' },
  { domainName: 'eu-west-1.api.gsp.test', mappingKey: '' },
];

/** An API that says by which name and path it was asked. */
async function ask(definition: Partial<HttpApiDefinition>) {
  const invoke = answering(
    ({ rawPath, requestContext: { domainName, domainPrefix, http } }: HttpApiEvent) => ({
      ...{ rawPath, domainName, domainPrefix, path: http.path },
    }),
  );
  const { port } = await serve(definitionOf(definition), { invoke });
  return async (host: string, target = '/health'): Promise<{ status: number } & Record<string, unknown>> => {
    const { status, body } = await send(port, { method: 'GET', target, headers: { host }, body: '' });
    return { status, ...JSON.parse(body) };
  };
}

describe('HTTP API with custom domains', () => {
  test.each([
    ['api.gsp.test', 'api.gsp.test'],
    ['eu-west-1.api.gsp.test:443', 'eu-west-1.api.gsp.test'],
    ['API.GSP.test.', 'api.gsp.test'],
    ['127.0.0.1:4010', '127.0.0.1'],
    ['127.0.1.10', '127.0.1.10'],
    ['[::1]:4010', '[::1]'],
    ['localhost:4011', 'localhost'],
    ['api0123456.execute-api.eu-west-1.amazonaws.com', 'api0123456.execute-api.eu-west-1.amazonaws.com'],
  ])('serves a request to %s as %s', async (host, domainName) => {
    const answer = await (await ask({ customDomains: DOMAINS }))(host);
    expect(answer).toMatchObject({ status: 200, domainName, domainPrefix: domainName.split('.')[0] });
  });

  test.each([
    'gsp.test',
    'other.api.gsp.test',
    'api.gsp.test.evil.example',
    'evil.example',
    'localhost.evil.example',
    'a b',
  ])('refuses a request to %s', async (host) => {
    const answer = await (await ask({ customDomains: DOMAINS }))(host);
    expect(answer).toEqual({ status: 403, message: expect.stringContaining('Cannot serve host') });
  });

  test('refuses hosts of execute-api alone when that endpoint is disabled', async () => {
    const get = await ask({ customDomains: DOMAINS, disableExecuteApiEndpoint: true });
    const hosts = [
      'api0123456.execute-api.eu-west-1.amazonaws.com',
      'd-abcdefghij.execute-api.eu-west-1.amazonaws.com',
    ];
    for (const host of hosts) expect((await get(host)).status).toBe(403);
    for (const host of ['api.gsp.test', '127.0.0.1']) expect((await get(host)).status).toBe(200);
  });

  test('takes the base path of the longest mapping off the path, and knows no other', async () => {
    const customDomains = ['v1', 'v1/admin'].map((mappingKey) => ({
      domainName: 'api.gsp.test',
      mappingKey,
    }));
    const routes = [routeOf('GET /items/{id}'), routeOf('GET /')];
    const get = await ask({ customDomains, routes });
    const at = (target: string) => get('api.gsp.test', target);
    expect(await at('/v1/items/a%20b')).toMatchObject({
      status: 200,
      rawPath: '/items/a b',
      path: '/items/a b',
    });
    expect(await at('/v1/admin/items/1')).toMatchObject({ status: 200, rawPath: '/items/1' });
    expect(await at('/v1')).toMatchObject({ status: 200, rawPath: '/' });
    expect((await at('/v1/none')).status).toBe(404);
    for (const target of ['/items/1', '/v10/items/1', '/V1/items/1', '/'])
      expect(await at(target)).toEqual({ status: 403, message: 'Forbidden' });
    expect(await get('127.0.0.1', '/items/1')).toMatchObject({ status: 200, rawPath: '/items/1' });
  });

  test('serves a named stage at the root of the domain', async () => {
    const get = await ask({ customDomains: DOMAINS, stageName: 'dev', routes: [routeOf('GET /a')] });
    expect(await get('api.gsp.test', '/a')).toMatchObject({ status: 200, rawPath: '/dev/a' });
    expect((await get('api.gsp.test', '/dev/a')).status).toBe(404);
    expect(await get('127.0.0.1', '/dev/a')).toMatchObject({ status: 200, rawPath: '/dev/a' });
  });

  test('verifies a signature over the path and the host as they were sent', async () => {
    const { port } = await serve(
      definitionOf({
        routes: [routeOf('GET /a', { authorizationType: 'AWS_IAM' })],
        customDomains: [{ domainName: 'api.gsp.test', mappingKey: 'v1' }],
      }),
      { invoke: answering(() => 'in'), credentials: [OPERATOR] },
    );
    const request = await signed({ path: '/v1/a' }, { host: 'api.gsp.test' });
    expect(await send(port, request)).toMatchObject({ status: 200 });
    expect((await send(port, await signed({ path: '/a' }, { host: '127.0.0.1:4010' }))).status).toBe(200);
    const stripped = await signed({ path: '/a' }, { host: 'api.gsp.test' });
    expect((await send(port, { ...stripped, target: '/v1/a' })).status).toBe(403);
  });
});
