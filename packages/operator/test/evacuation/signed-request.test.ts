import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { EvacuationError } from '../../src/evacuation/evacuation-error.ts';
import { type OperatorCredentials, sendSignedRequest } from '../../src/evacuation/signed-request.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'very/secret+key' };

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server that keeps what it is sent and answers with `answer`, or not at all. */
async function listen(
  answer: { status: number; body: string } | 'never',
): Promise<{ endpoint: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    if (answer === 'never') return;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Signature Version 4 written down anew from AWS's description, to compare with. */
function expectedSignature({ method, url, headers, body }: Seen, { secretAccessKey }: OperatorCredentials) {
  const authorization = headers.authorization ?? '';
  const [, scope = '', signedHeaders = '', signature] =
    /Credential=[^/]+\/(\S+), SignedHeaders=(\S+), Signature=(\w+)$/.exec(authorization) ?? [];
  const [date = '', region = '', service = '', end = ''] = scope.split('/');
  const { pathname, searchParams } = new URL(url, 'http://unused');
  const query = [...searchParams].map((pair) => pair.map(encodeURIComponent).join('=')).sort();
  const canonical = [
    method,
    pathname,
    query.join('&'),
    ...signedHeaders.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [date, region, service, end].reduce<Buffer | string>(hmac, `AWS4${secretAccessKey}`);
  return { signature, expected: hmac(key, text).toString('hex'), scope, signedHeaders };
}

describe('sendSignedRequest()', () => {
  test('sendSignedRequest() makes the signature that AWS describes when there is a body', async () => {
    const { endpoint, seen } = await listen({ status: 200, body: '{"evacuation":{}}' });
    const response = await sendSignedRequest(
      {
        method: 'PUT',
        path: '/control/evacuations/eu-west-1',
        body: { reason: 'naïve', expiresInSeconds: 60 },
      },
      { endpoint, region: 'eu-central-1', credentials: async () => credentials },
    );
    expect(response).toMatchObject({ status: 200, body: { evacuation: {} } });
    const [request] = seen;
    if (request === undefined) throw new Error('nothing arrived');
    expect(JSON.parse(request.body)).toEqual({ reason: 'naïve', expiresInSeconds: 60 });
    const { signature, expected, scope, signedHeaders } = expectedSignature(request, credentials);
    expect(signature).toBe(expected);
    expect(scope).toMatch(/^\d{8}\/eu-central-1\/execute-api\/aws4_request$/);
    expect(signedHeaders.split(';')).toEqual(expect.arrayContaining(['content-type', 'host', 'x-amz-date']));
  });

  test('sendSignedRequest() signs query and session token when there are such', async () => {
    const { endpoint, seen } = await listen({ status: 204, body: '' });
    const temporary = { ...credentials, sessionToken: 'token==' };
    const response = await sendSignedRequest(
      { method: 'GET', path: '/control/evacuations?limit=5&a=b%20c' },
      { endpoint, region: 'eu-west-1', credentials: async () => temporary },
    );
    expect(response).toMatchObject({ status: 204, body: undefined });
    const [request] = seen;
    if (request === undefined) throw new Error('nothing arrived');
    expect(request.headers['x-amz-security-token']).toBe('token==');
    const { signature, expected, signedHeaders } = expectedSignature(request, temporary);
    expect(signature).toBe(expected);
    expect(signedHeaders).toContain('x-amz-security-token');
  });

  test('sendSignedRequest() returns the text when an answer is not JSON', async () => {
    const { endpoint } = await listen({ status: 502, body: '<html>' });
    await expect(
      sendSignedRequest(
        { method: 'GET', path: '/x' },
        { endpoint, region: 'r', credentials: async () => credentials },
      ),
    ).resolves.toMatchObject({ status: 502, body: '<html>' });
  });

  test('sendSignedRequest() says which region gives nothing when its time is up', async () => {
    const { endpoint } = await listen('never');
    const request = sendSignedRequest(
      { method: 'GET', path: '/x' },
      { endpoint, region: 'eu-west-1', credentials: async () => credentials, timeoutMs: 50 },
    );
    await expect(request).rejects.toThrow(EvacuationError);
    await expect(request).rejects.toThrow(/Cannot reach eu-west-1: .* no answer within 50 ms/);
  });

  test('sendSignedRequest() names the cause when nothing listens', async () => {
    await expect(
      sendSignedRequest(
        { method: 'GET', path: '/x' },
        { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1', credentials: async () => credentials },
      ),
    ).rejects.toThrow(/Cannot reach eu-west-1: .*(ECONNREFUSED|bad port)/);
  });

  test('sendSignedRequest() says what to do when there are no credentials', async () => {
    await expect(
      sendSignedRequest(
        { method: 'GET', path: '/x' },
        {
          endpoint: 'http://127.0.0.1:9',
          region: 'r',
          credentials: () => Promise.reject(new Error('Could not load credentials from any providers')),
        },
      ),
    ).rejects.toThrow(/Cannot sign the request: Could not load .* aws sso login/);
  });

  test("sendSignedRequest() ends with the caller's reason when the caller aborts", async () => {
    const { endpoint, seen } = await listen('never');
    const caller = new AbortController();
    const request = sendSignedRequest(
      { method: 'GET', path: '/x' },
      { endpoint, region: 'r', credentials: async () => credentials, signal: caller.signal },
    );
    const reason = new Error('enough');
    await expect.poll(() => seen.length).toBe(1);
    caller.abort(reason);
    await expect(request).rejects.toBe(reason);
  });
});
