import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type GatewayErrorName, gatewayError } from './gateway-response.ts';

/** Time a client has to send its headers, and its whole request, in milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_TIMEOUT_MS = 60_000;
/** A connection on which nothing moves for so long is cut: longer than any wait for a function. */
const SOCKET_TIMEOUT_MS = 65_000;
/** Above API Gateway's own limit, so that the API and not the parser answers what is a little too large. */
const PARSER_HEADERS_LIMIT_BYTES = 65_536;

/** What Node.js says of a request that it could not read, and the answer to it. Anything else is a bad request. */
const PARSER_ERRORS: Readonly<Record<string, GatewayErrorName>> = {
  HPE_HEADER_OVERFLOW: 'headersTooLarge',
  ERR_HTTP_REQUEST_TIMEOUT: 'requestTimeout',
};

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
  server.on('clientError', answerUnparsable);
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

/** Answers a request that is not HTTP, or whose headers do not even fit the parser, and hangs up. */
function answerUnparsable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, body } = gatewayError(PARSER_ERRORS[error.code ?? ''] ?? 'badRequest');
  const head = ['content-type: application/json', `content-length: ${body.length}`, 'connection: close'];
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('\r\n')}\r\n\r\n${body}`);
}
