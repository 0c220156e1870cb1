import { z } from 'zod';
import { deferredValuesIn } from '../custom-resources/deferred-value.ts';
import { isRecord } from '../json-value.ts';
import type {
  HealthCheckDefinition,
  HostedZoneDefinition,
  RecordSetDefinition,
  RoutingDefinition,
} from '../route53/route53-definition.ts';
import { cfnBoolean, cfnNumber, type DeployedResource, readProperties } from './deployed-resource.ts';
import { comparableName, type HostedZones } from './hosted-zones-of.ts';
import { fail } from './intrinsics.ts';
import { isSwitchedOn, type NotEmulatedList } from './resolved-region.ts';
import { unavailablePart } from './resource-values.ts';

/** The resource type that becomes a record set. */
export const RECORD_TYPE = 'AWS::Route53::RecordSet';

/** Ways to choose among records that are not run here. */
const NOT_ROUTED = ['CidrRoutingConfig', 'GeoLocation', 'GeoProximityLocation', 'MultiValueAnswer'];

const MAX_TTL_SECONDS = 2_147_483_647;

const properties = z.object({
  Name: z.string().min(1),
  Type: z.string(),
  AliasTarget: z.object({ DNSName: z.string(), EvaluateTargetHealth: cfnBoolean.default(false) }).optional(),
  Failover: z.enum(['PRIMARY', 'SECONDARY']).optional(),
  HealthCheckId: z.string().optional(),
  HostedZoneId: z.string().optional(),
  HostedZoneName: z.string().optional(),
  Region: z.string().optional(),
  ResourceRecords: z.array(z.string()).min(1).optional(),
  SetIdentifier: z.string().min(1).max(128).optional(),
  TTL: cfnNumber.pipe(z.number().int().min(0).max(MAX_TTL_SECONDS)).optional(),
  Weight: cfnNumber.pipe(z.number().int().min(0).max(255)).optional(),
});

type RecordProperties = z.infer<typeof properties>;

/** What records refer to. */
export interface RecordSetsOfOptions {
  readonly hostedZones: HostedZones;
  readonly checks: readonly HealthCheckDefinition[];
  /** Names of AWS, in lower case, that lead nowhere here. */
  readonly unserved: ReadonlySet<string>;
  readonly notEmulated: NotEmulatedList;
}

/**
 * The record sets of a region's templates. Those that are chosen in a way, or lead to a place, that only AWS has are left
 * out and named in `notEmulated`.
 *
 * @throws {AssemblyError} `Unresolvable` for a record of a zone that does not exist; `InvalidResource` for one that Route
 *   53 would not make
 */
export function recordSetsOf(
  resources: readonly DeployedResource[],
  options: RecordSetsOfOptions,
): RecordSetDefinition[] {
  const { notEmulated } = options;
  return resources.flatMap((resource) => {
    if (resource.Type !== RECORD_TYPE) return [];
    const unsupported = unsupportedReason(resource, options);
    if (unsupported === undefined) return [recordSetOf(resource, options)];
    notEmulated.add(`${RECORD_TYPE} with ${unsupported}`, resource.logicalId);
    return [];
  });
}

/** Why a record cannot be run here, or nothing. */
function unsupportedReason(
  { scope, logicalId }: DeployedResource,
  { hostedZones: { hidden }, unserved }: RecordSetsOfOptions,
): string | undefined {
  const property = (name: string): unknown => scope.property(logicalId, name);
  const routing = NOT_ROUTED.find((name) => isSwitchedOn(property(name)));
  if (routing !== undefined) return routing;
  const target = [property('AliasTarget'), property('ResourceRecords')];
  const alias = isRecord(target[0]) ? comparableName(String(target[0].DNSName)) : '';
  if (unavailablePart(target) !== undefined || deferredValuesIn(target).length > 0 || unserved.has(alias))
    return 'a target that only AWS knows';
  const zone = property('HostedZoneId') ?? comparableName(String(property('HostedZoneName')));
  return hidden.has(String(zone)) ? 'a private hosted zone' : undefined;
}

function recordSetOf(
  resource: DeployedResource,
  { hostedZones, checks, notEmulated }: RecordSetsOfOptions,
): RecordSetDefinition {
  const record = readProperties(resource, properties);
  const { SetIdentifier: setIdentifier, HealthCheckId: checkId } = record;
  const zone = zoneOf(resource, record, hostedZones.zones);
  const name = comparableName(record.Name);
  if (name !== zone.name && !name.endsWith(`.${zone.name}`))
    invalid(resource, 'Name', `${name} is not in the hosted zone ${zone.name}`);
  const routing = routingOf(resource, record);
  if ((routing.policy === 'simple') !== (setIdentifier === undefined))
    invalid(
      resource,
      'SetIdentifier',
      'it belongs to records with a routing policy, and each of them needs one',
    );
  const isRun = checks.some(({ id }) => id === checkId);
  if (checkId !== undefined && !isRun)
    notEmulated.add(
      `${RECORD_TYPE} HealthCheckId of a check that is not run (it counts as healthy)`,
      resource.logicalId,
    );
  return {
    zoneId: zone.id,
    name,
    type: record.Type.toUpperCase(),
    routing,
    ...(setIdentifier !== undefined && { setIdentifier }),
    ...(checkId !== undefined && isRun && { healthCheckId: checkId }),
    target: targetOf(resource, record),
  };
}

function zoneOf(
  resource: DeployedResource,
  { HostedZoneId: id, HostedZoneName: zoneName }: RecordProperties,
  zones: readonly HostedZoneDefinition[],
): HostedZoneDefinition {
  const name = zoneName === undefined ? undefined : comparableName(zoneName);
  const zone = zones.find((each) => (id === undefined ? each.name === name : each.id === id));
  if (zone !== undefined) return zone;
  const { scope, logicalId } = resource;
  const known = zones.map((each) => `${each.name} (${each.id})`).join(', ') || 'none';
  const reason = `there is no hosted zone ${id ?? name ?? ''} in the template, and the twin knows ${known}. Give the twin that zone, or create it in the template`;
  return fail('Unresolvable', reason, { scope, at: { logicalId, path: 'Properties.HostedZoneId' } });
}

function routingOf(resource: DeployedResource, record: RecordProperties): RoutingDefinition {
  const { Failover: role, Region: region, Weight: weight } = record;
  const policies: RoutingDefinition[] = [
    ...(role === undefined ? [] : [{ policy: 'failover', role } as const]),
    ...(region === undefined ? [] : [{ policy: 'latency', region } as const]),
    ...(weight === undefined ? [] : [{ policy: 'weighted', weight } as const]),
  ];
  if (policies.length > 1)
    invalid(resource, 'SetIdentifier', 'a record has one of Failover, Region and Weight, not several');
  return policies[0] ?? { policy: 'simple' };
}

function targetOf(
  resource: DeployedResource,
  { AliasTarget: alias, ResourceRecords: values, TTL: ttlSeconds }: RecordProperties,
): RecordSetDefinition['target'] {
  if (alias !== undefined) {
    if (values !== undefined || ttlSeconds !== undefined)
      invalid(resource, 'AliasTarget', 'an alias has neither ResourceRecords nor a TTL');
    return {
      kind: 'alias',
      name: comparableName(alias.DNSName),
      evaluateTargetHealth: alias.EvaluateTargetHealth,
    };
  }
  if (values === undefined || ttlSeconds === undefined)
    invalid(resource, 'ResourceRecords', 'a record needs an AliasTarget, or ResourceRecords and a TTL');
  return { kind: 'values', ttlSeconds, values };
}

function invalid({ scope, logicalId }: DeployedResource, property: string, reason: string): never {
  return fail('InvalidResource', reason, { scope, at: { logicalId, path: `Properties.${property}` } });
}
