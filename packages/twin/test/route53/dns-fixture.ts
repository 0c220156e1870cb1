import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { type DecodedPacket, decode, encode, type Packet } from 'dns-packet';
import { onTestFinished } from 'vitest';
import type { DnsAuthority } from '../../src/route53/dns-answer.ts';
import { type DnsServer, startDnsServer } from '../../src/route53/dns-server.ts';

const ANSWER_LIMIT_MS = 5_000;

/** A DNS server on a free port, closed when the test ends. */
export async function dnsServerOf(route53: DnsAuthority): Promise<DnsServer> {
  const server = await startDnsServer({ host: '127.0.0.1', port: 0, route53 });
  onTestFinished(() => server.close());
  return server;
}

/** A query as a client writes it: recursion desired, one question. */
export function queryBytes(name: string, type: string, part: Partial<Packet> = {}): Buffer {
  const question = { name, type: 'A' as const };
  const bytes = encode({ type: 'query', id: 77, flags: 0x01_00, questions: [question], ...part });
  if (part.questions === undefined)
    bytes.writeUInt16BE(TYPE_NUMBERS[type] ?? Number(type), 12 + name.length + 2);
  return bytes;
}

const TYPE_NUMBERS: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  SOA: 6,
  TXT: 16,
  AAAA: 28,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
};

/** An OPT record of a client. */
export function edns(udpPayloadSize: number, ednsVersion = 0): NonNullable<Packet['additionals']>[number] {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize,
    extendedRcode: 0,
    ednsVersion,
    flags: 0,
    flag_do: false,
    options: [],
  };
}

/** Sends messages over UDP from one socket, and gives the answers, until as many have come as are awaited. */
export function askUdp(
  port: number,
  messages: readonly Uint8Array[],
  awaited = messages.length,
): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const answers: Buffer[] = [];
    const socket = createSocket('udp4');
    const timer = setTimeout(() => {
      socket.close();
      reject(new Error(`${answers.length} of ${awaited} answers within ${ANSWER_LIMIT_MS} ms`));
    }, ANSWER_LIMIT_MS);
    socket.on('message', (answer) => {
      answers.push(answer);
      if (answers.length < awaited) return;
      clearTimeout(timer);
      socket.close(() => resolve(answers));
    });
    for (const message of messages) socket.send(message, port, '127.0.0.1');
  });
}

/** The answer to one message over UDP. */
export async function ask(port: number, message: Uint8Array): Promise<DecodedPacket & { rcode: string }> {
  const [answer = Buffer.alloc(0)] = await askUdp(port, [message]);
  return decoded(answer);
}

/**
 * Writes bytes over TCP, piece by piece, and gives what came back until the connection closed or enough answers are
 * there.
 */
export function askTcp(port: number, pieces: readonly Uint8Array[], awaited: number): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.setTimeout(ANSWER_LIMIT_MS, () =>
      socket.destroy(new Error(`no answer within ${ANSWER_LIMIT_MS} ms`)),
    );
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (messagesOf(received).length >= awaited) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(messagesOf(received)));
    // One piece an event loop turn, so that pieces are not joined to one write.
    const write = ([piece, ...rest]: readonly Uint8Array[]) => {
      if (piece !== undefined && !socket.destroyed) socket.write(piece, () => write(rest));
    };
    socket.once('connect', () => write(pieces));
  });
}

export function withLength(message: Uint8Array): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** dns-packet's types leave out the code. */
export function decoded(answer: Buffer): DecodedPacket & { rcode: string } {
  const packet: DecodedPacket & { rcode?: unknown } = decode(answer);
  return { ...packet, rcode: String(packet.rcode) };
}

function messagesOf(received: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at + 2 <= received.length; ) {
    const end = at + 2 + received.readUInt16BE(at);
    if (end > received.length) break;
    messages.push(received.subarray(at + 2, end));
    at = end;
  }
  return messages;
}
