import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type GatewayErrorName, gatewayError } from './gateway-response.ts';

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
