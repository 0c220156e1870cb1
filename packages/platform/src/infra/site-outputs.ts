import { edgeName, globalApiName, globalName, regionalName } from '../topology/names.ts';
import type { Site } from '../topology/resolve-stage.ts';
import type { RegionalApi } from './regional-api.ts';
import { type SiteDomain, zoneOf } from './site-domain.ts';

/** What a site is made of that its clients and operators have to know. */
interface SiteParts {
  readonly api: RegionalApi;
  readonly domain: SiteDomain;
  /** What is deployed. @default - nobody says */
  readonly revision?: string | undefined;
}

/**
 * This Region's part of `amplify_outputs.json`, under `custom`. Parts of all Regions merge without a
 * conflict, as each names its Region and its API only; what is said of the global name is the same in all.
 * `API` has the keys that `aws-amplify` takes for a REST API.
 *
 * With an edge, the global API is the edge's: it leads to the global name. `edgeOnly` says that Regions refuse whoever
 * comes to them directly, or by the global name.
 *
 * While the zone of the domain is new, the primary tells its id, to be put into the topology, and the name
 * servers to which the domain has to be delegated, joined by `, `.
 */
export function siteOutputs(site: Site, { api, domain, revision }: SiteParts) {
  const { project, stage, region, role, apiName } = site;
  const names = namesOf(site);
  const zone = domain.newZone && {
    hostedZoneId: domain.newZone.hostedZoneId,
    nameServers: domain.newZone.nameServers,
  };
  return {
    API: {
      [apiName]: { endpoint: names?.endpoint ?? api.endpoint, region, apiName },
      ...names?.globalApi,
    },
    platform: {
      project,
      stage,
      regions: { [region]: { role, apiName, ...(revision !== undefined && { revision }) } },
      ...(names && { domain: names.domain }),
      ...(zone && { newZone: { zoneName: site.domain?.zoneName, ...zone } }),
    },
  };
}

function namesOf(site: Site) {
  const { project, stage, region, regions, settings } = site;
  const zone = zoneOf(site);
  if (!zone) return undefined;
  const { zoneName } = zone;
  const apiName = globalApiName(project, stage);
  const name = globalName(zoneName);
  const { cloudFront, enforced } = settings.edge;
  const edge = cloudFront ? { edgeName: edgeName(zoneName), ...(enforced && { edgeOnly: true }) } : undefined;
  const endpoint = `https://${edge?.edgeName ?? name}`;
  return {
    endpoint: `https://${regionalName(zoneName, region)}`,
    // For libraries that want a Region: the primary's, whichever answers.
    globalApi: { [apiName]: { endpoint, region: regions[0] ?? region, apiName } },
    domain: { zoneName, globalName: name, ...edge },
  };
}
