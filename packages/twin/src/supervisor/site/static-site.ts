import type { IncomingMessage, ServerResponse } from 'node:http';
import { acceptedEncoding } from './content-encoding.ts';
import { readStack } from './read-site.ts';
import type { SiteFile } from './site-file.ts';

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
  const files = await readStack(folder);
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
