import { readdir, readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { TwinError } from '../../twin-error.ts';
import { acceptedEncoding, type SiteFile, siteFile } from './site-file.ts';

/** The files of a built web page, ready to be sent. */
export interface StaticSite {
  /** Answers a request for `path`, which is decoded: 200, 304, 404 or 405. */
  answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
}

const METHODS = ['GET', 'HEAD'];

/**
 * Opens a folder as a web site.
 *
 * All of it is read now and served from memory: a path is looked up among the names that were found and never put
 * together with the folder's, so that no spelling of `..` leads out of it, and links in the folder lead nowhere.
 *
 * @param headers sent with every answer
 * @throws {TwinError} `ConsoleUnusable` when the folder cannot be read, has no `index.html`, or is far too large
 */
export async function openStaticSite(
  folder: string,
  { headers }: { readonly headers: Readonly<Record<string, string>> },
): Promise<StaticSite> {
  const files = await readSite(folder);
  // What every browser asks for is ready when the first one does.
  for (const file of files.values()) void file.as('br');
  return {
    async answer(request, response, path) {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      if (!METHODS.includes(request.method ?? '')) {
        response.setHeader('allow', METHODS.join(', '));
        return sendText(response, 405, `Cannot ${request.method} a file: GET and HEAD are allowed.`);
      }
      const file = files.get(path === '/' ? '/index.html' : path);
      if (file === undefined)
        return sendText(response, 404, 'Cannot find this file: the console has no such name.');
      await sendFile(request, response, file);
    },
  };
}

async function sendFile(request: IncomingMessage, response: ServerResponse, file: SiteFile): Promise<void> {
  const accepted = request.headers['accept-encoding'];
  const { body, encoding, etag } = await file.as(acceptedEncoding(String(accepted ?? '')));
  for (const [name, value] of Object.entries(file.headers)) response.setHeader(name, value);
  response.setHeader('etag', etag);
  if (isKnown(etag, request.headers['if-none-match'])) {
    response.writeHead(304).end();
    return;
  }
  if (encoding !== 'identity') response.setHeader('content-encoding', encoding);
  response.writeHead(200, { 'content-length': body.length });
  // Node.js sends no body to HEAD.
  response.end(body);
}

/** Whether the client has this representation. Compared weakly, as RFC 9110, section 13.1.2, says. */
function isKnown(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  const known = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes('*') || known.includes(etag);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(text) + 1,
  });
  response.end(`${text}\n`);
}

/** A hundred times what a console weighs: whoever hands in more has named the wrong folder. */
const SITE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Reads every regular file under a folder, by its path from there with a leading slash. Symbolic links are left out,
 * those to folders too.
 *
 * @throws {TwinError} `ConsoleUnusable` when it cannot be read, has no `index.html`, or is over 64 MiB
 */
async function readSite(folder: string): Promise<ReadonlyMap<string, SiteFile>> {
  const paths = await filesBelow(folder, '').catch((cause: unknown) => {
    throw unusable(folder, 'it cannot be read', { cause });
  });
  if (!paths.includes('/index.html')) throw unusable(folder, 'it has no index.html');
  const sizes = await Promise.all(paths.map(async (path) => (await stat(join(folder, path))).size));
  if (sizes.reduce((sum, size) => sum + size, 0) > SITE_BYTES_MAX)
    throw unusable(folder, `it holds more than ${SITE_BYTES_MAX} bytes`);
  return new Map(
    await Promise.all(
      paths.map(async (path) => [path, siteFile(path, await readFile(join(folder, path)))] as const),
    ),
  );
}

/** An entry's kind is that of the entry itself and not of what it leads to, so that a link is neither file nor folder. */
async function filesBelow(folder: string, prefix: string): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = `${prefix}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(folder, path);
      return entry.isFile() ? [path] : [];
    }),
  );
  return found.flat();
}

function unusable(folder: string, state: string, options?: ErrorOptions): TwinError {
  return new TwinError(
    'ConsoleUnusable',
    `Cannot serve the console from ${folder}: ${state}, a folder with a built page is needed. Start with --no-console to go without.`,
    options,
  );
}

/**
 * The security headers of every file of the console.
 *
 * The page runs its own scripts and styles, inline ones excluded, and talks to where it came from and to the endpoints of
 * this twin; nobody may frame it or take its files into a page of his own.
 * https://www.w3.org/TR/CSP3/
 *
 * @param endpoints origins of the regions' APIs and of the global endpoint, without a trailing slash
 */
export function pageHeaders(endpoints: readonly string[]): Readonly<Record<string, string>> {
  const policy = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'font-src': "'self'",
    'manifest-src': "'self'",
    'connect-src': ["'self'", ...endpoints].join(' '),
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  };
  return {
    'content-security-policy': Object.entries(policy)
      .map(([directive, sources]) => `${directive} ${sources}`)
      .join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}
