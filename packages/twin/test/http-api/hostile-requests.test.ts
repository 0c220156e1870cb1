import { connect } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { answering, definitionOf, routeOf, sendRaw, serve } from './http-api-fixture.ts';

const ECHO = answering((event: APIGatewayProxyEventV2) => event);
const ANSWER_END = /\r\n\r\n[\s\S]*\}/;

describe('HTTP API, to a hostile client', () => {
  test('answers 431 to headers over 10,240 bytes, also where the parser gives up', async () => {
    const { port, url } = await serve(definitionOf(), { invoke: ECHO });
    const within = await fetch(url, { headers: { 'x-large': 'x'.repeat(9_000) } });
    expect(within.status).toBe(200);
    for (const bytes of [10_300, 70_000]) {
      const answer = await sendRaw(
        port,
        `GET / HTTP/1.1\r\nhost: localhost\r\nx-large: ${'x'.repeat(bytes)}\r\n\r\n`,
        ANSWER_END,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 431 /);
      expect(answer).toContain('{"message":"Request Header Fields Too Large"}');
    }
    expect((await fetch(`${url}/?${'q'.repeat(10_300)}`)).status).toBe(431);
  });

  test('answers 413 to a body over 10 MB, announced or not, and runs no function', async () => {
    const invoke = vi.fn(ECHO);
    const { port, url, api } = await serve(definitionOf(), { invoke });
    const announced = await sendRaw(
      port,
      'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10485761\r\n\r\n',
      ANSWER_END,
    );
    expect(announced).toMatch(/^HTTP\/1\.1 413 /);
    expect(announced).toContain('{"message":"Request Entity Too Large"}');
    const chunk = `${(0x80_00_00).toString(16)}\r\n${'x'.repeat(0x80_00_00)}\r\n`;
    const head = 'POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n';
    const streamed = await sendRaw(port, `${head}${chunk}${chunk}0\r\n\r\n`, ANSWER_END);
    expect(streamed).toMatch(/^HTTP\/1\.1 413 /);
    const fetched = await fetch(url, { method: 'POST', body: new Uint8Array(12_000_000) });
    expect([fetched.status, await fetched.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
    expect(api.stats().clientErrors).toBe(3);
    expect(invoke).not.toHaveBeenCalled();
  });

  test.each([
    ['noise', '\x00\x01\x02 nonsense\r\n\r\n'],
    ['an unknown method', 'BREW /pot HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a negative length', 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: -5\r\n\r\n'],
    ['a header without a colon', 'GET / HTTP/1.1\r\nhost: localhost\r\nnonsense\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'],
    ['a target that is no path', 'GET nowhere HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'],
    ['HTTP/2.0', 'GET / HTTP/2.0\r\nhost: localhost\r\nconnection: close\r\n\r\n'],
    ['HTTP/0.9', 'GET /\r\n\r\n'],
  ])('answers 400 to %s', async (_, bytes) => {
    const { port, url } = await serve(definitionOf(), { invoke: ECHO });
    expect(await sendRaw(port, bytes)).toMatch(/^HTTP\/1\.1 400 /);
    expect((await fetch(url)).status).toBe(200);
  });

  test('drops no header, however many there are', async () => {
    const { port } = await serve(definitionOf(), { invoke: ECHO });
    const many = 'a:\r\n'.repeat(2_010);
    const seen = await sendRaw(
      port,
      `GET / HTTP/1.1\r\n${many}host: localhost\r\nx-last: here\r\n\r\n`,
      ANSWER_END,
    );
    expect(seen).toMatch(/^HTTP\/1\.1 200 /);
    expect(seen).toContain('"x-last":"here"');
    const tooMany = await sendRaw(
      port,
      `GET / HTTP/1.1\r\nhost: localhost\r\n${many.repeat(2)}\r\n`,
      ANSWER_END,
    );
    expect(tooMany).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('serves a request with an expectation that it does not know', async () => {
    const { port } = await serve(definitionOf(), { invoke: ECHO });
    const answer = await sendRaw(
      port,
      'GET / HTTP/1.1\r\nhost: localhost\r\nexpect: a-pony\r\n\r\n',
      ANSWER_END,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*apigw-requestid/);
  });

  test('takes an absolute URL for its path', async () => {
    const { port } = await serve(definitionOf({ routes: [routeOf('GET /a')] }), { invoke: ECHO });
    const answer = await sendRaw(
      port,
      'GET http://other.example/a?x=1 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('"rawPath":"/a"');
  });

  test('answers pipelined requests in order, one that it refuses among them', async () => {
    const routes = [routeOf('GET /1'), routeOf('GET /2')];
    const { port } = await serve(definitionOf({ routes }), {
      invoke: answering((event: APIGatewayProxyEventV2) => event.rawPath),
    });
    const requests = ['/1', '/unknown', '/2']
      .map((path) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
      .join('');
    const answer = await sendRaw(port, requests, /\r\n\r\n\/2$/);
    const bodies = [...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status);
    expect(bodies).toEqual(['200', '404', '200']);
    expect(answer.indexOf('/1')).toBeLessThan(answer.indexOf('Not Found'));
  });

  test('answers a request before it refuses the noise behind it', async () => {
    const { port } = await serve(definitionOf(), { invoke: ECHO });
    const answer = await sendRaw(port, 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n\0noise\r\n\r\n');
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)).toEqual(['200', '400']);
  });

  test('refuses a request with a broken body at once', async () => {
    const { port, api } = await serve(definitionOf(), { invoke: ECHO });
    const head = 'POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n';
    expect(await sendRaw(port, `${head}nonsense\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    await vi.waitFor(() => expect(api.stats().inFlight).toBe(0), { timeout: 5000 });
  });

  test('lets a client use its connection again after an answer that did not wait for the body', async () => {
    const routes = [routeOf('GET /a'), routeOf('POST /a', { throttle: { rateLimit: 0, burstLimit: 0 } })];
    const { port } = await serve(definitionOf({ routes }), { invoke: ECHO });
    const bytes =
      'POST /a HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\n\r\nbodyGET /a HTTP/1.1\r\nhost: localhost\r\n\r\n';
    const answer = await sendRaw(port, bytes, /HTTP\/1\.1 200 [\s\S]*\}/);
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)).toEqual(['429', '200']);
  });

  test('does not take the rest of a refused body for a request', async () => {
    const invoke = vi.fn(ECHO);
    const { port } = await serve(definitionOf({ routes: [routeOf('GET /admin')] }), { invoke });
    const smuggled = 'GET /admin HTTP/1.1\r\nhost: localhost\r\n\r\n';
    const bytes = `POST /x HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${smuggled.length}\r\n\r\n${smuggled}`;
    expect(await sendRaw(port, bytes, ANSWER_END)).toMatch(/^HTTP\/1\.1 404 /);
    expect(invoke).not.toHaveBeenCalled();
  });

  test('keeps header names that mean something to JavaScript apart', async () => {
    const { port } = await serve(definitionOf(), { invoke: ECHO });
    const bytes =
      'GET /?__proto__=1&constructor=2 HTTP/1.1\r\nhost: localhost\r\n__proto__: x\r\nconstructor: y\r\nconnection: close\r\n\r\n';
    const answer = await sendRaw(port, bytes);
    expect(answer).toContain('"__proto__":"x"');
    expect(answer).toContain('"constructor":"y"');
    expect(answer).toContain('"queryStringParameters":{"__proto__":"1","constructor":"2"}');
  });

  test('survives clients that leave in the middle of a request', async () => {
    const { port, url, api } = await serve(definitionOf(), { invoke: ECHO });
    const half = 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nonly this';
    for (let n = 0; n < 10; n += 1) {
      const socket = connect(port, '127.0.0.1', () => socket.write(half));
      await vi.waitFor(() => expect(api.stats().requests).toBe(n + 1), { timeout: 5000 });
      socket.destroy();
    }
    await vi.waitFor(() => expect(api.stats().inFlight).toBe(0), { timeout: 5000 });
    expect((await fetch(url)).status).toBe(200);
    expect(api.stats().serverErrors).toBe(0);
  });

  test('answers or hangs up, and lives on, whatever bytes arrive', async () => {
    const { port, url } = await serve(definitionOf({ routes: [routeOf('GET /items/{pk}')] }), {
      invoke: ECHO,
    });
    const target = fc.string({
      unit: fc.constantFrom('/', '%', '?', '&', '=', 'a', '2', 'F', '{', '}', '+', '.', '\\'),
    });
    await fc.assert(
      fc.asyncProperty(target, async (text) => {
        const answer = await sendRaw(
          port,
          `GET /items/${text} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
        );
        expect(answer).toMatch(/^HTTP\/1\.1 (200|400|404) /);
      }),
      { numRuns: 60 },
    );
    expect((await fetch(`${url}/items/alive`)).status).toBe(200);
  });
});
