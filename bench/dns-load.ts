/**
 * Run as a process of its own by `measure-dns.ts`, so that what the client costs is not counted as the server's:
 * keeps a window of queries for one name open over UDP until enough are answered, and prints what came of it.
 */
import { createSocket } from 'node:dgram';
import { encode } from 'dns-packet';

/** What it is told, as JSON, and what it prints, as JSON. */
export interface DnsLoad {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly queries: number;
  /** Queries under way at a time. */
  readonly window: number;
}

/** How many queries were answered with an address, and in how many milliseconds. */
export interface DnsLoadResult {
  readonly answered: number;
  readonly wrong: number;
  readonly lost: number;
  readonly ms: number;
}

/** A datagram lost to a full buffer is not waited for longer; its place in the window is taken by another. */
const LOST_AFTER_MS = 1_000;

const { host, port, name, queries, window }: DnsLoad = JSON.parse(process.argv[2] ?? '{}');
const query = encode({ type: 'query', id: 0, flags: 0x01_00, questions: [{ name, type: 'A' }] });
const socket = createSocket('udp4');
const sentAt = new Map<number, number>();
let sent = 0;
let answered = 0;
let wrong = 0;
let lost = 0;

socket.connect(port, host, () => {
  const startedAt = performance.now();
  const end = () => {
    const result: DnsLoadResult = { answered, wrong, lost, ms: performance.now() - startedAt };
    process.stdout.write(JSON.stringify(result));
    clearInterval(sweep);
    socket.close();
  };
  const next = () => {
    if (sent < queries) send();
    else if (sentAt.size === 0) end();
  };
  const sweep = setInterval(() => {
    const limit = performance.now() - LOST_AFTER_MS;
    for (const [id, at] of sentAt) {
      if (at > limit) continue;
      sentAt.delete(id);
      lost += 1;
      next();
    }
  }, 100);
  socket.on('message', (message) => {
    if (!sentAt.delete(message.readUInt16BE(0))) return;
    const hasAnswer = (message.readUInt16BE(2) & 0xf) === 0 && message.readUInt16BE(6) === 1;
    if (hasAnswer) answered += 1;
    else wrong += 1;
    next();
  });
  for (let index = 0; index < window; index += 1) next();
});

function send(): void {
  const id = sent % 0x1_00_00;
  sent += 1;
  sentAt.set(id, performance.now());
  const message = Buffer.from(query);
  message.writeUInt16BE(id, 0);
  socket.send(message);
}
