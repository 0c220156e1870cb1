import { createServer, type Server, type Socket } from 'node:net';
import type { DnsAuthority } from './dns-answer.ts';
import { respond } from './dns-response.ts';

/** A connection that has asked nothing whole for so long is closed (RFC 7766, section 6.2.3: a few seconds). */
const IDLE_MS = 10_000;

const CONNECTIONS_MAX = 256;

/** Answers that a client leaves unread. More, and nothing further is read from it; it then falls idle. */
const UNREAD_BYTES_MAX = 1_000_000;

const LENGTH_BYTES = 2;

/**
 * A TCP server for DNS, not yet listening: any number of queries a connection, one after the other or all at once
 * (RFC 7766).
 */
export function createDnsTcpServer(authority: DnsAuthority): {
  server: Server;
  sockets: ReadonlySet<Socket>;
} {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket, authority);
  });
  server.maxConnections = CONNECTIONS_MAX;
  return { server, sockets };
}

function serve(socket: Socket, authority: DnsAuthority): void {
  let pending: Buffer = Buffer.alloc(0);
  // Begun anew by whole queries only: single bytes now and then would hold a connection for ever.
  const idle = setTimeout(() => socket.destroy(), IDLE_MS);
  socket.once('close', () => clearTimeout(idle));
  socket.on('error', () => socket.destroy());
  socket.on('drain', () => socket.resume());
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (let message = firstMessage(pending); message !== undefined; message = firstMessage(pending)) {
      pending = pending.subarray(LENGTH_BYTES + message.length);
      const answer = respond(message, authority, 'tcp');
      // What is not answered has no place on a connection whose order of messages must hold.
      if (answer === undefined) return void socket.destroy();
      idle.refresh();
      socket.write(lengthPrefixed(answer));
    }
    if (socket.writableLength > UNREAD_BYTES_MAX) socket.pause();
  });
}

/**
 * The first whole message, if it has come. Each is preceded by its length in two bytes (RFC 1035, section 4.2.2).
 */
function firstMessage(bytes: Buffer): Buffer | undefined {
  if (bytes.length < LENGTH_BYTES) return undefined;
  const end = LENGTH_BYTES + bytes.readUInt16BE(0);
  return bytes.length < end ? undefined : bytes.subarray(LENGTH_BYTES, end);
}

function lengthPrefixed(answer: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(answer.length);
  return Buffer.concat([length, answer]);
}
