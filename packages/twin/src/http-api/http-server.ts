import { createServer, type RequestListener, type Server } from 'node:http';
import { refuseUnparsable } from './refuse-unparsable.ts';

/** Time a client has to send its headers, and its whole request, in milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_TIMEOUT_MS = 60_000;
/** A connection on which nothing moves for so long is cut: longer than any wait for a function. */
const SOCKET_TIMEOUT_MS = 65_000;
/** Above API Gateway's own limit, so that the API and not the parser answers what is a little too large. */
const PARSER_HEADERS_LIMIT_BYTES = 65_536;

/** An HTTP/1.1 server whose every wait is bounded, with the API's own answer to what is not HTTP. */
export function newHttpServer(onRequest: RequestListener): Server {
  const server = createServer(
    {
      keepAlive: true,
      noDelay: true,
      maxHeaderSize: PARSER_HEADERS_LIMIT_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: 1000,
    },
    onRequest,
  );
  server.timeout = SOCKET_TIMEOUT_MS;
  // Node.js keeps the first 2,000 headers and drops the rest without a word. Their size is bounded as it is.
  server.maxHeadersCount = 0;
  // Served as if it were not there: Node.js would answer 417 without the API's headers (RFC 9110, 10.1.1 leaves it open).
  server.on('checkExpectation', (incoming, outgoing) => server.emit('request', incoming, outgoing));
  refuseUnparsable(server);
  return server;
}

/** How often a closing server looks for connections that have become idle. */
const IDLE_CHECK_INTERVAL_MS = 10;

/** Takes no new connections, lets requests finish for `graceMs` at most, then cuts what is left. */
export async function closeServers(servers: readonly Server[], graceMs: number): Promise<void> {
  const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
  // A kept-alive connection turns idle only when its request is answered, which may be after the close.
  const idle = setInterval(() => {
    for (const server of servers) server.closeIdleConnections();
  }, IDLE_CHECK_INTERVAL_MS);
  const grace = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, graceMs);
  await Promise.all(closed);
  clearInterval(idle);
  clearTimeout(grace);
}
