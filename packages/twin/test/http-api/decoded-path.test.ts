import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { definitionOf, ECHO, routeOf, sendRaw, serve } from './http-api-fixture.ts';

const ROUTES = ['GET /items/{pk}', 'GET /items/{pk}/{sk}', 'GET /write', '$default'].map((key) =>
  routeOf(key),
);

/** The event that a request for this target comes to, sent as it stands. */
async function eventOf(target: string): Promise<APIGatewayProxyEventV2> {
  const { port } = await serve(definitionOf({ routes: ROUTES }), { invoke: ECHO });
  const answer = await sendRaw(
    port,
    `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  return JSON.parse(Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1').toString('utf8'));
}

describe('HTTP API', () => {
  test.each([
    ['/items/a%2Fb', 'GET /items/{pk}/{sk}', { pk: 'a', sk: 'b' }],
    ['/items/a%252Fb', 'GET /items/{pk}', { pk: 'a%2Fb' }],
    ['/items/a~2Fb', 'GET /items/{pk}', { pk: 'a~2Fb' }],
    ['/items/a%20b/%C3%BC', 'GET /items/{pk}/{sk}', { pk: 'a b', sk: 'ü' }],
    ['/items/a%3Fb/c', 'GET /items/{pk}', { pk: 'a' }],
    ['/items/a%2F%2Fb', '$default', undefined],
    ['/items%2Fa', 'GET /items/{pk}', { pk: 'a' }],
    ['/%77rite', 'GET /write', undefined],
  ])('routes %s by its decoded path: %s', async (target, routeKey, pathParameters) => {
    const event = await eventOf(target);
    expect([event.routeKey, event.pathParameters]).toEqual([routeKey, pathParameters]);
  });

  test('keeps the query apart from a question mark in the path', async () => {
    const { rawPath, rawQueryString } = await eventOf('/items/a%3Fb?limit=1');
    expect({ rawPath, rawQueryString }).toEqual({ rawPath: '/items/a', rawQueryString: 'limit=1' });
  });

  test('answers 400 to a path that cannot be decoded', async () => {
    const { port } = await serve(definitionOf(), { invoke: ECHO });
    const answer = await sendRaw(
      port,
      'GET /items/%E0%A4 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });
});
