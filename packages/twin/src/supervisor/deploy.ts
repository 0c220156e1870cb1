import { resolveAssembly } from '../assembly/resolve-assembly.ts';
import type { ResolvedRegion } from '../assembly/resolved-region.ts';
import { ACCOUNT_ID } from '../assembly/resource-identity.ts';
import { mergeTables } from '../assembly/tables-of.ts';
import type { TableDefinition } from '../dynamodb/table-definition.ts';
import type { HostedZoneDefinition } from '../route53/route53-definition.ts';
import { TwinError } from '../twin-error.ts';
import { distributionIn, globalNameOf, route53DefinitionOf } from './global-definition.ts';
import type { PortPlan } from './port-plan.ts';

/** A synthesized region: the twin knows nothing of the platform but what stands in this folder. */
export interface RegionAssembly {
  readonly region: string;
  readonly assemblyDir: string;
}

/** Both sides of a region that the twin holds in one hand: what was deployed, and what runs. */
export interface Deployed {
  readonly resolved: ResolvedRegion;
  readonly tables: readonly TableDefinition[];
}

/** Where the resources of templates come to be. */
export interface DeployOptions {
  readonly plan: PortPlan;
  /** Hosted zones that exist before any stack does. */
  readonly hostedZones: readonly HostedZoneDefinition[];
}

/**
 * Reads every region's assembly and gives each region the tables of which it holds a replica.
 *
 * @throws {TwinError} `DefinitionUnusable` when several names are routed, or several distributions stand in front
 */
export function deploy(assemblies: readonly RegionAssembly[], options: DeployOptions): Map<string, Deployed> {
  // What a stack tells of itself has the twin's addresses in it, and which name is the global one is known only when
  // all stacks were read: so each is read twice, which takes milliseconds.
  const before = resolveAll(assemblies, options);
  const resolved = resolveAll(assemblies, {
    ...options,
    globalName: globalNameOf(route53DefinitionOf(before))?.name,
    edgeNames: distributionIn(before)?.aliases,
  });
  const tables = mergeTables(resolved);
  return new Map(
    resolved.map((region) => [region.region, { resolved: region, tables: tables.get(region.region) ?? [] }]),
  );
}

function resolveAll(
  assemblies: readonly RegionAssembly[],
  {
    plan,
    hostedZones,
    globalName,
    edgeNames = [],
  }: DeployOptions & {
    readonly globalName?: string | undefined;
    readonly edgeNames?: readonly string[] | undefined;
  },
): ResolvedRegion[] {
  const global = `http://127.0.0.1:${plan.globalPort}`;
  return assemblies.map(({ region, assemblyDir }) => {
    const api = `http://127.0.0.1:${plan.regions.find((ports) => ports.region === region)?.apiPort}`;
    return resolveAssembly(assemblyDir, {
      region,
      accountId: ACCOUNT_ID,
      hostedZones,
      apiEndpoint: () => api,
      domainEndpoint: (name) => (name === globalName ? global : api),
      edgeEndpoints: new Map(edgeNames.map((name) => [name, global])),
    });
  });
}

/**
 * Makes sure that a definition that is swapped in has the regions, tables, domains and custom resources of the one that runs.
 *
 * @throws {TwinError} `DefinitionUnusable`: those are made when a twin starts
 */
export function requireSameData(
  before: ReadonlyMap<string, Deployed>,
  after: ReadonlyMap<string, Deployed>,
): void {
  const shape = (deployed: ReadonlyMap<string, Deployed>) =>
    JSON.stringify(
      [...deployed].map(
        ([
          region,
          {
            tables,
            resolved: { customResources, customDomains },
          },
        ]) => [region, tables, customResources, customDomains],
      ),
    );
  if (shape(before) === shape(after)) return;
  throw new TwinError(
    'DefinitionUnusable',
    'Cannot swap the definition: its regions, tables, domains or custom resources changed, these are made when the twin starts. ' +
      'Stop it and start it again; with --fresh if a key changed.',
  );
}

/** What every region's templates come to, in topology order. */
export function resolvedOf(deployed: ReadonlyMap<string, Deployed>): ResolvedRegion[] {
  return [...deployed.values()].map(({ resolved }) => resolved);
}
