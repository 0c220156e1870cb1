import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

/** A plain web server, as hosting is: files of one folder, and nothing of a twin. */
export interface StaticHost {
  /** Without a trailing slash. */
  readonly origin: string;
  /** Serves a folder's files from now on, with `overlay` (path to text) over them; anything else is 404. */
  serve(folder: string, overlay: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Starts the server on a free port of the loopback address; the caller closes it. */
export async function startStaticHost(): Promise<StaticHost> {
  let folder = '';
  let overlay: Readonly<Record<string, string>> = {};
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const path = pathname === '/' ? '/index.html' : pathname;
    const body = overlay[path] ?? (await readFile(join(folder, path)).catch(() => undefined));
    if (folder === '' || body === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(from, over) {
      folder = from;
      overlay = over;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
