import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createAmplifyTransport } from '../src/amplify-transport.ts';
import { fetchTransport } from '../src/fetch-transport.ts';
import { answerBytesMax, type Transport, TransportError, type TransportRequest } from '../src/transport.ts';
import { serveRecording } from './support/recording-server.ts';

const adapters: readonly [name: string, (endpoint: string) => Transport][] = [
  ['fetchTransport', () => fetchTransport],
  [
    'createAmplifyTransport()',
    (endpoint) => createAmplifyTransport([{ region: 'eu-west-1', apiName: 'api', endpoint }]),
  ],
];

describe.each(adapters)('%s', (_, transportTo) => {
  const send = (
    endpoint: string,
    request: Partial<TransportRequest> = {},
    signal = new AbortController().signal,
  ) =>
    transportTo(endpoint)({
      apiName: 'api',
      endpoint,
      method: 'GET',
      path: '/health/live',
      headers: {},
      signal,
      ...request,
    });

  test.each([200, 201, 400, 403, 404, 409, 412, 422, 429, 500, 502, 503, 504])(
    'resolves with the whole answer when the status is %i',
    async (status) => {
      const body = JSON.stringify({ code: 'some-code', message: 'Some message', status });
      const { endpoint, seen } = await serveRecording((_request, response) => {
        response.writeHead(status, { 'content-type': 'application/problem+json', 'X-Region': 'eu-west-1' });
        response.end(body);
      });
      const answer = await send(endpoint);
      expect(answer).toMatchObject({ status, body });
      expect(answer.headers).toMatchObject({
        'content-type': 'application/problem+json',
        'x-region': 'eu-west-1',
      });
      expect(seen).toHaveLength(1);
    },
  );

  test.each([301, 302, 303, 307, 308])(
    'rejects, and sends nothing to the host that an answer with the status %i points to',
    async (status) => {
      const elsewhere = await serveRecording((_request, response) => response.end('{}'));
      const { endpoint, seen } = await serveRecording((_request, response) => {
        response.writeHead(status, { location: `${elsewhere.endpoint}/health/live` }).end();
      });
      const headers = { authorization: 'Bearer secret', 'x-session': '1~a', 'idempotency-key': 'k' };
      const sent = send(endpoint, { method: 'PUT', path: '/items/demo/a', body: { data: 1 }, headers });
      await expect(sent).rejects.toBeInstanceOf(TransportError);
      expect(seen).toHaveLength(1);
      expect(elsewhere.seen).toEqual([]);
    },
  );

  test('rejects when the answer is longer than any of the platform, and reads it no further', async () => {
    const piece = Buffer.alloc(64 * 1024, 32);
    let written = 0;
    const { endpoint } = await serveRecording((_request, response) => {
      const more = () => {
        if (response.destroyed) return;
        written += piece.length;
        if (response.write(piece)) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    await expect(send(endpoint)).rejects.toBeInstanceOf(TransportError);
    expect(written).toBeGreaterThan(answerBytesMax);
    expect(written).toBeLessThan(4 * answerBytesMax);
  });

  test.each(['', '<html>Bad gateway</html>', '"text"', '[1]', '{"code":7,"message":{"a":1}}', '{"a":'])(
    'resolves with the body as it came when the status is 502 and the body is %j',
    async (body) => {
      const { endpoint } = await serveRecording((_request, response) => response.writeHead(502).end(body));
      expect(await send(endpoint)).toMatchObject({ status: 502, body });
    },
  );

  test('resolves with an empty body when the answer is 204', async () => {
    const { endpoint, seen } = await serveRecording((_request, response) =>
      response.writeHead(204, { 'x-region': 'eu-west-1' }).end(),
    );
    const answer = await send(endpoint, { method: 'DELETE', path: '/items/demo/a' });
    expect(answer).toMatchObject({ status: 204, body: '', headers: { 'x-region': 'eu-west-1' } });
    expect(seen[0]).toMatchObject({ method: 'DELETE', body: '' });
    expect(seen[0]?.headers['content-type']).toBeUndefined();
  });

  test('sends path, query and headers exactly when they hold every kind of character', async () => {
    const { endpoint, seen } = await serveRecording((_request, response) => response.end('{}'));
    const names = ['a/b', 'a b+c', '100%', 'Ä€😀', '?#&=', "!'()*~", '...', ';,:@$', '\\|^`{}<>"[]'];
    for (const name of names) {
      const path = `/items/${encodeURIComponent(name)}/${encodeURIComponent(name)}`;
      await send(endpoint, { path, query: { cursor: name, limit: '20' }, headers: { 'x-session': '1~a.b' } });
      const url = seen.at(-1)?.url ?? '';
      const [pathSeen, querySeen] = url.split('?');
      expect(pathSeen).toBe(path);
      expect(Object.fromEntries(new URLSearchParams(querySeen))).toEqual({ cursor: name, limit: '20' });
      expect(seen.at(-1)?.headers['x-session']).toBe('1~a.b');
    }
  });

  test('sends JSON and its length when there is a body', async () => {
    const { endpoint, seen } = await serveRecording((_request, response) => response.end('{}'));
    const bodies = [{ data: { text: 'Ä€😀', list: [1, null, true] } }, {}, [], 'text', 7, 0, false, '', null];
    for (const body of bodies) {
      await send(endpoint, { method: 'PUT', path: '/items/demo/a', body });
      expect(seen.at(-1)).toMatchObject({ method: 'PUT', body: JSON.stringify(body) });
      expect(seen.at(-1)?.headers['content-type']).toBe('application/json');
      expect(seen.at(-1)?.headers['content-length']).toBe(String(Buffer.byteLength(JSON.stringify(body))));
    }
  });

  test('sends a POST without body and content type when there is none', async () => {
    const { endpoint, seen } = await serveRecording((_request, response) => response.end('{}'));
    await send(endpoint, { method: 'POST', path: '/write' });
    expect(seen[0]).toMatchObject({ method: 'POST', body: '' });
    expect(seen[0]?.headers['content-type']).toBeUndefined();
  });

  test('adds no header of its own that CORS would have to allow', async () => {
    const { endpoint, seen } = await serveRecording((_request, response) => response.end('{}'));
    await send(endpoint, { headers: { 'x-correlation-id': 'a' } });
    const simple = [
      'accept',
      'accept-encoding',
      'accept-language',
      'connection',
      'host',
      'sec-fetch-mode',
      'user-agent',
    ];
    const others = Object.keys(seen[0]?.headers ?? {}).filter((name) => !simple.includes(name));
    expect(others).toEqual(['x-correlation-id']);
  });

  test('resolves with the whole body when it is big and comes in many parts', async () => {
    const body = JSON.stringify({
      items: Array.from({ length: 50_000 }, (_each, index) => `item ${index} ä`),
    });
    const { endpoint } = await serveRecording((_request, response) => {
      for (let at = 0; at < body.length; at += 10_000) response.write(body.slice(at, at + 10_000));
      response.end();
    });
    expect((await send(endpoint)).body).toBe(body);
  });

  test.each([200, 503])(
    'rejects with a TransportError when the connection breaks mid-body, status %i',
    async (status) => {
      const { endpoint } = await serveRecording((_request, response) => {
        response.writeHead(status, { 'content-length': '100' });
        response.write('{"item":', () => response.destroy());
      });
      const error = await send(endpoint).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TransportError);
      expect((error as Error).cause).toBeInstanceOf(Error);
    },
  );

  test('rejects with a TransportError when the connection breaks before the answer', async () => {
    const { endpoint, seen } = await serveRecording((request) => request.socket.destroy());
    const error = await send(endpoint, { method: 'POST', path: '/write', body: {} }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(TransportError);
    expect((error as Error).message).toContain(endpoint);
    expect(seen).toHaveLength(1);
  });

  test('rejects with a TransportError when what answers is no HTTP', async () => {
    const server = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(send(endpoint)).rejects.toBeInstanceOf(TransportError);
  });

  test('rejects with a TransportError when the connection is refused', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await new Promise((resolve) => server.close(resolve));
    const error = await send(endpoint).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TransportError);
    expect((error as Error).cause).toBeInstanceOf(Error);
  });

  test.each([[new Error('gone')], ['a text'], [undefined]])(
    'rejects with the reason and sends nothing when aborted before: %s',
    async (reason) => {
      const { endpoint, seen } = await serveRecording((_request, response) => response.end('{}'));
      const controller = new AbortController();
      controller.abort(reason);
      const { signal } = controller;
      await expect(send(endpoint, { method: 'POST', body: {} }, signal)).rejects.toBe(signal.reason);
      expect(seen).toHaveLength(0);
    },
  );

  test('rejects with the reason at once when aborted while it waits for an answer', async () => {
    const closed = vi.fn();
    const controller = new AbortController();
    const reason = new Error('gone');
    const { endpoint } = await serveRecording((request) => {
      request.socket.on('close', closed);
      controller.abort(reason);
    });
    await expect(send(endpoint, {}, controller.signal)).rejects.toBe(reason);
    await vi.waitFor(() => expect(closed).toHaveBeenCalled());
  });

  test.each([200, 500])(
    'rejects with the reason at once when aborted mid-body, status %i',
    async (status) => {
      const closed = vi.fn();
      const { endpoint } = await serveRecording((request, response) => {
        request.socket.on('close', closed);
        response.writeHead(status).write('{"item":');
      });
      const fetched = vi.spyOn(globalThis, 'fetch');
      const controller = new AbortController();
      const answer = send(endpoint, {}, controller.signal);
      answer.catch(() => undefined);
      // The head is to be there, so that it is the body which is waited for.
      await vi.waitFor(() => expect(fetched).toHaveBeenCalled());
      await fetched.mock.results[0]?.value;
      controller.abort();
      await expect(answer).rejects.toBe(controller.signal.reason);
      await vi.waitFor(() => expect(closed).toHaveBeenCalled());
    },
  );

  test('sends a request once when the answer is one that Amplify would repeat', async () => {
    const { endpoint, seen } = await serveRecording((_request, response) =>
      response.writeHead(503, { 'retry-after': '0' }).end('{}'),
    );
    expect(await send(endpoint)).toMatchObject({ status: 503, headers: { 'retry-after': '0' } });
    expect(seen).toHaveLength(1);
  });
});
