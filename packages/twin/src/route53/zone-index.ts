import type { RecordSetDefinition, Route53Definition } from './route53-definition.ts';

/** The record sets of one name, by type. */
export type ZoneNode = ReadonlyMap<string, readonly RecordSetDefinition[]>;

/** A hosted zone, made for looking names up. */
export interface ZoneIndex {
  /** Apex, in lower case. */
  readonly name: string;
  readonly nodes: ReadonlyMap<string, ZoneNode>;
  /** Every name with records, and every name between one of them and the apex. */
  readonly existing: ReadonlySet<string>;
}

/** What a zone says of a name. */
export type ZoneLookup =
  | { readonly kind: 'node'; readonly node: ZoneNode }
  | { readonly kind: 'delegated'; readonly records: readonly RecordSetDefinition[] }
  | { readonly kind: 'missing' };

const EMPTY_NODE: ZoneNode = new Map();

/**
 * The zones by apex, each with the SOA and NS records that Route 53 makes for it where the definition brings none.
 * Records of a zone that is not defined are left out, as are those whose name is not in their zone.
 */
export function indexZones({ zones, records }: Route53Definition): ReadonlyMap<string, ZoneIndex> {
  const indexes = zones.map(({ id, name }): [string, ZoneIndex] => {
    const own = records.filter((record) => record.zoneId === id).map(plainlyNamed);
    return [name, indexZone(name, [...own, ...apexRecords({ zoneId: id, name }, own)])];
  });
  return new Map(indexes);
}

/** The zone with the longest apex that a name ends with; names in lower case. */
export function zoneOf(zones: ReadonlyMap<string, ZoneIndex>, name: string): ZoneIndex | undefined {
  for (let rest = name; rest !== ''; rest = parentOf(rest)) {
    const zone = zones.get(rest);
    if (zone !== undefined) return zone;
  }
  return undefined;
}

/**
 * Looks up a name of the zone, in lower case. A name between others is a node without records, a name below a
 * delegation belongs to someone else, and a wildcard stands for what does not exist below its parent (RFC 4592,
 * section 3.3.1).
 */
export function lookUp(zone: ZoneIndex, name: string): ZoneLookup {
  let encloser: string | undefined;
  for (let each = name; each !== zone.name; each = parentOf(each)) {
    const cut = zone.nodes.get(each)?.get('NS');
    if (cut !== undefined) return { kind: 'delegated', records: cut };
    if (encloser === undefined && zone.existing.has(each)) encloser = each;
  }
  encloser ??= zone.name;
  if (encloser === name) return { kind: 'node', node: zone.nodes.get(name) ?? EMPTY_NODE };
  // A wildcard's record is answered under the name that was asked, which dns-packet can write for host names only.
  const wildcard = name.includes('\\') ? undefined : zone.nodes.get(`*.${encloser}`);
  return wildcard === undefined ? { kind: 'missing' } : { kind: 'node', node: wildcard };
}

function indexZone(name: string, records: readonly RecordSetDefinition[]): ZoneIndex {
  const nodes = new Map<string, Map<string, RecordSetDefinition[]>>();
  const existing = new Set([name]);
  for (const record of records) {
    if (record.name !== name && !record.name.endsWith(`.${name}`)) continue;
    const node = nodes.get(record.name) ?? new Map<string, RecordSetDefinition[]>();
    nodes.set(record.name, node.set(record.type, [...(node.get(record.type) ?? []), record]));
    for (let each = record.name; each !== name; each = parentOf(each)) existing.add(each);
  }
  return { name, nodes, existing };
}

/**
 * `ns-1.route53.invalid` can be nobody's (RFC 6761). The rest is what Route 53 writes.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html
 */
function apexRecords(
  { zoneId, name }: { readonly zoneId: string; readonly name: string },
  own: readonly RecordSetDefinition[],
): RecordSetDefinition[] {
  const made = (type: string, ttlSeconds: number, values: readonly string[]): RecordSetDefinition => ({
    zoneId,
    name,
    type,
    routing: { policy: 'simple' },
    target: { kind: 'values', ttlSeconds, values },
  });
  return [
    made('SOA', 900, ['ns-1.route53.invalid awsdns-hostmaster.amazon.com 1 7200 900 1209600 86400']),
    made('NS', 172_800, ['ns-1.route53.invalid', 'ns-2.route53.invalid']),
  ].filter(({ type }) => !own.some((record) => record.name === name && record.type === type));
}

/**
 * Route 53 writes what is not a letter, digit, hyphen, underscore or dot as an octal escape, the asterisk too.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
 */
function plainlyNamed(record: RecordSetDefinition): RecordSetDefinition {
  return { ...record, name: record.name.replaceAll('\\052', '*') };
}

function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}
