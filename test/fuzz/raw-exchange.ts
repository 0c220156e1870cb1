import { connect, type Socket } from 'node:net';
import { type RawAnswer, readAnswers } from './read-answers.ts';

/** What came back on one connection, and how it ended. */
export interface Exchange {
  readonly answers: readonly RawAnswer[];
  /** `ended` by the server, `broken` by an error (such as a reset), or `open`: every answer came and we closed it. */
  readonly end: 'ended' | 'broken' | 'open';
}

/** How a connection is used. */
export interface ExchangeOptions {
  /** A request of HEAD: its answer has a length and no body. */
  readonly isHead?: boolean;
  /** Answers after which the connection is closed by us. @default 1 */
  readonly answers?: number;
  /** Called with the open socket instead of writing bytes: for what is slow, or breaks off. */
  readonly script?: (socket: Socket) => void;
  /** @default 15000 */
  readonly limitMs?: number;
}

/**
 * Writes bytes to a server as they are, which no HTTP client would do, and reads what it answers.
 *
 * @throws {Error} when there is neither enough answers nor an end within the limit: a server that leaves a client hanging
 */
export function exchange(
  url: string,
  bytes: Buffer,
  { isHead = false, answers: wanted = 1, script, limitMs = 15_000 }: ExchangeOptions = {},
): Promise<Exchange> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const received = () => readAnswers(Buffer.concat(chunks), { isHead });
    const finish = (end: Exchange['end']): void => {
      clearTimeout(limit);
      socket.destroy();
      resolve({ answers: received(), end });
    };
    const limit = setTimeout(() => {
      socket.destroy();
      reject(new Error(`${received().length} of ${wanted} answers within ${limitMs} ms, and no end`));
    }, limitMs);
    socket.on('connect', () => {
      socket.setNoDelay(true);
      if (script) script(socket);
      else socket.write(bytes);
    });
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (received().length >= wanted) finish('open');
    });
    socket.on('end', () => finish('ended'));
    // A server that refuses a request hangs up while more of it is under way: what it answered may be lost with that.
    socket.on('error', () => finish('broken'));
    socket.on('close', () => finish('broken'));
  });
}
