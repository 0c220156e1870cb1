import type { JudgedRecord } from './choose-records.ts';
import type { HealthVerdicts } from './health-verdicts.ts';
import type { RecordSetDefinition } from './route53-definition.ts';
import { lookUp, type ZoneIndex, zoneOf } from './zone-index.ts';

/** What an alias name of AWS leads to. */
export interface AliasTarget {
  /** IPv4. */
  readonly address: string;
  /** @default - it is no region's, as that of the edge */
  readonly region?: string;
  /** Whether the service behind the name is there at all: all that `EvaluateTargetHealth` sees of API Gateway. */
  readonly isUp: () => boolean;
}

/** Everything that the health of a record set depends on. */
export interface HealthSources {
  readonly zones: ReadonlyMap<string, ZoneIndex>;
  /** By name in lower case, without the trailing dot. */
  readonly targets: ReadonlyMap<string, AliasTarget>;
  readonly verdicts: HealthVerdicts;
}

/** How many aliases may follow each other. Route 53 allows three levels below a record; more is a circle. */
export const ALIAS_DEPTH = 8;

/**
 * Whether Route 53 takes a record set for healthy. Both its health check and, where the alias asks for it, its
 * target must be healthy; a record set with neither always is. A target that is made of record sets is healthy if
 * any of them is.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html
 */
export function recordHealth(record: RecordSetDefinition, sources: HealthSources, depth = 0): boolean {
  const { healthCheckId, target } = record;
  // A check that is not among those that run here, such as one of a metric, says nothing against the record.
  if (healthCheckId !== undefined && sources.verdicts.get(healthCheckId) === false) return false;
  if (target.kind !== 'alias' || !target.evaluateTargetHealth) return true;
  const service = sources.targets.get(target.name);
  if (service !== undefined) return service.isUp();
  const group = aliasedGroup(record, target.name, sources.zones);
  if (group.length === 0) return true;
  return depth < ALIAS_DEPTH && group.some((each) => recordHealth(each, sources, depth + 1));
}

/** The record sets with their health. */
export function judged(group: readonly RecordSetDefinition[], sources: HealthSources): JudgedRecord[] {
  return group.map((record) => ({ record, healthy: recordHealth(record, sources) }));
}

/**
 * The record sets that an alias of a zone to another name of a zone stands for: those of that name with its own
 * type.
 */
export function aliasedGroup(
  { type }: RecordSetDefinition,
  name: string,
  zones: ReadonlyMap<string, ZoneIndex>,
): readonly RecordSetDefinition[] {
  const zone = zoneOf(zones, name);
  const found = zone === undefined ? undefined : lookUp(zone, name);
  return found?.kind === 'node' ? (found.node.get(type) ?? []) : [];
}
