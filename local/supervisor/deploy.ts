import { ACCOUNT_ID } from '../account-id.ts';
import { mergeTables } from '../assembly/merge-tables.ts';
import { resolveAssembly } from '../assembly/resolve-assembly.ts';
import type { ResolvedRegion } from '../assembly/resolved-region.ts';
import type { TableDefinition } from '../dynamodb/table-definition.ts';
import { TwinError } from '../twin-error.ts';
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

/** Reads every region's assembly and gives each region the tables of which it holds a replica. */
export async function deploy(
  assemblies: readonly RegionAssembly[],
  plan: PortPlan,
): Promise<Map<string, Deployed>> {
  const resolved = await Promise.all(
    assemblies.map(({ region, assemblyDir }) => {
      const apiPort = plan.regions.find((ports) => ports.region === region)?.apiPort;
      return resolveAssembly(assemblyDir, {
        region,
        accountId: ACCOUNT_ID,
        apiEndpoint: () => `http://127.0.0.1:${apiPort}`,
      });
    }),
  );
  const tables = mergeTables(resolved);
  return new Map(
    resolved.map((region) => [region.region, { resolved: region, tables: tables.get(region.region) ?? [] }]),
  );
}

/**
 * Makes sure that a definition that is swapped in has the regions, tables and custom resources of the one that runs.
 *
 * @throws {TwinError} `DefinitionUnusable`: those are made when a twin starts
 */
export function requireSameData(
  before: ReadonlyMap<string, Deployed>,
  after: ReadonlyMap<string, Deployed>,
): void {
  const shape = (deployed: ReadonlyMap<string, Deployed>) =>
    JSON.stringify(
      [...deployed].map(([region, { tables, resolved }]) => [region, tables, resolved.customResources]),
    );
  if (shape(before) === shape(after)) return;
  throw new TwinError(
    'DefinitionUnusable',
    'Cannot swap the definition: its regions, tables or custom resources changed, these are made when the twin starts. ' +
      'Stop it and start it again; with --fresh if a key changed.',
  );
}
