import type { Definitions } from '../contract/definitions.ts';
import type { PlatformOutputs } from '../contract/outputs.ts';
import { zoneOf } from '../topology/backend-features.ts';
import { edgeName, globalApiName, globalName, regionalName } from '../topology/names.ts';
import type { BackendContext } from '../topology/resolve-stage.ts';
import type { BackendDomain } from './backend-domain.ts';
import type { RegionalApi } from './regional-api.ts';

/** What a backend is made of that its clients and operators have to know. */
interface BackendParts {
  readonly api: RegionalApi;
  readonly domain: BackendDomain;
  /** What is deployed. @default - nobody says */
  readonly revision?: string | undefined;
  /** What a team has defined. @default - nothing */
  readonly definitions?: Definitions;
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
export function backendOutputs(
  context: BackendContext,
  { api, domain, revision, definitions = {} }: BackendParts,
): PlatformOutputs {
  const { project, stage, region, role, apiName } = context;
  const names = namesOf(context);
  const newZone = domain.newZone &&
    context.domain && {
      zoneName: context.domain.zoneName,
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
      ...definedOutputs(definitions),
      ...(names && { domain: names.domain }),
      ...(newZone && { newZone }),
    },
  };
}

/** What a client has to know of what a team has defined; nothing where it has defined nothing. */
function definedOutputs({
  entities = {},
  routes = {},
}: Definitions): Pick<PlatformOutputs['platform'], 'entities' | 'routes'> {
  const known = Object.values(entities).map(({ name, plural, partition, indexes }) => {
    const found = Object.entries(indexes).map(([index, by]) => [
      index,
      { partition: by.partition, ...(by.sort && { sort: by.sort }) },
    ]);
    return [
      plural,
      { name, ...(partition !== undefined && { partition }), indexes: Object.fromEntries(found) },
    ];
  });
  const own = Object.entries(routes).map(([name, { method, path }]) => [name, { method, path }]);
  return {
    ...(known.length > 0 && { entities: Object.fromEntries(known) }),
    ...(own.length > 0 && { routes: Object.fromEntries(own) }),
  };
}

function namesOf(context: BackendContext) {
  const { project, stage, region, regions, settings } = context;
  const zone = zoneOf(context);
  if (!zone) return undefined;
  const { zoneName } = zone;
  const apiName = globalApiName(project, stage);
  const name = globalName(zoneName);
  const { cloudFront, enforced } = settings.edge;
  const edge = cloudFront
    ? { edgeName: edgeName(zoneName), ...(enforced && { edgeOnly: true as const }) }
    : undefined;
  const endpoint = `https://${edge?.edgeName ?? name}`;
  return {
    endpoint: `https://${regionalName(zoneName, region)}`,
    // For libraries that want a Region: the primary's, whichever answers.
    globalApi: { [apiName]: { endpoint, region: regions[0] ?? region, apiName } },
    domain: { zoneName, globalName: name, policy: settings.routing.policy, ...edge },
  };
}
