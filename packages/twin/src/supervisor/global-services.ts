import type { ResolvedRegion } from '../assembly/resolved-region.ts';
import type { Route53Report } from '../control/route53-report.ts';
import type { DnsState, EdgeReport, GlobalState } from '../control/twin-state.ts';
import { createEdge, type Edge } from '../edge/edge.ts';
import { type GlobalEndpoint, startGlobalEndpoint } from '../global-endpoint/global-endpoint.ts';
import { type DnsServer, startDnsServer } from '../route53/dns-server.ts';
import type { AliasTarget } from '../route53/record-health.ts';
import { Route53 } from '../route53/route53.ts';
import {
  distributionIn,
  type GlobalName,
  globalNameOf,
  regionOfTarget,
  route53DefinitionOf,
} from './global-definition.ts';
import type { PortPlan } from './port-plan.ts';

/** What the services that belong to no region are run with. */
export interface GlobalServicesOptions {
  readonly regions: readonly ResolvedRegion[];
  readonly plan: PortPlan;
  /** Addresses of regions on which this machine can listen. */
  readonly ownAddresses: ReadonlySet<string>;
  readonly timeScale: number;
  readonly seed: number;
  /** Region that latency routing finds nearest. */
  readonly nearestRegion: string;
  /** Puts the present values of secrets into a text. */
  readonly resolveSecrets: (text: string) => string;
}

/** Route 53 with its DNS server, and the endpoint that follows the global name, or is the edge in front of it. */
export interface GlobalServices {
  state(): {
    readonly global: GlobalState;
    readonly dns: DnsState;
    readonly route53: Route53Report;
    readonly edge: EdgeReport | null;
  };
  /**
   * Takes over checks, records and the edge of a changed definition. A check that stayed the same keeps its verdict, an
   * edge its counts and the secrets that it was deployed with.
   *
   * @throws {TwinError} `DefinitionUnusable` for an edge that cannot be run; the one before goes on then
   */
  swap(regions: readonly ResolvedRegion[]): void;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/**
 * Starts what stands in front of all regions, or nothing where the definition has no routed name. Checkers begin to ask
 * at once.
 *
 * @throws {TwinError} `PortInUse` when a port was taken since it was found free, `DefinitionUnusable` for an edge that cannot
 *   be run; nothing is left running then
 */
export async function startGlobalServices(
  options: GlobalServicesOptions,
): Promise<GlobalServices | undefined> {
  const definition = route53DefinitionOf(options.regions);
  const name = globalNameOf(definition);
  if (name === undefined) return undefined;
  let present = name;
  const { plan, timeScale, seed, nearestRegion } = options;
  let edge = edgeOf(options);
  const targets = new Map(targetsOf(options.regions, options));
  let names = namesOf(options.regions);
  const connectTo = (address: string) => connectionOf(address, options);
  const route53 = new Route53({ definition, targets, connectTo, timeScale, seed, nearestRegion });
  const dns = { host: LOOPBACK, port: plan.dnsPort };
  const dnsServer = await startDnsServer({ ...dns, route53 });
  let endpoint: GlobalEndpoint;
  try {
    endpoint = await startGlobalEndpoint({
      listen: { host: LOOPBACK, port: plan.globalPort },
      name: name.name,
      dns,
      connectTo,
      isOwnName: (host) => names.has(host),
      edge: () => edge,
    });
  } catch (error) {
    await dnsServer.close();
    throw error;
  }
  route53.start();
  return {
    state: () => ({
      global: globalState(endpoint, present, plan),
      dns: { ...dns, ...present },
      route53: route53.report(),
      edge: edge?.report() ?? null,
    }),
    swap(regions) {
      const changed = route53DefinitionOf(regions);
      present = globalNameOf(changed) ?? present;
      edge = edgeOf({ ...options, regions }, edge);
      names = namesOf(regions);
      targets.clear();
      for (const [target, place] of targetsOf(regions, options)) targets.set(target, place);
      route53.swap(changed);
    },
    close: () => closeAll(endpoint, dnsServer, route53),
  };
}

/** Every name by which the templates have the platform asked. */
function namesOf(regions: readonly ResolvedRegion[]): ReadonlySet<string> {
  const edge = distributionIn(regions);
  return new Set([
    ...regions.flatMap(({ customDomains }) => customDomains.map(({ domainName }) => domainName)),
    ...(edge === undefined ? [] : [edge.domainName, ...edge.aliases]),
  ]);
}

async function closeAll(endpoint: GlobalEndpoint, dnsServer: DnsServer, route53: Route53): Promise<void> {
  await Promise.all([endpoint.close(), dnsServer.close(), route53.stop()]);
}

/** The edge of a definition: the one that runs, where nothing about it changed. */
function edgeOf(
  { regions, resolveSecrets }: Pick<GlobalServicesOptions, 'regions' | 'resolveSecrets'>,
  running?: Edge,
): Edge | undefined {
  const definition = distributionIn(regions);
  if (definition === undefined) return undefined;
  if (JSON.stringify(definition) === JSON.stringify(running?.definition)) return running;
  return createEdge(definition, { resolveSecrets });
}

/**
 * `EvaluateTargetHealth` of an alias to API Gateway asks whether that service is down in its whole region. AWS does not say
 * how soon it would notice, so that here it never does: a region that is lost is found by its health check, which is slower
 * and documented.
 */
function targetsOf(
  regions: readonly ResolvedRegion[],
  { plan }: GlobalServicesOptions,
): (readonly [string, AliasTarget])[] {
  const edge = distributionIn(regions);
  const toRegions = [...regionOfTarget(regions)].flatMap(([target, region]) => {
    const address = plan.regions.find((ports) => ports.region === region)?.address;
    return address === undefined ? [] : [[target, { address, region, isUp: () => true }] as const];
  });
  // The edge is the global endpoint, whose address is no region's.
  const toEdge = edge && ([edge.domainName, { address: LOOPBACK, isUp: () => true }] as const);
  return toEdge === undefined ? toRegions : [...toRegions, toEdge];
}

/**
 * Where something listens for an address of the DNS. DNS carries no port, so every region has an address of its own and the
 * same port; where the machine lacks that address, the region's API is found by its port.
 */
function connectionOf(
  address: string,
  { plan, ownAddresses }: GlobalServicesOptions,
): { host: string; port: number } {
  const ports = plan.regions.find((each) => each.address === address);
  return ports === undefined || ownAddresses.has(address)
    ? { host: address, port: plan.globalPort }
    : { host: LOOPBACK, port: ports.apiPort };
}

function globalState(endpoint: GlobalEndpoint, { name }: GlobalName, plan: PortPlan): GlobalState {
  const { address } = endpoint.report();
  return {
    url: endpoint.url,
    name,
    address,
    region: plan.regions.find((ports) => ports.address === address)?.region ?? null,
  };
}
