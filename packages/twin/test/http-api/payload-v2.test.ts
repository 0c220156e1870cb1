import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../src/http-api/http-request.ts';
import { type EventContext, payloadV2 } from '../../src/http-api/payload-v2.ts';
import getWithParameters from './fixtures/get-with-parameters.json' with { type: 'json' };
import postBinary from './fixtures/post-binary.json' with { type: 'json' };
import postJson from './fixtures/post-json.json' with { type: 'json' };

const REQUEST: HttpRequest = {
  method: 'GET',
  encodedPath: '/',
  path: '/',
  rawQueryString: '',
  headers: { host: 'abc123.execute-api.eu-west-1.amazonaws.com', 'user-agent': 'curl/8.5.0' },
  cookies: [],
  protocol: 'HTTP/1.1',
  sourceIp: '192.0.2.7',
  port: 4011,
  receivedMs: Date.UTC(2026, 10, 22, 17, 0, 0),
  requestId: 'JKJaXmPLvHcESHA=',
};
const CONTEXT: EventContext = {
  accountId: '123456789012',
  apiId: 'abc123',
  stageName: '$default',
  routeKey: '$default',
  body: Buffer.alloc(0),
};

describe('payloadV2()', () => {
  test('makes the golden event of a GET with parameters, cookies and a query', () => {
    const request = {
      ...REQUEST,
      encodedPath: '/items/a%20b/2026%2F11',
      path: '/items/a b/2026/11',
      rawQueryString: 'limit=10&tag=x&tag=y%20z&empty=',
      headers: { ...REQUEST.headers, accept: '*/*', 'x-twice': 'one,two' },
      cookies: ['session=1', 'theme=dark'],
    };
    const pathParameters = { pk: 'a b', sk: '2026/11' };
    const event = payloadV2(request, { ...CONTEXT, routeKey: 'GET /items/{pk}/{sk}', pathParameters });
    expect(event).toEqual(getWithParameters);
  });

  test('makes the golden event of a POST with a JSON body', () => {
    const headers = { ...REQUEST.headers, 'content-type': 'application/json', 'content-length': '13' };
    const request = { ...REQUEST, method: 'POST', path: '/write', headers };
    const body = Buffer.from('{"pk":"ünï"}');
    expect(payloadV2(request, { ...CONTEXT, routeKey: 'POST /write', body })).toEqual(postJson);
  });

  test('makes the golden event of a POST with a binary body', () => {
    const headers = { ...REQUEST.headers, 'content-type': 'application/octet-stream' };
    const request = { ...REQUEST, method: 'POST', path: '/blob', headers };
    expect(payloadV2(request, { ...CONTEXT, body: Buffer.from([0, 255, 16]) })).toEqual(postBinary);
  });

  test.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['APPLICATION/JSON', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['text/csv;header=present', false],
    ['application/x-www-form-urlencoded', true],
    ['application/problem+json', true],
    ['multipart/form-data; boundary=x', true],
    ['image/png', true],
    [undefined, true],
  ])('hands over a body of type %s with isBase64Encoded %s', (contentType, isBase64Encoded) => {
    const headers = { ...REQUEST.headers, ...(contentType !== undefined && { 'content-type': contentType }) };
    const event = payloadV2({ ...REQUEST, headers }, { ...CONTEXT, body: Buffer.from('a=b') });
    expect(event.isBase64Encoded).toBe(isBase64Encoded);
    expect(event.body).toBe(isBase64Encoded ? 'YT1i' : 'a=b');
  });

  test('loses no byte of any body', () => {
    const contentTypes = fc.constantFrom('application/json', 'text/plain', 'image/png', '');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), contentTypes, (bytes, contentType) => {
        const request = { ...REQUEST, headers: { 'content-type': contentType } };
        const { body = '', isBase64Encoded } = payloadV2(request, { ...CONTEXT, body: Buffer.from(bytes) });
        expect(new Uint8Array(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'))).toEqual(bytes);
      }),
    );
  });

  test('survives any query string and keeps it as it came', () => {
    fc.assert(
      fc.property(fc.string(), (rawQueryString) => {
        expect(payloadV2({ ...REQUEST, rawQueryString }, CONTEXT).rawQueryString).toBe(rawQueryString);
      }),
    );
  });

  test('leaves a query text that cannot be decoded as it is', () => {
    const event = payloadV2({ ...REQUEST, rawQueryString: '%zz=%E0%A4&ok=1' }, CONTEXT);
    expect(event.queryStringParameters).toEqual({ '%zz': '%E0%A4', ok: '1' });
  });

  test('appends the client to x-forwarded-for and keeps a trace id', () => {
    const headers = { 'x-forwarded-for': '203.0.113.1', 'x-amzn-trace-id': 'Root=1-2-3' };
    expect(payloadV2({ ...REQUEST, headers }, CONTEXT).headers).toMatchObject({
      'x-forwarded-for': '203.0.113.1, 192.0.2.7',
      'x-amzn-trace-id': 'Root=1-2-3',
    });
  });
});
