import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';
import { requestPath } from '../../../src/supervisor/refused-request.ts';
import { openStaticSite } from '../../../src/supervisor/site/static-site.ts';
import { TwinError } from '../../../src/twin-error.ts';
import { FILES, writeSite } from './site-fixture.ts';

const SCRIPT = '/assets/index-BEHjh3E2.js';

/** Serves a built site on a free port, and gives what asks it: `undici`, which neither decodes nor adds headers. */
async function serveSite(folder = writeSite()) {
  const site = await openStaticSite(folder, { headers: { 'x-content-type-options': 'nosniff' } });
  const server = createServer(
    (incoming, outgoing) => void site.answer(incoming, outgoing, requestPath(incoming.url ?? '/')),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  return async (
    path: string,
    {
      method = 'GET',
      headers = {},
    }: { method?: 'GET' | 'HEAD' | 'POST'; headers?: Record<string, string> } = {},
  ) => {
    const {
      statusCode,
      headers: answered,
      body,
    } = await request(`http://127.0.0.1:${port}${path}`, {
      method,
      headers,
    });
    return { status: statusCode, headers: answered, body: Buffer.from(await body.arrayBuffer()) };
  };
}

describe('StaticSite', () => {
  test.each([
    ['/', 'index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['/?any=query', 'index.html', 'text/html; charset=utf-8', 'no-cache'],
    [
      SCRIPT,
      'assets/index-BEHjh3E2.js',
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ],
    [
      '/assets/with%20space-BEHjh3E2.js',
      'assets/with space-BEHjh3E2.js',
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ],
    [
      '/assets/index-TZrNw7dA.css',
      'assets/index-TZrNw7dA.css',
      'text/css; charset=utf-8',
      'public, max-age=31536000, immutable',
    ],
    [
      '/assets/world-_x-9aQz1.svg',
      'assets/world-_x-9aQz1.svg',
      'image/svg+xml',
      'public, max-age=31536000, immutable',
    ],
    ['/assets/notes.txt', 'assets/notes.txt', 'text/plain; charset=utf-8', 'no-cache'],
    ['/favicon.ico', 'favicon.ico', 'image/vnd.microsoft.icon', 'no-cache'],
    ['/data.unknown', 'data.unknown', 'application/octet-stream', 'no-cache'],
  ] as const)('answers %s with %s as %s, %s', async (path, name, type, cacheControl) => {
    const ask = await serveSite();
    const { status, headers, body } = await ask(path);
    expect(status).toBe(200);
    expect(body.toString()).toBe(FILES[name]);
    expect(headers).toMatchObject({
      'content-type': type,
      'cache-control': cacheControl,
      'content-length': String(Buffer.byteLength(FILES[name])),
      'x-content-type-options': 'nosniff',
    });
    expect(headers['content-encoding']).toBeUndefined();
  });

  test.each([
    ['br', 'br, gzip', brotliDecompressSync],
    ['br', 'gzip;q=1.0, br;q=0.5', brotliDecompressSync],
    ['gzip', 'gzip, deflate', gunzipSync],
    ['gzip', 'br;q=0, *', gunzipSync],
  ])('compresses by %s when %s is accepted', async (encoding, accepted, decompress) => {
    const ask = await serveSite();
    const { headers, body } = await ask(SCRIPT, { headers: { 'accept-encoding': accepted } });
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers.vary).toBe('accept-encoding');
    expect(headers['content-length']).toBe(String(body.length));
    expect(body.length).toBeLessThan(FILES['assets/index-BEHjh3E2.js'].length / 2);
    expect(decompress(body).toString()).toBe(FILES['assets/index-BEHjh3E2.js']);
  });

  test('leaves small files as they are, and gives every encoding an ETag of its own', async () => {
    const ask = await serveSite();
    const headers = { 'accept-encoding': 'br' };
    const small = await ask('/assets/index-TZrNw7dA.css', { headers });
    expect(small.headers['content-encoding']).toBeUndefined();
    expect(small.headers.vary).toBeUndefined();
    const tags = await Promise.all(
      ['br', 'gzip', 'identity'].map(
        async (encoding) => (await ask(SCRIPT, { headers: { 'accept-encoding': encoding } })).headers.etag,
      ),
    );
    expect(new Set(tags).size).toBe(3);
  });

  test('answers 304 without a body when the client has the file, and 200 when it has another', async () => {
    const ask = await serveSite();
    const { headers } = await ask('/');
    const etag = String(headers.etag);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await ask('/', { headers: { 'if-none-match': known } });
      expect(answer.status).toBe(304);
      expect(answer.body).toHaveLength(0);
      expect(answer.headers).toMatchObject({ etag, 'cache-control': 'no-cache' });
    }
    expect((await ask('/', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    const inAnother = { 'if-none-match': etag, 'accept-encoding': 'br' };
    expect((await ask('/', { headers: inAnother })).status, 'the ETag is of the plain page').toBe(200);
  });

  test('answers HEAD as GET, without the body', async () => {
    const ask = await serveSite();
    const headers = { 'accept-encoding': 'gzip' };
    const got = await ask(SCRIPT, { headers });
    const head = await ask(SCRIPT, { method: 'HEAD', headers });
    expect(head.body).toHaveLength(0);
    for (const name of ['etag', 'content-length', 'content-encoding', 'content-type', 'cache-control'])
      expect(head.headers[name]).toBe(got.headers[name]);
  });

  test('answers 405 with what is allowed, and 404 in few words', async () => {
    const ask = await serveSite();
    const posted = await ask('/', { method: 'POST' });
    expect([posted.status, posted.headers.allow]).toEqual([405, 'GET, HEAD']);
    const missing = await ask('/assets/%3Cscript%3E.js');
    expect(missing.status).toBe(404);
    expect(missing.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(missing.body.toString()).toBe('Cannot find this file: the console has no such name.\n');
  });

  test('goes on serving what it opened when the folder changes', async () => {
    const folder = writeSite();
    const ask = await serveSite(folder);
    writeFileSync(join(folder, 'index.html'), 'changed');
    expect((await ask('/')).body.toString()).toBe(FILES['index.html']);
  });
});

describe('openStaticSite()', () => {
  test('fails with the remedy when the folder is absent or holds no page', async () => {
    const folder = writeSite();
    mkdirSync(join(folder, 'empty'));
    for (const [path, state] of [
      [join(folder, 'absent'), 'it cannot be read'],
      [join(folder, 'empty'), 'it has no index.html'],
      [join(folder, 'index.html'), 'it cannot be read'],
    ] as const) {
      const error = await openStaticSite(path, { headers: {} }).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(TwinError);
      expect(error).toMatchObject({ code: 'ConsoleUnusable' });
      expect(String(error)).toContain(`${path}: ${state}`);
      expect(String(error)).toContain('--no-console');
    }
  });
});
