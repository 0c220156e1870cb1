import { describe, expect, test } from 'vitest';
import { mapResponse } from '../../src/http-api/map-response.ts';

function map(answer: unknown): ReturnType<typeof mapResponse> {
  return mapResponse(JSON.stringify(answer));
}

describe('mapResponse()', () => {
  test.each([
    [{ hello: 'world' }, '{"hello":"world"}'],
    ['text', 'text'],
    [[1, 2], '[1,2]'],
    [null, 'null'],
    [7, '7'],
    [{ body: 'x', headers: {} }, '{"body":"x","headers":{}}'],
  ])('infers 200 JSON from %j', (answer, body) => {
    expect(map(answer)).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      cookies: [],
      body,
    });
  });

  test('takes an answer with a statusCode apart', () => {
    const answer = {
      statusCode: 201,
      headers: {
        'X-Region': 'eu-west-1',
        'x-count': 3,
        'x-none': null,
        'content-type': 'application/problem+json',
      },
      cookies: ['a=1; Secure', 'b=2'],
      body: 'eyJ9',
    };
    expect(map(answer)).toEqual({
      status: 201,
      headers: { 'content-type': 'application/problem+json', 'x-region': 'eu-west-1', 'x-count': '3' },
      cookies: ['a=1; Secure', 'b=2'],
      body: 'eyJ9',
    });
  });

  test('gives an answer without a content type text/plain', () => {
    expect(map({ statusCode: 200, body: 'x' }).headers).toEqual({
      'content-type': 'text/plain;charset=UTF-8',
    });
  });

  test('decodes a base64 body and takes a status code in text', () => {
    const { status, body } = map({ statusCode: '404', body: 'AP8Q', isBase64Encoded: true });
    expect([status, body]).toEqual([404, Buffer.from([0, 255, 16])]);
  });

  test('drops headers that belong to the connection', () => {
    const headers = {
      Connection: 'close',
      'Content-Length': '99999',
      'Transfer-Encoding': 'chunked',
      etag: '1',
    };
    expect(map({ statusCode: 200, headers }).headers).toEqual({
      'content-type': expect.any(String),
      etag: '1',
    });
  });

  test.each([
    [{ statusCode: 99 }],
    [{ statusCode: 100 }],
    [{ statusCode: 600 }],
    [{ statusCode: 'ok' }],
    [{ statusCode: 200.5 }],
    [{ statusCode: null }],
    [{ statusCode: 200, body: { a: 1 } }],
    [{ statusCode: 200, headers: ['a'] }],
    [{ statusCode: 200, headers: { a: ['b'] } }],
    [{ statusCode: 200, headers: { 'bad name': 'x' } }],
    [{ statusCode: 200, headers: { a: 'x\r\nset-cookie: y' } }],
    [{ statusCode: 200, cookies: 'a=1' }],
    [{ statusCode: 200, cookies: [1] }],
    [{ statusCode: 200, cookies: ['a\r\nb'] }],
  ])('answers 500 to the malformed %j and tells the log why', (answer) => {
    const response = map(answer);
    expect(response).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(response.error?.integrationError).toMatch(/^Cannot map the function's answer to HTTP: ./);
  });
});
