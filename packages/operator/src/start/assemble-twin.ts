import { LOCAL_HOSTED_ZONE_ID, regionsOf, resolveStage, type StageChanges } from '@gsp/platform/topology';
import type { HostedZoneDefinition } from '@gsp/twin';
import type { Project } from '../project.ts';
import { type SynthesizedRegion, synthesize } from '../synthesis/synthesize.ts';

/** Everything a twin is started with that comes of the definition. */
export interface TwinAssembly {
  readonly assemblies: readonly SynthesizedRegion[];
  /** The hosted zone that the templates expect to find in the account. */
  readonly hostedZones: readonly HostedZoneDefinition[];
}

/** The stack of a branch, as it would be deployed, on this machine. */
function localBackend(branch: string) {
  return { type: 'branch', namespace: 'local', name: branch } as const;
}

/**
 * The regions of a branch's stage, which a twin of it has: known without a synthesis.
 *
 * @throws {TopologyError} where the stage cannot be placed
 */
export function twinRegions({ topology }: Project, branch: string): readonly string[] {
  return regionsOf(topology, localBackend(branch));
}

/**
 * Synthesizes every region of a branch's stage for a twin. A stage without a domain gets one under `.test`, a name that
 * nobody can own (RFC 6761), so that failover can be seen before a domain is bought.
 *
 * @param options.changes settings to try out instead of the stage's own
 * @throws {TopologyError} where the stage cannot be placed
 * @throws {SynthesisError} where the definition is wrong
 */
export async function assembleTwin(
  { rootDir, topology }: Project,
  branch: string,
  options: { readonly signal?: AbortSignal; readonly changes?: StageChanges | undefined } = {},
): Promise<TwinAssembly> {
  const backend = localBackend(branch);
  const regions = regionsOf(topology, backend);
  const localZoneName = `${topology.project}.test`;
  const { domain } = resolveStage(topology, {
    backendType: backend.type,
    backendName: backend.name,
    region: regions[0],
    localZoneName,
    changes: options.changes,
  });
  return {
    assemblies: await synthesize({ rootDir, regions, backend, localZoneName, ...options }),
    hostedZones:
      domain === null ? [] : [{ id: domain.hostedZoneId ?? LOCAL_HOSTED_ZONE_ID, name: domain.zoneName }],
  };
}
