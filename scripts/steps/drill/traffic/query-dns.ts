import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { type DecodedPacket, decode, encode, RECURSION_DESIRED } from 'dns-packet';
import { DrillError } from '../drill-error.ts';
import type { ResolvedName } from './drilled-platform.ts';

/** Where a name server listens. */
export interface NameServer {
  readonly host: string;
  readonly port: number;
}

/** UDP loses datagrams, so a stub asks again. */
const ATTEMPT_TIMEOUT_MS = 700;
const ATTEMPTS_MAX = 2;

/**
 * Asks one name server for the IPv4 addresses of a name over UDP, as a stub resolver does (RFC 1035, 4.2.1).
 *
 * @throws {DrillError} when no answer comes, or one without an address
 */
export async function queryDns(
  name: string,
  { host, port, signal }: NameServer & { readonly signal: AbortSignal },
): Promise<ResolvedName> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const packet = await exchange(name, { host, port, signal });
    if (packet !== undefined) return addressesIn(packet, name);
  }
  throw new DrillError(
    `Cannot resolve ${name}: ${host}:${port} gave no answer within ${ATTEMPT_TIMEOUT_MS * ATTEMPTS_MAX} ms, one is needed.`,
  );
}

function addressesIn(packet: DecodedPacket, name: string): ResolvedName {
  const code: unknown = Reflect.get(packet, 'rcode');
  const records = (packet.answers ?? []).flatMap((answer) => (answer.type === 'A' ? [answer] : []));
  if (code !== 'NOERROR' || records.length === 0) {
    throw new DrillError(
      `Cannot resolve ${name}: DNS answered ${String(code)} with ${records.length} addresses, at least one is needed.`,
    );
  }
  return {
    addresses: records.map(({ data }) => data),
    // A record set has one time to live; where it has not, the shortest counts (RFC 2181, 5.2).
    ttlSeconds: Math.min(...records.map(({ ttl = 0 }) => ttl)),
  };
}

/** One query and its answer; undefined when there was none in time. */
function exchange(
  name: string,
  { host, port, signal }: NameServer & { readonly signal: AbortSignal },
): Promise<DecodedPacket | undefined> {
  signal.throwIfAborted();
  const id = randomInt(65_536);
  const query = encode({
    type: 'query',
    id,
    flags: RECURSION_DESIRED,
    questions: [{ type: 'A', class: 'IN', name }],
  });
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const end = (done: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.close();
      done();
    };
    const timer = setTimeout(() => end(() => resolve(undefined)), ATTEMPT_TIMEOUT_MS);
    const abort = () => end(() => reject(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', (cause) =>
      end(() => reject(new DrillError(`Cannot resolve ${name}: ${cause.message}.`, { cause }))),
    );
    socket.on('message', (message) => {
      const packet = answerTo(id, message);
      if (packet !== undefined) end(() => resolve(packet));
    });
    // Connected, so that only that server's datagrams come in, and a refused one is an error at once.
    socket.connect(port, host, () => socket.send(query));
  });
}

/** The packet, if it answers this query; anything else is not for us (RFC 5452, 9.1). */
function answerTo(id: number, message: Buffer): DecodedPacket | undefined {
  try {
    const packet = decode(message);
    return packet.id === id && packet.type === 'response' ? packet : undefined;
  } catch {
    return undefined;
  }
}
