import { z } from 'zod';
import type { HostedZoneDefinition } from '../route53/route53-definition.ts';
import { type DeployedResource, readProperties, refOf } from './deployed-resource.ts';
import { isSwitchedOn, type NotEmulatedList } from './resolved-region.ts';

/** The resource type that becomes a hosted zone. */
export const ZONE_TYPE = 'AWS::Route53::HostedZone';

const zoneProperties = z.object({ Name: z.string().min(1) });

/** The hosted zones that a region's records can be in. */
export interface HostedZones {
  readonly zones: readonly HostedZoneDefinition[];
  /** Ids and names of zones that only networks of AWS can see. */
  readonly hidden: ReadonlySet<string>;
}

/** A DNS name in the form in which names are compared: lower case, without the dot of the root. */
export function comparableName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/**
 * The public hosted zones of a region's templates and those that exist before them. A private zone is seen from VPCs
 * alone and is named in `notEmulated`.
 */
export function hostedZonesOf(
  resources: readonly DeployedResource[],
  { existing, notEmulated }: { existing: readonly HostedZoneDefinition[]; notEmulated: NotEmulatedList },
): HostedZones {
  const zones = existing.map(({ id, name }) => ({ id, name: comparableName(name) }));
  const hidden = new Set<string>();
  for (const resource of resources) {
    if (resource.Type !== ZONE_TYPE) continue;
    const { scope, logicalId } = resource;
    const zone = { id: refOf(resource), name: comparableName(readProperties(resource, zoneProperties).Name) };
    if (isSwitchedOn(scope.property(logicalId, 'VPCs'))) {
      notEmulated.add(`${ZONE_TYPE} with VPCs`, logicalId);
      hidden.add(zone.id).add(zone.name);
    } else {
      zones.push(zone);
    }
  }
  return { zones, hidden };
}
