import type { HostedZoneDefinition, Route53Definition } from '../route53/route53-definition.ts';
import type { DeployedResource } from './deployed-resource.ts';
import { healthChecksOf } from './health-checks-of.ts';
import { hostedZonesOf } from './hosted-zones-of.ts';
import { recordSetsOf } from './record-sets-of.ts';
import type { NotEmulatedList } from './resolved-region.ts';

/**
 * What a region's templates tell Route 53: zones, health checks and records.
 *
 * @param options.hostedZones zones that exist before any stack does
 * @param options.unserved names of AWS that lead nowhere here
 * @throws {AssemblyError} `Unresolvable` for a record of a zone that does not exist; `InvalidResource` for what Route 53
 *   would refuse
 */
export function route53Of(
  resources: readonly DeployedResource[],
  {
    hostedZones: existing,
    unserved,
    notEmulated,
  }: {
    hostedZones: readonly HostedZoneDefinition[];
    unserved: ReadonlySet<string>;
    notEmulated: NotEmulatedList;
  },
): Route53Definition {
  const hostedZones = hostedZonesOf(resources, { existing, notEmulated });
  const checks = healthChecksOf(resources, notEmulated);
  const records = recordSetsOf(resources, { hostedZones, checks, unserved, notEmulated });
  return { zones: hostedZones.zones, checks, records };
}
