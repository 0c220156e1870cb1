import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { type DecodedPacket, decode, encode, type Packet, streamEncode } from 'dns-packet';

/** A DNS server, by UDP and TCP. */
export interface DnsAddress {
  readonly host: string;
  readonly port: number;
}

/** What is asked, and how long one try may take. */
export interface DnsQuery {
  readonly name: string;
  /** Milliseconds for one try; there are two over UDP and one over TCP. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** An answer's message: what dns-packet reads of it, with the response code that its types leave out. */
export type DnsAnswer = DecodedPacket & { readonly rcode?: string };

const UDP_TRIES = 2;
/** Length of a message over TCP stands before it, in two bytes. RFC 1035, 4.2.2 */
const LENGTH_BYTES = 2;

/**
 * Asks a DNS server for the addresses (A) of a name: over UDP, twice where nothing comes, and over TCP when the answer
 * was truncated (RFC 7766, 5). What is no answer to this question is ignored, as a resolver must (RFC 5452, 9.1).
 *
 * @throws {ResolutionError} `NoAnswer` when none came; whatever its response code, an answer is given back
 * @throws the signal's reason
 */
export async function queryDns(server: DnsAddress, query: DnsQuery): Promise<DnsAnswer> {
  let failure: unknown;
  for (let tries = 0; tries < UDP_TRIES; tries += 1) {
    query.signal.throwIfAborted();
    try {
      const answer = await queryOverUdp(server, query);
      return answer.flag_tc ? await queryOverTcp(server, query) : answer;
    } catch (error) {
      failure = error;
    }
  }
  query.signal.throwIfAborted();
  const reason = failure instanceof Error ? failure.message : String(failure);
  throw new ResolutionError(
    'NoAnswer',
    `Cannot resolve ${query.name}: ${server.host}:${server.port} gave no answer (${reason}). The DNS server must be running there.`,
    { cause: failure },
  );
}

function questionFor({ name }: DnsQuery): Packet & { readonly id: number } {
  const id = randomInt(0x1_0000);
  // Recursion desired, as every stub resolver says.
  return { type: 'query', id, flags: 0x100, questions: [{ type: 'A', class: 'IN', name }] };
}

/** The message, or nothing where it is malformed or answers another question. */
function answerTo(question: Packet & { readonly id: number }, message: Buffer): DnsAnswer | undefined {
  const asked = question.questions?.[0];
  try {
    const answer: DnsAnswer = decode(message);
    const [echoed] = answer.questions ?? [];
    const matches =
      answer.type === 'response' &&
      answer.id === question.id &&
      echoed?.type === asked?.type &&
      echoed?.name.toLowerCase() === asked?.name.toLowerCase();
    return matches ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** Each query has a socket, and so a port, of its own: an answer to a port nobody asked from reaches nobody. */
function queryOverUdp({ host, port }: DnsAddress, query: DnsQuery): Promise<DnsAnswer> {
  const question = questionFor(query);
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const finish = bounded(query, { reject, release: () => socket.close() });
    socket.on('message', (message) => {
      const answer = answerTo(question, message);
      if (answer !== undefined) finish(() => resolve(answer));
    });
    socket.on('error', (error) => finish(() => reject(error)));
    // Connected, the socket takes packets of this server only, and hears when nobody listens there.
    socket.connect(port, host, () => socket.send(encode(question)));
  });
}

function queryOverTcp({ host, port }: DnsAddress, query: DnsQuery): Promise<DnsAnswer> {
  const question = questionFor(query);
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect({ host, port }, () => socket.write(streamEncode(question)));
    const finish = bounded(query, { reject, release: () => socket.destroy() });
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const length = received.length < LENGTH_BYTES ? Number.POSITIVE_INFINITY : received.readUInt16BE(0);
      if (received.length < length + LENGTH_BYTES) return;
      const answer = answerTo(question, received.subarray(LENGTH_BYTES, length + LENGTH_BYTES));
      finish(() => (answer === undefined ? reject(new Error('malformed answer over TCP')) : resolve(answer)));
    });
    socket.on('end', () => finish(() => reject(new Error('connection ended before the answer'))));
    socket.on('error', (error) => finish(() => reject(error)));
  });
}

/** Ends a wait once: with an outcome, at its limit, or when the signal is aborted. */
function bounded(
  { timeoutMs, signal }: DnsQuery,
  { reject, release }: { reject: (reason: unknown) => void; release: () => void },
): (settle: () => void) => void {
  const finish = (settle: () => void): void => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    release();
    settle();
  };
  let settled = false;
  const onAbort = () => finish(() => reject(signal.reason));
  const timer = setTimeout(
    () => finish(() => reject(new Error(`nothing within ${timeoutMs} ms`))),
    timeoutMs,
  );
  signal.addEventListener('abort', onAbort);
  return finish;
}

/**
 * `NameNotFound`: the server says that there is no such name. `NoAddress`: it has the name, without an address.
 * `ServerFailed`: it answered that it cannot say. `NoAnswer`: nothing that is an answer came in time.
 */
export type ResolutionErrorCode = 'NameNotFound' | 'NoAddress' | 'ServerFailed' | 'NoAnswer';

/** A name that could not be resolved. */
export class ResolutionError extends Error {
  override readonly name = 'ResolutionError';
  readonly code: ResolutionErrorCode;

  constructor(code: ResolutionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
