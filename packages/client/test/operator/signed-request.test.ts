import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/operator/operator-error.ts';
import { type RequestToSign, sendSignedRequest } from '../../src/operator/signed-request.ts';
import {
  OPERATOR,
  type RegionServer,
  type SeenRequest,
  signatureOf,
  startRegionServer,
} from './region-server.ts';

let server: RegionServer;
beforeEach(async () => {
  server = await startRegionServer('eu-central-1');
});
afterEach(() => server.close());

const GET_X = { method: 'GET', path: '/x' } as const;

function send(request: RequestToSign, options: Partial<Parameters<typeof sendSignedRequest>[1]> = {}) {
  const { endpoint, region } = server;
  return sendSignedRequest(request, { endpoint, region, credentials: async () => OPERATOR, ...options });
}

function onlyRequest(): SeenRequest {
  const [request] = server.seen;
  if (request === undefined) throw new Error('nothing arrived');
  return request;
}

describe('sendSignedRequest()', () => {
  test('sendSignedRequest() makes the signature that AWS describes when there is a body', async () => {
    server.control = { status: 200, body: { evacuation: {} } };
    const body = { reason: 'naïve', expiresInSeconds: 60 };
    const response = await send({ method: 'PUT', path: '/control/evacuations/eu-west-1', body });
    expect(response).toMatchObject({ status: 200, body: { evacuation: {} } });
    const request = onlyRequest();
    expect(JSON.parse(request.body)).toEqual(body);
    const { signature, expected, scope, signedHeaders } = signatureOf(request, OPERATOR);
    expect(signature).toBe(expected);
    expect(scope).toMatch(/^\d{8}\/eu-central-1\/execute-api\/aws4_request$/);
    expect(signedHeaders.split(';')).toEqual(expect.arrayContaining(['content-type', 'host', 'x-amz-date']));
  });

  test('sendSignedRequest() signs query and session token when there are such', async () => {
    const temporary = { ...OPERATOR, sessionToken: 'token==' };
    const response = await send(
      { method: 'GET', path: '/control/evacuations?limit=5&a=b%20c' },
      { credentials: async () => temporary },
    );
    expect(response).toMatchObject({ status: 204, body: undefined });
    const request = onlyRequest();
    expect(request.headers['x-amz-security-token']).toBe('token==');
    const { signature, expected, signedHeaders } = signatureOf(request, temporary);
    expect(signature).toBe(expected);
    expect(signedHeaders).toContain('x-amz-security-token');
  });

  test('sendSignedRequest() keeps the path of the endpoint, such as the stage of an API', async () => {
    await send(GET_X, { endpoint: `${server.endpoint}/prod` });
    expect(server.signed).toEqual(['GET /prod/x']);
  });

  test('sendSignedRequest() returns the text when an answer is not JSON', async () => {
    server.control = { status: 502, body: '<html>' };
    await expect(send(GET_X)).resolves.toMatchObject({ status: 502, body: '<html>' });
  });

  test('sendSignedRequest() says which region gives nothing when its time is up', async () => {
    server.control = 'never';
    const request = send(GET_X, { timeoutMs: 50 });
    await expect(request).rejects.toThrow(OperatorError);
    await expect(request).rejects.toThrow(/Cannot reach eu-central-1: .* no answer within 50 ms/);
  });

  test('sendSignedRequest() names the cause when nothing listens', async () => {
    await expect(send(GET_X, { endpoint: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/Cannot reach eu-central-1: .*(ECONNREFUSED|bad port)/),
    });
  });

  test('sendSignedRequest() follows no redirect, as the signature is for one region', async () => {
    server.control = { status: 307, location: '/elsewhere' };
    await expect(send(GET_X)).rejects.toThrow(/Cannot reach eu-central-1: .*redirect/);
    expect(server.seen).toHaveLength(1);
  });

  test('sendSignedRequest() reads no answer to its end that is longer than any of the platform', async () => {
    server.control = { status: 200, body: 'x'.repeat(2 ** 20 + 1) };
    await expect(send(GET_X)).rejects.toThrow('an answer of more than 1048576 bytes');
  });

  test('sendSignedRequest() fails as the credentials do, and sends nothing', async () => {
    const reason = new Error('Could not load credentials from any providers');
    await expect(send(GET_X, { credentials: () => Promise.reject(reason) })).rejects.toBe(reason);
    expect(server.seen).toEqual([]);
  });

  test("sendSignedRequest() ends with the caller's reason when the caller aborts", async () => {
    server.control = 'never';
    const caller = new AbortController();
    const request = send(GET_X, { signal: caller.signal });
    const reason = new Error('enough');
    await expect.poll(() => server.seen.length).toBe(1);
    caller.abort(reason);
    await expect(request).rejects.toBe(reason);
  });
});
