import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { type Answer, type DecodedPacket, decode, encode } from 'dns-packet';
import { onTestFinished } from 'vitest';

/** What a query is answered with: messages as they go out, one after the other. None is silence. */
export type DnsScript = (
  query: DecodedPacket,
  via: { transport: 'udp' | 'tcp'; port: number },
) => Uint8Array[];

/** A DNS server on a free port of 127.0.0.1, UDP and TCP, that answers as it is told. Ends with the test. */
export interface ScriptedDns {
  readonly host: string;
  readonly port: number;
  /** Names that were asked for, in the order of the queries. */
  readonly overUdp: string[];
  readonly overTcp: string[];
  script: DnsScript;
}

const LOOPBACK = '127.0.0.1';
const RESPONSE_AUTHORITATIVE = 0x84_00;
const TRUNCATED = 0x02_00;
const PORT_TRIES = 10;

/** Response codes of RFC 1035, 4.1.1. */
export const RCODE = { formatError: 1, serverFailure: 2, nameError: 3, refused: 5 } as const;

/** The answer to a query, or what differs from it. */
export function replyTo(
  query: DecodedPacket,
  {
    answers = [],
    rcode = 0,
    truncated = false,
    id = query.id ?? 0,
    name,
  }: { answers?: Answer[]; rcode?: number; truncated?: boolean; id?: number; name?: string } = {},
): Uint8Array {
  const questions = (query.questions ?? []).map((asked) => ({ ...asked, name: name ?? asked.name }));
  const flags = RESPONSE_AUTHORITATIVE | rcode | (truncated ? TRUNCATED : 0);
  return encode({ type: 'response', id, flags, questions, answers });
}

/** An address record. */
export function address(name: string, data: string, ttl = 60): Answer {
  return { type: 'A', class: 'IN', name, ttl, data };
}

/** An alias record. */
export function alias(name: string, data: string, ttl = 60): Answer {
  return { type: 'CNAME', class: 'IN', name, ttl, data };
}

/** Answers whatever is asked with one address, read anew for every query. */
export function leadingTo(target: { readonly ip: string; readonly ttlSeconds?: number }): DnsScript {
  return (query) => [
    replyTo(query, {
      answers: [address(query.questions?.[0]?.name ?? '', target.ip, target.ttlSeconds ?? 60)],
    }),
  ];
}

/** A message with its length before it, as it travels over TCP. */
export function withLength(message: Uint8Array): Uint8Array {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** Starts the server; over TCP what a script gives is written as it is, piece by piece, and the connection ended. */
export async function scriptedDns(script: DnsScript): Promise<ScriptedDns> {
  const dns = { host: LOOPBACK, port: 0, overUdp: [], overTcp: [], script } as ScriptedDns & { port: number };
  const udp = createSocket('udp4');
  const connections = new Set<Socket>();
  const tcp = createServer((socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', (bytes) => answerOverTcp(dns, socket, bytes));
  });
  udp.on('message', (message, client) => {
    const query = decode(message);
    dns.overUdp.push(query.questions?.[0]?.name ?? '');
    for (const answer of dns.script(query, { transport: 'udp', port: client.port }))
      udp.send(answer, client.port, client.address);
  });
  dns.port = await listenOnBoth(tcp, udp);
  onTestFinished(() => {
    udp.close();
    tcp.close();
    for (const socket of connections) socket.destroy();
  });
  return dns;
}

async function answerOverTcp(dns: ScriptedDns, socket: Socket, bytes: Buffer): Promise<void> {
  const query = decode(bytes.subarray(2));
  dns.overTcp.push(query.questions?.[0]?.name ?? '');
  const pieces = dns.script(query, { transport: 'tcp', port: socket.remotePort ?? 0 });
  if (pieces.length === 0) return;
  socket.setNoDelay(true);
  // One piece a turn of the event loop, so that they are not joined to one write.
  for (const piece of pieces) await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
  socket.end();
}

/** A port that is free for one transport may be taken for the other. */
async function listenOnBoth(tcp: Server, udp: UdpSocket): Promise<number> {
  for (let tries = 0; tries < PORT_TRIES; tries += 1) {
    await new Promise<void>((resolve) => tcp.listen(0, LOOPBACK, resolve));
    const bound = tcp.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const free = await new Promise<boolean>((resolve) => {
      udp.once('error', () => resolve(false));
      udp.bind(port, LOOPBACK, () => resolve(true));
    });
    if (free) return port;
    await new Promise((resolve) => tcp.close(resolve));
  }
  throw new Error(`No port was free for UDP and TCP in ${PORT_TRIES} tries`);
}
