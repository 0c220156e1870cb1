import type { Socket } from 'node:net';
import { type HostileRequest, NO_ANSWER, requestBytes, writeBytes } from './hostile-request.ts';

/** What goes out between two waits of a slow client. */
const DRIP_INTERVAL_MS = 500;

const NOTHING = Buffer.alloc(0);

/** A region gives headers 10 s and a request 30 s. */
const SLOW_LIMIT_MS = 60_000;

/** Clients that never come to an end; they are to be told so (408) and cut off. Each takes as long as it is let. */
export const slowConnections: readonly HostileRequest[] = [
  slow(
    'a byte of headers at a time',
    Buffer.from('GET /health/live HTTP/1.1\r\nhost: localhost\r\nx-slow: '),
    'a',
  ),
  slow('a header at a time', Buffer.from('GET /health/live HTTP/1.1\r\nhost: localhost\r\n'), 'x-a: b\r\n'),
  slow('headers that stop', Buffer.from('GET /health/live HTTP/1.1\r\nhost: local'), ''),
  slow('a byte of a body at a time', writeBytes(' ', ['content-length: 1000000']), ' '),
  slow('a body that stops', writeBytes('{', ['content-length: 1000']), ''),
  slow('a chunk at a time', writeBytes('1\r\n \r\n', ['transfer-encoding: chunked']), '1\r\n \r\n'),
];

/** Clients that leave in the middle, or do not wait for answers. */
export const brokenConnections: readonly HostileRequest[] = [
  leaving('before it sends anything', NOTHING),
  leaving('in its headers', Buffer.from('POST /write HTTP/1.1\r\nhost: localh')),
  leaving('in its body', writeBytes('{"data":', ['content-length: 100'])),
  leaving('in a body of 9 MB', writeBytes(Buffer.alloc(5_000_000, 0x20), ['content-length: 9000000'])),
  leaving('in a chunk', writeBytes('ff\r\n{', ['transfer-encoding: chunked'])),
  leaving('before the answer', writeBytes('{}')),
  {
    name: 'closes its side after the request',
    // Whoever closes its side may be taken for one that left: Node.js does, behind which the request ends.
    allowed: [200, NO_ANSWER],
    bytes: NOTHING,
    script: (socket) => socket.end(requestBytes()),
  },
  {
    name: 'sends fifty requests at once',
    allowed: [200],
    answers: 50,
    mayAnswerAll: true,
    bytes: Buffer.concat(Array.from({ length: 50 }, () => requestBytes())),
  },
  {
    name: 'sends a good request, then noise',
    allowed: [200],
    answers: 2,
    mayAnswerAll: true,
    bytes: Buffer.concat([requestBytes(), Buffer.from('\0\0\0\r\n\r\n')]),
  },
  {
    name: 'sends a request byte by byte',
    allowed: [200],
    bytes: NOTHING,
    script: (socket) => {
      for (const byte of requestBytes()) socket.write(Buffer.from([byte]));
    },
  },
];

function slow(name: string, first: Buffer, drip: string): HostileRequest {
  return {
    name,
    allowed: [408],
    bytes: NOTHING,
    limitMs: SLOW_LIMIT_MS,
    script: (socket) => {
      socket.write(first);
      if (drip === '') return;
      const dripping = setInterval(() => socket.write(drip), DRIP_INTERVAL_MS);
      socket.once('close', () => clearInterval(dripping));
    },
  };
}

function leaving(name: string, bytes: Buffer): HostileRequest {
  const script = (socket: Socket): void => {
    if (bytes.length === 0) socket.resetAndDestroy();
    else socket.write(bytes, () => socket.resetAndDestroy());
  };
  return { name: `leaves ${name}`, allowed: [NO_ANSWER], bytes, script };
}
