import { isIPv4, isIPv6 } from 'node:net';
import type { Answer, SoaData } from 'dns-packet';

/** Name and time to live of the records to make. */
export interface RecordOwner {
  readonly name: string;
  /** As the definition has it. */
  readonly ttlSeconds: number;
  /** The time to live to answer, in seconds, for one of the definition. */
  readonly scaledTtl: (ttlSeconds: number) => number;
}

/**
 * A value of a record set, as Route 53 takes it, as a record. Nothing for a type or a value that cannot be served
 * here.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
 */
export function recordOf(
  type: string,
  value: string,
  { name, ttlSeconds, scaledTtl }: RecordOwner,
): Answer | undefined {
  const owner = { name, ttl: scaledTtl(ttlSeconds) };
  switch (type) {
    case 'A':
      return isIPv4(value.trim()) ? { ...owner, type, data: value.trim() } : undefined;
    case 'AAAA':
      return isIPv6(value.trim()) ? { ...owner, type, data: value.trim() } : undefined;
    case 'CNAME':
    case 'NS':
    case 'PTR': {
      const data = hostOf(value.trim());
      return data === undefined ? undefined : { ...owner, type, data };
    }
    case 'TXT': {
      const data = textsOf(value);
      return data.some((text) => Buffer.byteLength(text) > 255) ? undefined : { ...owner, type, data };
    }
    case 'MX': {
      const [, preference, host = ''] = /^(\d{1,5})\s+(\S+)$/.exec(value.trim()) ?? [];
      const exchange = hostOf(host);
      return exchange === undefined
        ? undefined
        : { ...owner, type, data: { preference: Number(preference), exchange } };
    }
    case 'SRV': {
      const [, numbers = '', host = ''] = /^(\d{1,5}\s+\d{1,5}\s+\d{1,5})\s+(\S+)$/.exec(value.trim()) ?? [];
      const [priority, weight, port = 0] = numbers.split(/\s+/).map(Number);
      const target = hostOf(host);
      return target === undefined ? undefined : { ...owner, type, data: { priority, weight, port, target } };
    }
    case 'CAA': {
      const [, flags, tag, text] = /^(\d+)\s+(issue|issuewild|iodef)\s+"?([^"]*)"?$/.exec(value.trim()) ?? [];
      if (!isCaaTag(tag)) return undefined;
      return { ...owner, type, data: { flags: Number(flags), tag, value: text ?? '' } };
    }
    case 'SOA':
      return { ...owner, type, data: authorityOf(value.trim().split(/\s+/), scaledTtl) };
    default:
      return undefined;
  }
}

/**
 * For how long the absence of a name or type may be kept: the lesser of both times of the SOA (RFC 2308, section
 * 5).
 */
export function negativeTtlSeconds(value: string, ttlSeconds: number): number {
  const minimumSeconds = Number(value.trim().split(/\s+/)[6]);
  return Number.isNaN(minimumSeconds) ? ttlSeconds : Math.min(ttlSeconds, minimumSeconds);
}

function authorityOf(fields: readonly string[], scaledTtl: (ttlSeconds: number) => number): SoaData {
  const [mname = '', rname = ''] = fields;
  const [serial, refresh, retry, expire, minimum = 0] = fields.slice(2).map(Number);
  const numbers = { serial, refresh, retry, expire, minimum: scaledTtl(minimum) };
  return { mname: hostOf(mname) ?? '.', rname: hostOf(rname) ?? '.', ...numbers };
}

function isCaaTag(tag: string | undefined): tag is 'issue' | 'issuewild' | 'iodef' {
  return tag === 'issue' || tag === 'issuewild' || tag === 'iodef';
}

/** A name without its trailing dot; nothing for one that no message can carry (RFC 1035, section 2.3.4). */
function hostOf(name: string): string | undefined {
  const host = name.replace(/\.$/, '');
  const fits = host.length <= 253 && host.split('.').every(({ length }) => length > 0 && length <= 63);
  return fits ? host : undefined;
}

/** Strings in quotation marks, a backslash before a quotation mark or a backslash within; or one bare string. */
function textsOf(value: string): string[] {
  const quoted = [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text);
  return quoted.length > 0 ? quoted.map((text) => text.replace(/\\(.)/g, '$1')) : [value];
}
