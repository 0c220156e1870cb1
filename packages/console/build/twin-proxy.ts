import {
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import { HOP_HEADERS } from '@gsp/twin';

/** Handles a request, or hands it on to whoever comes next. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

const PROXIED = /^\/(_twin\/|amplify_outputs\.json$)/;

/** Longer than a region may take to start, which is the slowest thing that a page can ask of a twin. */
const TIMEOUT_MS = 60_000;

/**
 * Hands what a page asks of its twin on to that twin, as if the page had come from there.
 *
 * The twin answers its own page only. It judges by Host, which becomes its own; by Sec-Fetch-Site, which is the browser's
 * word and stays; and by Origin, which becomes the twin's where it is that of this server and stays where it is not: a page
 * of yet another origin is refused by the twin behind this server too.
 *
 * @param twin origin of the control API, such as `http://127.0.0.1:4000`
 */
export function twinProxy(twin: string): Middleware {
  const { hostname, port, host } = new URL(twin);
  return (request, response, next) => {
    const path = request.url ?? '/';
    if (!PROXIED.test(path.replace(/\?.*$/s, ''))) return next();
    const { origin } = request.headers;
    const isOwnPage = origin !== undefined && origin === `http://${request.headers.host}`;
    const forwarded = httpRequest({
      hostname,
      port,
      // Without the agent of this process, which may send everything to a proxy (NODE_USE_ENV_PROXY).
      agent: false,
      path,
      ...(request.method !== undefined && { method: request.method }),
      headers: { ...endToEnd(request.headers), host, ...(isOwnPage && { origin: twin }) },
      timeout: TIMEOUT_MS,
    });
    forwarded.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
      answer.pipe(response);
    });
    forwarded.on('timeout', () => forwarded.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    forwarded.on('error', (error) => sayUnreachable(response, { twin, reason: error.message }));
    response.on('close', () => forwarded.destroy());
    request.pipe(forwarded);
  };
}

/** Headers that are meant for the other end and not for the next hop. RFC 9110, section 7.6.1. */
function endToEnd(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_HEADERS.has(name)));
}

function sayUnreachable(response: ServerResponse, { twin, reason }: { twin: string; reason: string }): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const problem = {
    type: 'about:blank',
    title: 'Bad Gateway',
    status: 502,
    detail: `Cannot reach the twin at ${twin}: ${reason}. Start it with npm start.`,
  };
  response.writeHead(502, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(problem)}\n`);
}
