import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { isIPv6, type Server, type Socket } from 'node:net';
import { TwinError } from '../twin-error.ts';
import type { DnsAuthority } from './dns-answer.ts';
import { respond } from './dns-response.ts';
import { createDnsTcpServer } from './dns-tcp.ts';

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
