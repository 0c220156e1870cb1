import type { AnswerReport, RecordReport } from '../control/route53-report.ts';
import { type AnswerSources, answerQuestion } from './answer-question.ts';
import { ALIAS_DEPTH, aliasedGroup, recordHealth } from './record-health.ts';
import type { RecordSetDefinition, RoutingDefinition } from './route53-definition.ts';

/** The record sets with their health, in the order of the definition. */
export function describeRecords(
  records: readonly RecordSetDefinition[],
  sources: AnswerSources,
): RecordReport[] {
  return records.map((record) => ({
    name: record.name,
    type: record.type,
    policy: record.routing.policy,
    role: roleOf(record.routing),
    setIdentifier: record.setIdentifier ?? null,
    healthCheckId: record.healthCheckId ?? null,
    healthy: recordHealth(record, sources),
    region: regionOf(record, sources) ?? null,
  }));
}

/**
 * What is answered for every name with records of type A; of weighted records all that may be drawn, if the sources
 * draw so.
 */
export function describeAnswers(
  records: readonly RecordSetDefinition[],
  sources: AnswerSources,
): AnswerReport[] {
  const names = new Set(records.filter(({ type }) => type === 'A').map(({ name }) => name));
  return [...names].map((name) => {
    const { answers } = answerQuestion({ name, type: 'A' }, sources);
    const found = answers.flatMap((answer) => (answer.type === 'A' ? [answer] : []));
    const addresses = found.map(({ data }) => data);
    const regions = addresses.flatMap((address) => regionAt(address, sources) ?? []);
    return { name, type: 'A', addresses, regions, ttlSeconds: found[0]?.ttl ?? 0 };
  });
}

function roleOf(routing: RoutingDefinition): string {
  switch (routing.policy) {
    case 'failover':
      return routing.role;
    case 'latency':
      return routing.region;
    case 'weighted':
      return String(routing.weight);
    case 'simple':
      return '';
  }
}

/** Where a record leads, through other records if it must. */
function regionOf(record: RecordSetDefinition, sources: AnswerSources, depth = 0): string | undefined {
  const { target } = record;
  if (target.kind === 'values') return regionAt(target.values[0] ?? '', sources);
  const service = sources.targets.get(target.name);
  if (service !== undefined) return service.region;
  const [next] = depth < ALIAS_DEPTH ? aliasedGroup(record, target.name, sources.zones) : [];
  return next === undefined ? undefined : regionOf(next, sources, depth + 1);
}

function regionAt(address: string, { targets }: AnswerSources): string | undefined {
  return [...targets.values()].find((target) => target.address === address)?.region;
}
