import { describe, expect, it } from 'vitest';
import { servedRoutes } from '../../src/contract/served-routes.ts';
import { createTokenAuthorizer } from '../../src/http/create-token-authorizer.ts';
import { apiUnderTest, json } from './api-under-test.ts';

const reads = servedRoutes.filter(({ method, bucket }) => method === 'GET' && bucket === 'traffic');
const path = { pk: 'a', sk: 'b', id: 'c' };

describe('HEAD', () => {
  it('is served for every GET, with the same access, and for nothing else', () => {
    const of = (method: string) =>
      servedRoutes.filter((route) => route.method === method).map(({ method: _method, ...rest }) => rest);
    expect(of('HEAD')).toStrictEqual(of('GET'));
    expect(of('HEAD').length).toBeGreaterThan(5);
  });

  it.each(reads.map((route) => route.path))(
    'of %s has the status and headers of GET, and no content',
    async (template) => {
      const { call } = apiUnderTest();
      await call('PUT /items/{pk}/{sk}', { pathParameters: path, body: '{}', headers: json });
      const request = { pathParameters: path, headers: { 'x-correlation-id': 'same' } };
      const get = await call(`GET ${template}`, request);
      const head = await call(`HEAD ${template}`, request);
      expect(get.status).toBe(200);
      expect(get.body).toBeDefined();
      expect(head).toStrictEqual({ ...get, body: undefined });
    },
  );

  it('has the status of a problem, without its document', async () => {
    const { call } = apiUnderTest();
    const { status, headers, body } = await call('HEAD /items/{pk}/{sk}', { pathParameters: path });
    expect({ status, body }).toStrictEqual({ status: 404, body: undefined });
    expect(headers['content-type']).toBe('application/problem+json');
  });

  it('of a path that has no GET is not allowed', async () => {
    const { status, headers } = await apiUnderTest().call('$default', { method: 'HEAD', rawPath: '/write' });
    expect({ status, allow: headers.allow }).toStrictEqual({ status: 405, allow: 'POST' });
  });

  it('asks for a token that may read', async () => {
    const settings = { issuers: [], scopes: { read: ['see'], write: ['change'] } };
    for (const [scope, isAuthorized] of [
      ['see', true],
      ['change', false],
    ] as const) {
      const verdict = { kind: 'verified' as const, issuer: 'i', subject: 's', scopes: [scope] };
      const authorize = createTokenAuthorizer({ settings, verify: async () => verdict });
      expect(await authorize({ routeKey: 'HEAD /items/{pk}' })).toMatchObject({ isAuthorized });
    }
  });
});
