import {
  createServer,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type GatewayErrorName, gatewayError } from './gateway-response.ts';
import { HttpApiError } from './http-api-definition.ts';

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

/** An address to listen on. Port 0 takes a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** True when the address may be missing on this machine: it is then left out. */
  readonly optional?: boolean;
}

/**
 * Listens on every address with a server of its own, or on none.
 *
 * @throws {HttpApiError} `AddressInUse` or `AddressUnavailable`, with the address
 */
export async function listenAll(
  addresses: readonly ListenAddress[],
  newServer: () => Server,
): Promise<Server[]> {
  const servers: Server[] = [];
  for (const address of addresses) {
    const server = newServer();
    try {
      await listen(server, address);
      servers.push(server);
    } catch (error) {
      if (address.optional && codeOf(error) === 'EADDRNOTAVAIL') continue;
      for (const started of servers) started.close();
      throw translated(error, address);
    }
  }
  return servers;
}

function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function translated(error: unknown, { host, port }: ListenAddress): unknown {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new HttpApiError(
        'AddressInUse',
        `Cannot listen on ${host}:${port}: another process does, the port must be free. Stop that process or choose other ports with --port-base.`,
        { cause: error },
      );
    case 'EADDRNOTAVAIL':
    case 'EACCES':
      return new HttpApiError(
        'AddressUnavailable',
        `Cannot listen on ${host}:${port}: this machine does not offer the address to this user. Add it to the loopback interface or choose other ports with --port-base.`,
        { cause: error },
      );
    default:
      return error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** What Node.js says of a request that it could not read, and the answer to it. Anything else is a bad request. */
const PARSER_ERRORS: Readonly<Record<string, GatewayErrorName>> = {
  HPE_HEADER_OVERFLOW: 'headersTooLarge',
  ERR_HTTP_REQUEST_TIMEOUT: 'requestTimeout',
};

/**
 * Has a server answer what is not HTTP, or does not fit the parser, with the API's own error, and hang up: after the answers
 * to the requests before it on the same connection.
 */
export function refuseUnparsable(server: Server): void {
  const unanswered = trackUnanswered(server);
  server.on('clientError', (error, socket: Socket) => {
    const last = [...(unanswered.get(socket) ?? [])].findLast(({ req }) => req.complete);
    /*
     *   client   GET /1 ............ noise
     *   server   GET /1: function runs | noise: 400 | function answers
     *
     * Written at once, the 400 would be what the client takes for the answer to its first request (RFC 9112, 9.3.2).
     */
    if (last === undefined) refuse(error, socket);
    else last.once('close', () => refuse(error, socket));
  });
}

/** The answers that each connection still waits for, in the order of their requests. */
function trackUnanswered(server: Server): WeakMap<Duplex, Set<ServerResponse>> {
  const unanswered = new WeakMap<Duplex, Set<ServerResponse>>();
  server.on('request', ({ socket }, outgoing) => {
    const before = unanswered.get(socket) ?? new Set();
    unanswered.set(socket, before.add(outgoing));
    outgoing.once('close', () => before.delete(outgoing));
  });
  return unanswered;
}

function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, body } = gatewayError(PARSER_ERRORS[error.code ?? ''] ?? 'badRequest');
  const head = ['content-type: application/json', `content-length: ${body.length}`, 'connection: close'];
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('\r\n')}\r\n\r\n${body}`);
}
