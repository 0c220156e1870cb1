import { HostedZone, type IHealthCheck, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { globalName, regionalName } from '../topology/names.ts';
import type { Site } from '../topology/resolve-stage.ts';
import { GlobalRecords } from './global-records.ts';
import { RegionHealth } from './region-health.ts';
import type { RegionalApi } from './regional-api.ts';
import { RegionalDomain } from './regional-domain.ts';
import { StageZone } from './stage-zone.ts';

/** What a {@link SiteDomain} is made of. */
export interface SiteDomainProps {
  readonly site: Site;
  readonly api: RegionalApi;
}

/** The zone in which a site has its names, or undefined where it has none, or none yet. */
export function zoneOf({
  domain,
}: Pick<Site, 'domain'>): { zoneName: string; hostedZoneId: string } | undefined {
  if (domain === null || domain.hostedZoneId === null) return undefined;
  return { zoneName: domain.zoneName, hostedZoneId: domain.hostedZoneId };
}

/**
 * Everything that DNS has to do with one Region: its names, its health and its share of the global name. A
 * Region knows the others' names, which are computed, and asks no other stack.
 *
 * Where the zone is still to be made, the primary makes it and no Region anything else: a certificate waits for
 * a record that the world can see, and a deployment with it, until the zone is delegated to.
 */
export class SiteDomain extends Construct {
  /** The zone that was made here; it has to be put into the topology. */
  readonly newZone: StageZone | undefined;
  /** Whether this Region should be in service; undefined where it has no names yet. */
  readonly healthCheck: IHealthCheck | undefined;

  constructor(scope: Construct, id: string, { site, api }: SiteDomainProps) {
    super(scope, id);
    const zone = zoneOf(site);
    if (zone) {
      this.healthCheck = this.place(HostedZone.fromHostedZoneAttributes(this, 'Zone', zone), site, api);
    } else if (site.domain && site.role === 'primary') {
      this.newZone = new StageZone(this, 'NewZone', { zoneName: site.domain.zoneName });
    }
  }

  private place(zone: IHostedZone, site: Site, { api, stage }: RegionalApi): IHealthCheck {
    const { region, settings } = site;
    const { policy, weights, dualStack, healthCheck } = settings.routing;
    const nameIn = (inRegion: string) => regionalName(zone.zoneName, inRegion);

    const domain = new RegionalDomain(this, 'Domain', {
      zone,
      globalName: globalName(zone.zoneName),
      regionalName: nameIn(region),
      api,
      stage,
      dualStack,
    });
    const health = new RegionHealth(this, 'Health', {
      name: site.apiName,
      region,
      regionalName: nameIn(region),
      peers: site.regions
        .filter((peer) => peer !== region)
        .map((peer) => ({ region: peer, regionalName: nameIn(peer) })),
      ...healthCheck,
    });
    const records = new GlobalRecords(this, 'Global', {
      zone,
      globalName: globalName(zone.zoneName),
      region,
      isPrimary: site.role === 'primary',
      target: domain.globalDomain,
      healthCheck: health.healthCheck,
      policy,
      weight: weights[region],
      dualStack,
    });
    // Nobody is led to, or asks for the health of, a name that has no API behind it yet.
    health.node.addDependency(domain);
    records.node.addDependency(domain);
    return health.healthCheck;
  }
}
