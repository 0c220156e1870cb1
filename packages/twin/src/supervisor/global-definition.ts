import type { ResolvedRegion } from '../assembly/resolved-region.ts';
import type { DistributionDefinition } from '../edge/distribution-definition.ts';
import { findRefusedRecord } from '../route53/refused-record.ts';
import type { Route53Definition } from '../route53/route53-definition.ts';
import { TwinError } from '../twin-error.ts';

/**
 * What the stacks of all regions tell Route 53, which is one service for all of them.
 *
 * @throws {TwinError} `DefinitionUnusable` for records of one name that Route 53 would refuse to have together
 */
export function route53DefinitionOf(regions: readonly ResolvedRegion[]): Route53Definition {
  const parts = regions.map(({ route53 }) => route53);
  const zones = new Map(parts.flatMap((part) => part.zones).map((zone) => [zone.id, zone]));
  const records = parts.flatMap((part) => part.records);
  const refused = findRefusedRecord(records);
  if (refused !== undefined) {
    throw new TwinError(
      'DefinitionUnusable',
      `Cannot serve ${refused.name} ${refused.type}: ${refused.reason}. Route 53 would refuse the change (InvalidChangeBatch). ${refused.remedy}`,
    );
  }
  return { zones: [...zones.values()], checks: parts.flatMap(({ checks }) => checks), records };
}

/** The name under which clients find the platform, and its zone. */
export interface GlobalName {
  readonly name: string;
  /** Whose record sets are chosen from: the name itself, or the one that it is an alias of. */
  readonly routedName: string;
  readonly zone: string;
}

/**
 * The one name that is routed: its records are chosen by a policy, not simply given; or the name that is an alias of it.
 * Nothing where the definition has no domain.
 *
 * @throws {TwinError} `DefinitionUnusable` when several names are routed: the twin has one global endpoint
 */
export function globalNameOf({ records, zones }: Route53Definition): GlobalName | undefined {
  const routed = new Set(
    records.filter(({ routing }) => routing.policy !== 'simple').map(({ name }) => name),
  );
  const aliases = records.flatMap(({ name, routing, target, zoneId }) =>
    routing.policy === 'simple' && target.kind === 'alias' && routed.has(target.name)
      ? [{ name, routedName: target.name, zoneId }]
      : [],
  );
  const plain = records.filter(({ name }) => routed.has(name));
  const found =
    aliases.length > 0 ? aliases : plain.map(({ name, zoneId }) => ({ name, routedName: name, zoneId }));
  const [first] = found;
  if (first === undefined) return undefined;
  const names = [...new Set(found.map(({ name }) => name))];
  if (names.length > 1) {
    throw new TwinError(
      'DefinitionUnusable',
      `Cannot serve the global endpoint: ${names.join(', ')} all lead to records with a routing policy, the twin follows one name. ` +
        'Route one name, and give the others simple records.',
    );
  }
  const { name, routedName, zoneId } = first;
  return { name, routedName, zone: zones.find(({ id }) => id === zoneId)?.name ?? name };
}

/**
 * The edge: the one distribution in front of all regions. Nothing where the definition has none.
 *
 * @throws {TwinError} `DefinitionUnusable` when there are several: the twin has one global endpoint
 */
export function distributionIn(regions: readonly ResolvedRegion[]): DistributionDefinition | undefined {
  const found = regions.flatMap(({ distributions }) => distributions);
  if (found.length <= 1) return found[0];
  throw new TwinError(
    'DefinitionUnusable',
    `Cannot serve the edge: the templates have ${found.length} distributions (${found.flatMap(({ aliases }) => aliases).join(', ')}), ` +
      'the twin has one global endpoint. Define one distribution.',
  );
}

/** Region of every custom domain's own name at API Gateway, which is what alias records lead to. */
export function regionOfTarget(regions: readonly ResolvedRegion[]): ReadonlyMap<string, string> {
  return new Map(
    regions.flatMap(({ region, customDomains }) =>
      customDomains.map(({ regionalDomainName }) => [regionalDomainName.toLowerCase(), region] as const),
    ),
  );
}
