import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import { TwinError } from '../twin-error.ts';
import type { DnsAuthority } from './dns-answer.ts';
import { respond } from './dns-response.ts';

/** Where to listen, and who knows the answers. */
export interface DnsServerOptions {
  readonly host: string;
  /** For UDP and TCP. 0 takes one that is free for both. */
  readonly port: number;
  readonly route53: DnsAuthority;
}

/** A running DNS server. */
export interface DnsServer {
  readonly host: string;
  readonly port: number;
  /** Ends open connections too. */
  close(): Promise<void>;
}

/** How often to look for a port that is free for both, where any will do. */
const ATTEMPTS_MAX = 10;

/** Room for a burst of queries that come while the process does something else. */
const RECEIVE_BUFFER_BYTES = 1_000_000;

/**
 * Answers DNS queries over UDP and TCP, with authority only. Any resolver can be pointed at it.
 *
 * @throws {TwinError} `PortInUse` when the port is taken for either; nothing is left listening then
 */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await listenOnBoth(options);
    } catch (error) {
      // A port that UDP was given may be taken for TCP; another one will not be.
      if (!isInUse(error)) throw error;
      if (options.port !== 0 || attempt >= ATTEMPTS_MAX) throw inUse(options, error);
    }
  }
}

async function listenOnBoth({ host, port, route53 }: DnsServerOptions): Promise<DnsServer> {
  const udp = await listenUdp({ host, port }, route53);
  const chosen = udp.address().port;
  const { server, sockets } = createDnsTcpServer(route53);
  try {
    await listenTcp(server, { host, port: chosen });
  } catch (error) {
    await closeUdp(udp);
    throw error;
  }
  return {
    host,
    port: chosen,
    close: async () => void (await Promise.all([closeUdp(udp), closeTcp(server, sockets)])),
  };
}

type Address = { readonly host: string; readonly port: number };

function listenUdp({ host, port }: Address, authority: DnsAuthority): Promise<UdpSocket> {
  const socket = createSocket({
    type: isIPv6(host) ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
    // Answers go to addresses. Looking each of them up, as Node would, takes longer than finding the answer.
    lookup: (address, _options, found) => found(null, address, isIPv6(address) ? 6 : 4),
  });
  socket.on('message', (message, { address, port: from }) => {
    const answer = respond(message, authority, 'udp');
    // Nobody can be answered at port 0. That a client has gone is its own affair: without a callback the error goes
    // nowhere.
    if (answer !== undefined && from !== 0) socket.send(answer, from, address);
  });
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      socket.close();
      reject(error);
    };
    socket.once('error', failed);
    socket.bind({ address: host, port, exclusive: true }, () => {
      // From here on an error is of one datagram, and the next is served all the same.
      socket.off('error', failed).on('error', () => undefined);
      resolve(socket);
    });
  });
}

function listenTcp(server: Server, { host, port }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen({ host, port }, resolve);
  });
}

function closeUdp(socket: UdpSocket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

function closeTcp(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve) => server.close(() => resolve()));
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function inUse({ host, port }: Address, cause: unknown): TwinError {
  return new TwinError(
    'PortInUse',
    `Cannot answer DNS on ${host}:${port}: another process listens there over UDP or TCP, the port must be free for both. ` +
      'End that process, or choose other ports with --port-base.',
    { cause },
  );
}

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
function createDnsTcpServer(authority: DnsAuthority): {
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
