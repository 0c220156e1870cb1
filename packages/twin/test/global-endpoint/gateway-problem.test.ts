import { request } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { sendRaw } from '../http-api/http-api-fixture.ts';
import { httpEndpoint, rawEndpoint } from '../route53/endpoint-fixture.ts';
import { endpointBefore, NAME, NOBODY_LISTENS } from './endpoint-fixture.ts';
import { type DnsScript, RCODE, replyTo } from './scripted-dns.ts';

const IP = '127.0.1.10';
const LONG_BYTES = 40_000_000;
const HEAD = 'HTTP/1.1 200 OK\r\n';

/** The problem that a request is answered with. */
async function problemOf(url: string, init?: RequestInit) {
  const response = await fetch(url, init);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('access-control-allow-origin'), 'no page but its own reads it').toBeNull();
  const address = response.headers.get('x-twin-address');
  const { detail, ...problem } = (await response.json()) as {
    detail: string;
    status: number;
    reason: string;
  };
  expect(problem.status).toBe(response.status);
  expect(detail).toMatch(new RegExp(`^Cannot forward \\w+ to ${NAME}: .+\\. .+\\.$`));
  return { ...problem, address };
}

async function beforeSocket(answer: (socket: Socket) => void, timeoutMs = 5_000) {
  const upstream = await rawEndpoint(answer);
  return endpointBefore({ [IP]: upstream.port }, { timeoutMs });
}

describe('the answer where the region gives none', () => {
  // A client that still sends would not read it, so the rest of a large body must be taken from it.
  test.each([0, 10, 100_000, 5_000_000])(
    'is 502 with the address when nothing listens, after %d bytes',
    async (length) => {
      const { url } = await endpointBefore({ [IP]: NOBODY_LISTENS });
      const init = length === 0 ? {} : { method: 'POST', body: Buffer.alloc(length) };
      for (let times = 0; times < 2; times += 1) {
        expect(await problemOf(url, init)).toMatchObject({
          title: 'Bad Gateway',
          status: 502,
          reason: 'connection-refused',
          address: IP,
        });
      }
    },
  );

  test.each([0, 10, 5_000_000])(
    'is 502 with the address when the connection is reset, after %d bytes',
    async (length) => {
      let connections = 0;
      const { url } = await beforeSocket((socket) => {
        connections += 1;
        socket.resetAndDestroy();
      });
      const init = length === 0 ? {} : { method: 'POST', body: Buffer.alloc(length) };
      expect(await problemOf(url, init)).toMatchObject({
        status: 502,
        reason: 'connection-reset',
        address: IP,
      });
      // What may have been carried out is not repeated.
      expect(connections).toBe(1);
    },
  );

  test('is 502 with the address when it is not HTTP', async () => {
    const { url } = await beforeSocket((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
    expect(await problemOf(url)).toMatchObject({ status: 502, reason: 'no-valid-answer', address: IP });
  });

  test.each([0, 5_000_000])(
    'is 504 in time when none comes, after %d bytes, and the region hears of it',
    async (length) => {
      const asked: Socket[] = [];
      const { url } = await beforeSocket((socket) => {
        asked.push(socket.resume());
      }, 300);
      const init = length === 0 ? {} : { method: 'POST', body: Buffer.alloc(length) };
      const startedMs = performance.now();
      expect(await problemOf(url, init)).toMatchObject({
        title: 'Gateway Timeout',
        status: 504,
        reason: 'timeout',
        address: IP,
      });
      expect(performance.now() - startedMs).toBeGreaterThanOrEqual(299);
      expect(performance.now() - startedMs).toBeLessThan(3_000);
      await expect.poll(() => asked.map(({ destroyed }) => destroyed)).toEqual([true]);
    },
  );

  test('comes to a client that reads nothing before its body is sent', async () => {
    const { url } = await endpointBefore({ [IP]: NOBODY_LISTENS });
    // More than the buffers between the two take.
    const sending = request(url, { method: 'POST', headers: { 'content-length': LONG_BYTES } });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      sending.once('response', (response) => resolve(response.resume().statusCode));
      sending.once('error', reject);
    });
    const sent = new Promise<void>((resolve) => sending.end(Buffer.alloc(LONG_BYTES), resolve));
    expect(await answered).toBe(502);
    await sent;
  });

  test('is not a 504 while it has begun in time and goes on', async () => {
    const { url } = await beforeSocket((socket) => {
      socket.write(`${HEAD}Content-Length: 5\r\n\r\n`);
      const parts = [...'later'];
      const timer = setInterval(() => {
        const part = parts.shift();
        if (part === undefined) clearInterval(timer);
        else socket.write(part);
      }, 120);
    }, 400);
    expect(await (await fetch(url)).text()).toBe('later');
  });

  test('is 403 for a Host that is none', async () => {
    const { port } = await beforeSocket((socket) => socket.end(`${HEAD}\r\n`));
    const answer = await sendRaw(port, 'GET / HTTP/1.1\r\nhost: [::1\r\nconnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain('Cannot serve host');
    expect(answer).toContain('"reason":"foreign-host"');
    expect(answer).not.toContain('assert');
  });

  test('is 400 for a request for no path', async () => {
    const { port } = await beforeSocket((socket) => socket.end(`${HEAD}Content-Length: 0\r\n\r\n`));
    const answer = await sendRaw(port, 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"reason":"invalid-request"');
  });
});

describe('the answer where the name cannot be resolved', () => {
  test.each<[string, DnsScript]>([
    ['NXDOMAIN', (query) => [replyTo(query, { rcode: RCODE.nameError })]],
    ['REFUSED', (query) => [replyTo(query, { rcode: RCODE.refused })]],
    ['no address', (query) => [replyTo(query)]],
    ['what is malformed', () => [Buffer.from('xx')]],
    ['nothing', () => []],
  ])('is 502 in bounded time, and nothing stale, when DNS says %s', async (_, script) => {
    const upstream = await httpEndpoint((_request, response) => response.end('done'));
    const { url, dns, time } = await endpointBefore({ [IP]: upstream.port });
    expect(await (await fetch(url)).text()).toBe('done');
    const working = dns.script;
    dns.script = script;
    time.nowMs += 60_000;
    const startedMs = performance.now();
    const problem = await problemOf(url);
    expect(problem).toMatchObject({ status: 502, reason: 'name-not-resolved', address: null });
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    dns.script = working;
    expect((await fetch(url)).status).toBe(200);
  });
});

describe('an answer that breaks off', () => {
  test.each([
    ['with a length', 'Content-Length: 100\r\n\r\nhalf', (socket: Socket) => socket.end()],
    [
      'with a length, by a reset',
      'Content-Length: 100\r\n\r\nhalf',
      (socket: Socket) => socket.resetAndDestroy(),
    ],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n', (socket: Socket) => socket.end()],
    [
      'in chunks, with nonsense',
      'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
      (socket: Socket) => socket.end('nonsense'),
    ],
    ['and only stands still', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n', () => undefined],
  ])('is seen to break off by the client: %s', async (_, begun, end) => {
    let upstreamSocket: Socket | undefined;
    const { url } = await beforeSocket((socket) => {
      upstreamSocket = socket;
      socket.write(HEAD + begun);
      // Long enough for the first bytes on any machine; waited for in full by the upstream that stands still.
    }, 5_000);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('half');
    if (upstreamSocket !== undefined) end(upstreamSocket);
    await expect(reader?.read()).rejects.toThrow();
  });
});
