import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sendRaw } from '../http-api/http-api-fixture.ts';
import { httpEndpoint, rawEndpoint } from '../route53/endpoint-fixture.ts';
import { endpointBefore, NAME } from './endpoint-fixture.ts';

const IP = '127.0.1.10';

async function inFrontOf(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const upstream = await httpEndpoint(answer);
  return { upstream, ...(await endpointBefore({ [IP]: upstream.port })) };
}

/** An upstream that answers with how long the body was and its hash. */
function digesting(incoming: IncomingMessage, response: ServerResponse): void {
  const hash = createHash('sha256');
  incoming.on('data', (chunk: Buffer) => hash.update(chunk));
  incoming.on('end', () => {
    const { 'content-length': length, 'transfer-encoding': coding } = incoming.headers;
    response.end(JSON.stringify({ digest: hash.digest('hex'), length, coding }));
  });
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const BIG = Buffer.alloc(9_000_000, 'twin-');

/** Far more than any pool of connections that one would choose. */
const HALF_SENT = 200;

describe('forwardRequest() on the way there', () => {
  test.each(['/', '//a//b/./../%2e%2E/c%2Fd?x=%20+&&=1&x=%zz#not', '/items/a\'b"c|d{e}?q=<>^`[]'])(
    'leaves path and Host byte for byte: %s',
    async (path) => {
      const seen: (string | undefined)[] = [];
      const { port } = await inFrontOf(({ url, headers, method }, response) => {
        seen.push(method, url, headers.host);
        response.end('done');
      });
      const bytes = `PATCH ${path} HTTP/1.1\r\nHost: API.Gsp.Test:4010\r\n\r\n`;
      expect(await sendRaw(port, bytes, /done/)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(seen).toEqual(['PATCH', path, 'API.Gsp.Test:4010']);
    },
  );

  test('leaves headers as they came, in order, case and number, without those of one hop', async () => {
    let raw: string[] = [];
    const { port } = await inFrontOf(({ rawHeaders }, response) => {
      raw = rawHeaders;
      response.end('done');
    });
    const kept = [
      'Host',
      'localhost',
      'X-B',
      '1',
      'x-a',
      'caf\u00e9',
      'X-B',
      '2',
      'Authorization',
      'AWS4-HMAC-SHA256 a, b=c',
    ];
    const ofOneHop = ['Connection', 'x-mine, keep-alive', 'X-Mine', '1', 'TE', 'trailers', 'Upgrade', 'h2c'];
    const lines = [...kept, ...ofOneHop].flatMap((text, index, all) =>
      index % 2 === 0 ? [`${text}: ${all[index + 1]}\r\n`] : [],
    );
    const bytes = Buffer.from(`GET / HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
    await sendRaw(port, bytes, /done/);
    const own = raw.findIndex((text) => text.toLowerCase() === 'connection');
    expect(own).toBeGreaterThanOrEqual(0);
    expect(raw.toSpliced(own, 2)).toEqual(kept.with(0, 'host'));
  });

  test('drops no header, however many there are, and takes an expectation that nobody knows', async () => {
    const upstream = createServer(({ headers }, response) => response.end(`last: ${headers['x-last']}`));
    upstream.maxHeadersCount = 0;
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => {
      upstream.close();
    });
    const { port } = await endpointBefore({ [IP]: (upstream.address() as AddressInfo).port });
    const bytes = `GET / HTTP/1.1\r\nhost: localhost\r\nexpect: a-pony\r\n${'a:\r\n'.repeat(2_010)}x-last: here\r\n\r\n`;
    expect(await sendRaw(port, bytes, /last: \w+/)).toMatch(/^HTTP\/1\.1 200 [\s\S]*last: here/);
  });

  test('answers a request before it refuses the noise behind it', async () => {
    const { port } = await inFrontOf((_, response) => setTimeout(() => response.end('done'), 50));
    const answer = await sendRaw(port, 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n\0noise\r\n\r\n');
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)).toEqual(['200', '400']);
  });

  test('names itself to nobody, and gives a request without Host the name', async () => {
    const { port } = await inFrontOf(({ rawHeaders }, response) => response.end(JSON.stringify(rawHeaders)));
    const answer = await sendRaw(port, 'GET / HTTP/1.0\r\n\r\n');
    expect(JSON.parse(answer.slice(answer.indexOf('[')))).toEqual(['host', NAME, 'connection', 'keep-alive']);
  });

  test('carries a body of 9 MB, with its length', async () => {
    const { url } = await inFrontOf(digesting);
    const response = await fetch(url, { method: 'PUT', body: BIG });
    expect(await response.json()).toEqual({ digest: digestOf(BIG), length: String(BIG.length) });
  });

  test('carries a body that comes in chunks of unknown number', async () => {
    const { port } = await inFrontOf(digesting);
    const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n';
    const answer = await sendRaw(port, `${head}5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n`, /\}/);
    expect(answer).toContain(`"digest":"${digestOf(Buffer.from('hello world'))}"`);
  });

  test('answers others while any number of requests are only half sent', async () => {
    let begun = 0;
    const { url, port } = await inFrontOf((incoming, response) => {
      if (incoming.method === 'GET') return void response.end('done');
      begun += 1;
      incoming.resume();
    });
    const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf';
    const sockets = Array.from({ length: HALF_SENT }, () => connect(port, '127.0.0.1'));
    onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
    for (const socket of sockets) socket.on('error', () => undefined).write(head);
    await expect.poll(() => begun, { timeout: 10_000 }).toBe(HALF_SENT);
    expect(await (await fetch(url)).text()).toBe('done');
  });

  test('ends the request at the region when the client leaves', async () => {
    let [asked, left] = [0, 0];
    const { url } = await inFrontOf((_, response) => {
      asked += 1;
      response.on('close', () => {
        left += 1;
      });
    });
    const leaving = request(url);
    leaving.on('error', () => undefined);
    leaving.end();
    await expect.poll(() => asked).toBe(1);
    leaving.destroy();
    await expect.poll(() => left).toBe(1);
  });

  test('never makes a whole request of a body that broke off', async () => {
    const ends: boolean[] = [];
    let asked = 0;
    const { url } = await inFrontOf((incoming) => {
      asked += 1;
      incoming.on('error', () => undefined);
      incoming.resume().once('close', () => ends.push(incoming.complete));
    });
    for (const headers of [{ 'content-length': 100 }, { 'transfer-encoding': 'chunked' }]) {
      const leaving = request(url, { method: 'POST', headers });
      leaving.on('error', () => undefined);
      leaving.write('half');
      const before = asked;
      await expect.poll(() => asked).toBe(before + 1);
      leaving.destroy();
    }
    await expect.poll(() => ends.length).toBe(2);
    expect(ends).toEqual([false, false]);
  });
});

describe('forwardRequest() on the way back', () => {
  test('leaves status and headers as they came, without those of one hop', async () => {
    const upstream = await rawEndpoint((socket) =>
      socket.end(
        'HTTP/1.1 418 Kettle\r\nX-From: a\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\nx-name: caf\xe9\r\nKeep-Alive: timeout=9\r\n' +
          'Connection: X-Mine, close\r\nX-Mine: 1\r\nProxy-Connection: close\r\nContent-Length: 4\r\n\r\ndone',
        'latin1',
      ),
    );
    const { port } = await endpointBefore({ [IP]: upstream.port });
    const answer = await sendRaw(port, 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(answer.split('\r\n')).toEqual([
      expect.stringMatching(/^HTTP\/1\.1 418 /),
      ...['X-From: a', 'set-cookie: a=1', 'Set-Cookie: b=2', 'x-name: caf\xe9', 'Content-Length: 4'],
      ...['Connection: close', '', 'done'],
    ]);
  });

  test('carries answers of 9 MB, with a length and in chunks', async () => {
    const { url } = await inFrontOf((incoming, response) => {
      if (incoming.url === '/length') response.setHeader('content-length', BIG.length);
      response.end(BIG);
      if (incoming.url === '/chunks') response.flushHeaders();
    });
    for (const path of ['length', 'chunks']) {
      const response = await fetch(`${url}/${path}`);
      expect(digestOf(new Uint8Array(await response.arrayBuffer()))).toBe(digestOf(BIG));
    }
  });

  test('passes the parts of an answer on as they come', async () => {
    let finish: () => void = () => undefined;
    const { url } = await inFrontOf((_, response) => {
      response.write('first');
      finish = () => response.end('second');
    });
    const reader = (await fetch(url)).body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('first');
    finish();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('second');
    expect((await reader?.read())?.done).toBe(true);
  });

  test.each([
    ['HEAD', 200, { 'content-length': '5', etag: '"x"' }],
    ['GET', 204, { etag: '"x"' }],
    ['GET', 304, { etag: '"x"' }],
  ])(
    'answers %s with %d and no body, and the connection serves the next request',
    async (method, status, headers) => {
      const { port } = await inFrontOf(({ url }, response) => {
        if (url === '/next') response.end('next');
        else response.writeHead(status, headers).end();
      });
      const first = `${method} / HTTP/1.1\r\nHost: localhost\r\n\r\n`;
      const answer = await sendRaw(port, `${first}GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n`, /next/);
      const [head, second] = answer.split('\r\n\r\n');
      expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      for (const [name, value] of Object.entries(headers)) expect(head).toContain(`${name}: ${value}`);
      expect(head).not.toMatch(/transfer-encoding/i);
      expect(second).toMatch(/^HTTP\/1\.1 200 /);
    },
  );
});
