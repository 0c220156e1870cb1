import { decode } from 'dns-packet';
import type { DnsQuestion } from './dns-answer.ts';

/** What a DNS message asks for, as far as it can be answered. */
export interface DnsQuery {
  readonly id: number;
  readonly opcode: number;
  readonly recursionDesired: boolean;
  /** Why there is nothing to look up. Null when there is. */
  readonly fault: 'FORMERR' | 'NOTIMP' | null;
  /** Present without a fault. */
  readonly question?: DnsQuestion & { readonly class: number };
  /**
   * The question's own bytes, to be sent back as they came: the case of its letters is the client's (draft
   * "dns0x20").
   */
  readonly questionBytes: Buffer;
  /** EDNS(0) of the client (RFC 6891), where it uses it. */
  readonly edns?: { readonly version: number; readonly udpPayloadSize: number; readonly dnssecOk: boolean };
}

const HEADER_BYTES = 12;
const RESPONSE_BIT = 0x80_00;
const RECURSION_DESIRED_BIT = 0x01_00;
const NAME_BYTES_MAX = 255;

/** Types that a record set can have, and those that are answered in a way of their own. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  251: 'IXFR',
  252: 'AXFR',
  255: 'ANY',
  257: 'CAA',
};

/** OPT and a signature: more than these no query carries. */
const ADDITIONAL_MAX = 2;

/**
 * Reads a message. Nothing for what must not be answered: less than a header, a response (two servers would answer
 * each other for ever), or bytes that are no DNS message.
 */
export function readQuery(message: Buffer): DnsQuery | undefined {
  if (message.length < HEADER_BYTES) return undefined;
  const flags = message.readUInt16BE(2);
  if ((flags & RESPONSE_BIT) !== 0) return undefined;
  const head = {
    id: message.readUInt16BE(0),
    opcode: (flags >> 11) & 0xf,
    recursionDesired: (flags & RECURSION_DESIRED_BIT) !== 0,
    questionBytes: Buffer.alloc(0),
  };
  if (head.opcode !== 0) return { ...head, fault: 'NOTIMP' };
  // Counts are judged before anything is decoded: a small message can announce very much.
  const [questions = 0, answers, authorities, additionals = 0] = [4, 6, 8, 10].map((at) =>
    message.readUInt16BE(at),
  );
  if (questions !== 1 || answers !== 0 || authorities !== 0 || additionals > ADDITIONAL_MAX) {
    return { ...head, fault: 'FORMERR' };
  }
  const name = readName(message);
  if (name === undefined || name.end + 4 > message.length) return undefined;
  const questionBytes = message.subarray(HEADER_BYTES, name.end + 4);
  const options = additionals === 0 ? [] : ednsOf(message);
  if (options === undefined) return undefined;
  // Two of them would contradict each other (RFC 6891, section 6.1.1).
  if (options.length > 1) return { ...head, questionBytes, fault: 'FORMERR' };
  const [edns] = options;
  const type = message.readUInt16BE(name.end);
  const question = {
    name: name.text,
    type: TYPES[type] ?? `TYPE${type}`,
    class: message.readUInt16BE(name.end + 2),
  };
  return { ...head, questionBytes, question, fault: null, ...(edns === undefined ? {} : { edns }) };
}

/**
 * The name of the only question, label by label: as text it would not be known which dots are between labels and
 * which are in one. Nothing for a compressed name, which has nothing before it to point to.
 */
function readName(message: Buffer): { readonly text: string; readonly end: number } | undefined {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message[at]; length !== 0; length = message[at]) {
    if (length === undefined || length > 63 || at - HEADER_BYTES + length + 2 > NAME_BYTES_MAX)
      return undefined;
    labels.push(textOf(message.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  return { text: labels.join('.'), end: at + 1 };
}

/** A byte that no host name has, dot and backslash included, is written as `\ddd`. */
function textOf(label: Buffer): string {
  return label
    .toString('latin1')
    .replace(/[^!-~]|[.\\]/g, (character) => `\\${String(character.charCodeAt(0)).padStart(3, '0')}`);
}

function ednsOf(message: Buffer): NonNullable<DnsQuery['edns']>[] | undefined {
  try {
    return (decode(message).additionals ?? []).flatMap((record) => {
      if (record.type !== 'OPT') return [];
      const { ednsVersion: version, udpPayloadSize, flag_do: dnssecOk } = record;
      return [{ version, udpPayloadSize, dnssecOk }];
    });
  } catch {
    return undefined;
  }
}
