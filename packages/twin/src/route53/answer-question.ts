import type { Answer } from 'dns-packet';
import { eligibleRecords } from './choose-records.ts';
import type { DnsAnswer, DnsQuestion } from './dns-answer.ts';
import { negativeTtlSeconds, recordOf } from './record-data.ts';
import { ALIAS_DEPTH, aliasedGroup, type HealthSources, judged } from './record-health.ts';
import type { RecordSetDefinition } from './route53-definition.ts';
import { lookUp, type ZoneIndex, type ZoneNode, zoneOf } from './zone-index.ts';

/** Everything that an answer depends on. */
export interface AnswerSources extends HealthSources {
  /** Region from which latency is seen. */
  readonly nearestRegion: string;
  /**
   * Those of the eligible record sets that are answered: one drawn by weight, or all to show what may be answered.
   */
  readonly draw: (eligible: readonly RecordSetDefinition[]) => readonly RecordSetDefinition[];
  /** The time to live to answer, in seconds, for one of the definition. */
  readonly scaledTtl: (ttlSeconds: number) => number;
}

/**
 * Time to live of an alias to an AWS service, which the record cannot choose.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
 */
const ALIAS_TTL_SECONDS = 60;

const REFUSED: DnsAnswer = { rcode: 'REFUSED', authoritative: false, answers: [], authorities: [] };

/**
 * Answers with authority for its zones and refuses everything else: it resolves nothing for anyone. A CNAME is
 * followed as long as it stays in a zone (RFC 1034, section 4.3.2).
 */
export function answerQuestion({ name, type }: DnsQuestion, sources: AnswerSources): DnsAnswer {
  const answers: Answer[] = [];
  let asked = name.toLowerCase();
  for (let hops = 0; hops <= ALIAS_DEPTH; hops += 1) {
    const zone = zoneOf(sources.zones, asked);
    if (zone === undefined) break;
    const found = lookUp(zone, asked);
    if (found.kind === 'missing') return negative('NXDOMAIN', { zone, answers, sources });
    if (found.kind === 'delegated') return referral(found.records, { answers, sources });
    const own =
      type === 'ANY'
        ? anyRecords(found.node, asked, sources)
        : recordsOf(found.node.get(type) ?? [], asked, sources);
    if (own.length > 0) return positive([...answers, ...own]);
    const alias = recordsOf(found.node.get('CNAME') ?? [], asked, sources)[0];
    if (alias?.type !== 'CNAME') return negative('NOERROR', { zone, answers, sources });
    answers.push(alias);
    asked = alias.data.toLowerCase();
  }
  return answers.length > 0 ? positive(answers) : REFUSED;
}

/**
 * The records that Route 53 answers with for the record sets of one name and type, under the name that was asked.
 */
export function recordsOf(
  group: readonly RecordSetDefinition[],
  name: string,
  sources: AnswerSources,
  depth = 0,
): Answer[] {
  if (group.length === 0) return [];
  const chosen = sources.draw(eligibleRecords(judged(group, sources), sources.nearestRegion));
  return chosen.flatMap((record) => {
    const { target, type } = record;
    if (target.kind === 'values') {
      const owner = { name, ttlSeconds: target.ttlSeconds, scaledTtl: sources.scaledTtl };
      return target.values.flatMap((value) => recordOf(type, value, owner) ?? []);
    }
    const service = sources.targets.get(target.name);
    if (service !== undefined)
      return addressRecords(type, service.address, { name, ttl: sources.scaledTtl(ALIAS_TTL_SECONDS) });
    if (depth >= ALIAS_DEPTH) return [];
    return recordsOf(aliasedGroup(record, target.name, sources.zones), name, sources, depth + 1);
  });
}

/**
 * A target's address; as AAAA the IPv6 form of its IPv4 address (RFC 4291, section 2.5.5.2), as targets have no
 * other.
 */
function addressRecords(type: string, address: string, owner: { name: string; ttl: number }): Answer[] {
  if (type === 'A') return [{ ...owner, type, data: address }];
  return type === 'AAAA' ? [{ ...owner, type, data: `::ffff:${address}` }] : [];
}

/** What is left of ANY, which amplifies and is no use to an honest resolver (RFC 8482, section 4.2). */
function anyRecords(node: ZoneNode, name: string, sources: AnswerSources): Answer[] {
  if (node.size === 0) return [];
  const alias = recordsOf(node.get('CNAME') ?? [], name, sources);
  return alias.length > 0
    ? alias
    : [{ name, type: 'HINFO', ttl: sources.scaledTtl(ALIAS_TTL_SECONDS), data: { cpu: 'RFC8482', os: '' } }];
}

function positive(answers: readonly Answer[]): DnsAnswer {
  return { rcode: 'NOERROR', authoritative: true, answers, authorities: [] };
}

interface NegativeParts {
  readonly zone: ZoneIndex;
  /** CNAMEs that led here. */
  readonly answers: readonly Answer[];
  readonly sources: AnswerSources;
}

/** With the zone's SOA, so that resolvers may keep that there is nothing (RFC 2308, section 3). */
function negative(rcode: 'NOERROR' | 'NXDOMAIN', { zone, answers, sources }: NegativeParts): DnsAnswer {
  const target = zone.nodes.get(zone.name)?.get('SOA')?.[0]?.target;
  if (target?.kind !== 'values') return { rcode, authoritative: true, answers, authorities: [] };
  const [value = ''] = target.values;
  const ttlSeconds = negativeTtlSeconds(value, target.ttlSeconds);
  const soa = recordOf('SOA', value, { name: zone.name, ttlSeconds, scaledTtl: sources.scaledTtl });
  return { rcode, authoritative: true, answers, authorities: soa === undefined ? [] : [soa] };
}

/** The name servers of whoever the name was delegated to. Authority ends here. */
function referral(
  records: readonly RecordSetDefinition[],
  { answers, sources }: Omit<NegativeParts, 'zone'>,
): DnsAnswer {
  const authorities = recordsOf(records, records[0]?.name ?? '', sources);
  return { rcode: 'NOERROR', authoritative: answers.length > 0, answers, authorities };
}
