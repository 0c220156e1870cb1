import type { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../../../test/twin/support/eventually.ts';
import { probeEndpoint, probeTimeouts } from '../../src/route53/probe-endpoint.ts';
import type { EndpointCheckDefinition } from '../../src/route53/route53-definition.ts';
import { httpEndpoint, rawEndpoint } from './endpoint-fixture.ts';
import { endpointCheck } from './route53-fixture.ts';

const TIMEOUTS = { connectMs: 1_000, answerMs: 300 };

describe('probeEndpoint()', () => {
  test.each([
    { status: 200, passed: true },
    { status: 204, passed: true },
    { status: 302, passed: true },
    { status: 399, passed: true },
    { status: 400, passed: false },
    { status: 404, passed: false },
    { status: 503, passed: false },
  ])('is $passed when the answer is $status, and follows no redirect', async ({ status, passed }) => {
    const asked: string[] = [];
    const { port } = await httpEndpoint((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(await probe(port)).toEqual({ passed, reason: `HTTP ${status}` });
    expect(asked).toEqual(['/health']);
  });

  test('asks as Route 53 does: host of the check, its user agent, and no connection to keep', async () => {
    const headers: unknown[] = [];
    const endpoint = await httpEndpoint((request, response) => {
      headers.push(request.headers);
      response.end('ok');
    });
    await probe(endpoint.port, { host: 'west.gsp.test' });
    expect(headers).toMatchObject([
      {
        host: 'west.gsp.test',
        connection: 'close',
        'user-agent': expect.stringMatching(/^Amazon-Route53-Health-Check-Service \(ref check; /),
      },
    ]);
    await eventually(() => endpoint.open.size === 0);
  });

  test.each([
    { body: `${'x'.repeat(5_114)}needle`, passed: true },
    { body: `${'x'.repeat(5_115)}needle`, passed: false },
    { body: 'é needle', passed: true },
    { body: 'nothing', passed: false },
    { body: '', passed: false },
  ])('is $passed when the text stands at the end of $body.length characters', async ({ body, passed }) => {
    const { port } = await httpEndpoint((_, response) => response.end(body));
    expect(await probe(port, { searchString: 'needle' })).toMatchObject({ passed });
  });

  test.each<{
    does: string;
    reason: RegExp;
    passed?: boolean;
    answer: (socket: Socket) => void;
    searchString?: string;
  }>([
    {
      does: 'sends no HTTP',
      reason: /^no HTTP$/,
      answer: (socket) => socket.write('220 smtp.example.com ESMTP\r\n\r\n'),
    },
    {
      does: 'closes at once',
      reason: /^connection (reset|closed)$|hang up/,
      answer: (socket) => socket.end(),
    },
    { does: 'resets', reason: /^connection reset$/, answer: (socket) => socket.resetAndDestroy() },
    { does: 'says nothing', reason: /^no answer within 300 ms$/, answer: () => undefined },
    {
      does: 'sends headers without end',
      reason: /^no HTTP$|^no answer/,
      answer: flooded('HTTP/1.1 200 OK\r\n', 'x: y\r\n'),
    },
    {
      does: 'sends only 100 Continue',
      reason: /^no answer within/,
      answer: flooded('', 'HTTP/1.1 100 Continue\r\n\r\n'),
    },
    {
      does: 'changes protocols',
      reason: /./,
      answer: (socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    },
    {
      does: 'sends a body without end',
      reason: /^HTTP 200$/,
      passed: true,
      answer: flooded('HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(1_000)),
    },
    {
      does: 'sends a body without end and without the text',
      reason: /without the text/,
      answer: flooded('HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(1_000)),
      searchString: 'needle',
    },
    {
      does: 'holds its body back',
      reason: /^no body within 300 ms$/,
      answer: (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nneed'),
      searchString: 'needle',
    },
  ])('outlives an endpoint that $does', async ({ answer, reason, passed = false, searchString }) => {
    const endpoint = await rawEndpoint(answer);
    const result = await probe(endpoint.port, searchString === undefined ? {} : { searchString });
    expect(result).toEqual({ passed, reason: expect.stringMatching(reason) });
    await eventually(() => endpoint.open.size === 0);
  });

  test('outlives any bytes', async () => {
    let bytes: Uint8Array = new Uint8Array();
    const { port } = await rawEndpoint((socket) => socket.end(bytes));
    const prefix = fc.constantFrom(
      '',
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    await fc.assert(
      fc.asyncProperty(prefix, fc.uint8Array({ maxLength: 200 }), async (begin, rest) => {
        bytes = Buffer.concat([Buffer.from(begin), rest]);
        expect(await probe(port, { searchString: 'needle' })).toMatchObject({ passed: expect.any(Boolean) });
      }),
      { numRuns: 60 },
    );
  });

  test('says so when nobody listens, when the path is none, and when the host cannot be sent', async () => {
    const { port, kill } = await httpEndpoint((_, response) => response.end());
    expect(await probe(port, { path: '/a b' })).toMatchObject({ passed: false });
    expect(await probe(port, { host: 'a\r\nb' })).toMatchObject({ passed: false });
    kill();
    expect(await probe(port)).toEqual({ passed: false, reason: 'connection refused' });
    expect(await probe(port, { protocol: 'TCP' })).toEqual({ passed: false, reason: 'connection refused' });
  });

  test('with TCP is content with a connection', async () => {
    const { port } = await rawEndpoint(() => undefined);
    expect(await probe(port, { protocol: 'TCP' })).toEqual({ passed: true, reason: 'connected' });
  });

  test('ends at once when it is told to', async () => {
    const endpoint = await rawEndpoint(() => undefined);
    const abort = new AbortController();
    const timeouts = { connectMs: 60_000, answerMs: 60_000 };
    const probing = probeEndpoint(endpointCheck(), {
      host: '127.0.0.1',
      port: endpoint.port,
      timeouts,
      signal: abort.signal,
    });
    await eventually(() => endpoint.open.size === 1);
    abort.abort();
    expect(await probing).toMatchObject({ passed: false });
    await eventually(() => endpoint.open.size === 0);
  });
});

describe('probeTimeouts()', () => {
  test.each([
    { timeScale: 1, connectMs: 4_000, answerMs: 2_000 },
    { timeScale: 2, connectMs: 2_000, answerMs: 1_000 },
    { timeScale: 100, connectMs: 500, answerMs: 500 },
  ])('waits $connectMs and $answerMs ms at $timeScale times', ({ timeScale, ...expected }) => {
    expect(probeTimeouts(timeScale)).toEqual(expected);
  });
});

function probe(port: number, part: Partial<EndpointCheckDefinition> = {}) {
  const { signal } = new AbortController();
  return probeEndpoint(endpointCheck(part), { host: '127.0.0.1', port, timeouts: TIMEOUTS, signal });
}

/** Sends something, and then something else again and again until the other side has had enough. */
function flooded(begin: string, again: string) {
  return (socket: Socket) => {
    socket.write(begin);
    const timer = setInterval(() => socket.write(again), 1);
    socket.once('close', () => clearInterval(timer));
  };
}
