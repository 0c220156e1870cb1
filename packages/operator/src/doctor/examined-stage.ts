import { CommandError } from '@gsp/cli-kit';
import type { Definitions } from '@gsp/platform/contract';
import {
  type BackendContext,
  branchOf,
  listedStages,
  regionsOf,
  resolveStage,
  SHORT_LIVED_STAGES,
  type Topology,
} from '@gsp/platform/topology';

/** A stage as the checks see it. */
export interface ExaminedStage {
  /** As the topology names it, or `preview` or `sandbox`. */
  readonly name: string;
  /** The Git branch that a listed stage is deployed from. */
  readonly branch: string | null;
  readonly kind: BackendContext['kind'];
  /** The primary first. */
  readonly regions: readonly string[];
  readonly domain: BackendContext['domain'];
  readonly settings: BackendContext['settings'];
  /** What the project defines. @default - nothing */
  readonly definitions?: Definitions;
}

/**
 * The stages to look at: the one asked for, or every one that the topology lists, then what previews and sandboxes get.
 *
 * @throws {CommandError} when there is no stage of that name
 */
export function stagesOf(topology: Topology, only: string | undefined): readonly ExaminedStage[] {
  const names = [...listedStages(topology), ...SHORT_LIVED_STAGES];
  if (only === undefined) return names.map((name) => examine(topology, name));
  if (names.includes(only)) return [examine(topology, only)];
  throw new CommandError(
    `Cannot examine stage '${only}': the topology has ${names.join(', ')}, one of them is needed. A branch that it does not list is a preview.`,
  );
}

function examine(topology: Topology, name: string): ExaminedStage {
  const type = name === 'sandbox' ? 'sandbox' : 'standalone';
  const regions = regionsOf(topology, { type, name });
  const site = resolveStage(topology, { backendType: type, backendName: name, region: regions[0] });
  const branch = site.kind === 'listed' ? branchOf(topology, name) : null;
  return { name, branch, kind: site.kind, regions, domain: site.domain, settings: site.settings };
}
