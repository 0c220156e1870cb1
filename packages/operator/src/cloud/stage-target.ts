import {
  type BackendContext,
  type BackendType,
  branchOf,
  listedStages,
  regionsOf,
  resolveStage,
  type Topology,
  TopologyError,
} from '@gsp/platform/topology';
import { CloudError } from './cloud-error.ts';

/** A stage as a command sees it: what it is called, and where it is. */
export interface StageTarget {
  readonly project: string;
  /** The stage's part of names and its tag on AWS. */
  readonly stage: string;
  /** As `--stage` and the topology call it. */
  readonly name: string;
  /** What `ampx` is given: as `--branch` the branch that the stage is deployed from, else the name as `--identifier`. */
  readonly branch: string;
  readonly kind: BackendContext['kind'];
  /** Regions of the stage, the primary first. */
  readonly regions: readonly string[];
  /** Those of them that were asked for, in the same order. @default - all */
  readonly chosen: readonly string[];
  readonly domain: BackendContext['domain'];
  readonly settings: BackendContext['settings'];
  readonly tableName: string;
}

/** The region that owns what exists once: the table's control plane, the zone. */
export function primaryOf({ regions }: Pick<StageTarget, 'regions'>): string {
  const [primary] = regions;
  if (primary !== undefined) return primary;
  throw new TypeError('Cannot name the primary: the stage has no regions, at least one is needed');
}

/** Which stage, and which of its Regions. */
export interface AskedStage {
  /** A stage of the topology, else the branch of a preview or the name of a sandbox. */
  readonly stage: string;
  /** @default - every Region of the stage */
  readonly regions?: readonly string[] | undefined;
  /** @default 'standalone' - by the stage's own name; a `branch` is looked up by the one that the stage names */
  readonly backendType?: BackendType;
}

/**
 * The stage of that name. A branch that the topology does not list is a preview; a preview or a sandbox that has no
 * Regions of its own is in the one that is asked for, else in the topology's primary.
 *
 * @throws {CloudError} when it has no name, or is not in a Region that was asked for
 */
export function stageTarget(topology: Topology, asked: AskedStage): StageTarget {
  const { stage: name, backendType = 'standalone' } = asked;
  const wanted = asked.regions && [...new Set(asked.regions)];
  if (name.trim() === '') {
    throw new CloudError(
      `Cannot find the stage: its name is empty, one is needed. The topology lists ${Object.keys(topology.stages).join(', ')}.`,
    );
  }
  if (wanted?.length === 0) {
    throw new CloudError(
      `Cannot find stage '${name}': --regions names none, at least one is needed. Leave it out to mean all.`,
    );
  }
  const isListed = listedStages(topology).includes(name);
  const branch = backendType === 'branch' && isListed ? branchOf(topology, name) : name;
  const regions = regionsOf(topology, {
    type: backendType,
    name: branch,
    ...(wanted?.[0] !== undefined && { region: wanted[0] }),
  });
  const strange = (wanted ?? []).filter((region) => !regions.includes(region));
  if (strange.length > 0) {
    throw new CloudError(
      `Cannot find stage '${name}' in ${strange.join(', ')}: it is in ${regions.join(', ')}, one of them is needed. ` +
        'Regions are added in amplify/topology.ts.',
    );
  }
  const site = contextOf(topology, { backendType, backendName: branch, region: regions[0] });
  return {
    project: site.project,
    stage: site.stage,
    name,
    branch,
    kind: site.kind,
    regions,
    chosen: wanted ? regions.filter((region) => wanted.includes(region)) : regions,
    domain: site.domain,
    settings: site.settings,
    tableName: site.tableName,
  };
}

function contextOf(topology: Topology, target: Parameters<typeof resolveStage>[1]): BackendContext {
  try {
    return resolveStage(topology, target);
  } catch (error) {
    if (error instanceof TopologyError) throw new CloudError(error.message, { cause: error });
    throw error;
  }
}
