import { type Answer, AUTHORITATIVE_ANSWER, encode, type OptAnswer, TRUNCATED_RESPONSE } from 'dns-packet';
import type { DnsAnswer, DnsAuthority } from './dns-answer.ts';
import { type DnsQuery, readQuery } from './dns-query.ts';

/** By which way a message came, which decides on how long its answer may be. */
export type DnsTransport = 'udp' | 'tcp';

/** RFC 1035, section 4.1.1, and RFC 6891, section 9, for the last. */
const RCODES = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
} as const;
type Rcode = keyof typeof RCODES;

const HEADER_BYTES = 12;
const CLASS_IN = 1;

/** What every client can take over UDP without saying so (RFC 1035, section 4.2.1). */
const UDP_BYTES_MIN = 512;

/** What this server can take: larger than any query, and never in fragments. https://www.dnsflagday.net/2020/ */
const OWN_UDP_BYTES = 1_232;
const TCP_BYTES_MAX = 65_535;

/** Flags that stand where dns-packet takes them, as bits of the header's second word. */
const RECURSION_DESIRED_FLAG = 0x01_00;
const DNSSEC_OK_FLAG = 0x80_00;

/**
 * Written into and copied from at once: measuring every answer first, as dns-packet would, costs as much as writing
 * it.
 */
const scratch = Buffer.alloc(TCP_BYTES_MAX);

const EMPTY: Omit<DnsAnswer, 'rcode'> = { authoritative: false, answers: [], authorities: [] };

/**
 * The answer to a message, ready to be sent; nothing where silence is the answer. Never throws.
 */
export function respond(
  message: Buffer,
  authority: DnsAuthority,
  transport: DnsTransport,
): Buffer | undefined {
  const query = readQuery(message);
  if (query === undefined) return undefined;
  try {
    return written(query, decided(query, authority), bytesMax(query, transport));
  } catch {
    // A record whose value no wire format can carry. The client shall try elsewhere, and this server lives on.
    return written(query, { ...EMPTY, rcode: 'SERVFAIL' }, UDP_BYTES_MIN);
  }
}

function decided(query: DnsQuery, authority: DnsAuthority): Omit<DnsAnswer, 'rcode'> & { rcode: Rcode } {
  const { fault, question, edns } = query;
  if (fault !== null) return { ...EMPTY, rcode: fault };
  if (question === undefined) return { ...EMPTY, rcode: 'FORMERR' };
  if (edns !== undefined && edns.version > 0) return { ...EMPTY, rcode: 'BADVERS' };
  // Zones of other classes there are none, and a whole zone is told to nobody.
  const refused = question.class !== CLASS_IN || question.type === 'AXFR' || question.type === 'IXFR';
  return refused ? { ...EMPTY, rcode: 'REFUSED' } : authority.answer(question);
}

function bytesMax({ edns }: DnsQuery, transport: DnsTransport): number {
  return transport === 'tcp' ? TCP_BYTES_MAX : Math.max(UDP_BYTES_MIN, edns?.udpPayloadSize ?? 0);
}

/**
 * An answer that is too long is sent empty and marked, so that the client asks again over TCP (RFC 2181, section
 * 9).
 */
function written(
  query: DnsQuery,
  answer: Omit<DnsAnswer, 'rcode'> & { rcode: Rcode },
  limit: number,
): Buffer {
  const whole = encoded(query, answer, 0);
  if (whole.length <= limit) return whole;
  return encoded(query, { ...answer, answers: [], authorities: [] }, TRUNCATED_RESPONSE);
}

/**
 * dns-packet writes everything but the question, which is put in as it came: no name is compressed, so nothing
 * moves that counts.
 */
function encoded(
  { id, opcode, recursionDesired, questionBytes, edns }: DnsQuery,
  { rcode, authoritative, answers, authorities }: Omit<DnsAnswer, 'rcode'> & { rcode: Rcode },
  truncation: number,
): Buffer {
  const code = RCODES[rcode];
  const flags =
    (opcode << 11) |
    (authoritative ? AUTHORITATIVE_ANSWER : 0) |
    truncation |
    (recursionDesired ? RECURSION_DESIRED_FLAG : 0) |
    (code & 0xf);
  const additionals: Answer[] = edns === undefined ? [] : [optRecord(code >> 4, edns.dnssecOk)];
  encode(
    { type: 'response', id, flags, answers: [...answers], authorities: [...authorities], additionals },
    scratch,
  );
  scratch.writeUInt16BE(questionBytes.length > 0 ? 1 : 0, 4);
  const records = scratch.subarray(HEADER_BYTES, encode.bytes);
  return Buffer.concat([scratch.subarray(0, HEADER_BYTES), questionBytes, records]);
}

function optRecord(extendedRcode: number, dnssecOk: boolean): OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: OWN_UDP_BYTES,
    extendedRcode,
    ednsVersion: 0,
    // The DO bit comes back as it was sent (RFC 3225, section 3), though there is nothing signed to add.
    flags: dnssecOk ? DNSSEC_OK_FLAG : 0,
    flag_do: dnssecOk,
    options: [],
  };
}
