import { SHORT_LIVED_STAGES, type Topology } from '../../../amplify/topology/define-topology.ts';
import { regionsOf, resolveStage, type Site } from '../../../amplify/topology/resolve-stage.ts';
import { DoctorError } from './doctor-error.ts';

/** A stage as the checks see it. */
export interface ExaminedStage {
  /** As the topology names it: a branch, `preview` or `sandbox`. */
  readonly name: string;
  readonly kind: Site['kind'];
  /** The primary first. */
  readonly regions: readonly string[];
  readonly domain: Site['domain'];
  readonly settings: Site['settings'];
}

/**
 * The stages to look at: the one asked for, or every branch that the topology lists, then what previews and sandboxes get.
 *
 * @throws {DoctorError} when there is no stage of that name
 */
export function stagesOf(topology: Topology, only: string | undefined): readonly ExaminedStage[] {
  const listed = Object.keys(topology.stages).filter((name) => !isShortLived(name));
  const names = [...listed, ...SHORT_LIVED_STAGES];
  if (only === undefined) return names.map((name) => examine(topology, name));
  if (names.includes(only)) return [examine(topology, only)];
  throw new DoctorError(
    `Cannot examine stage '${only}': the topology has ${names.join(', ')}, one of them is needed. A branch that it does not list is a preview.`,
  );
}

function examine(topology: Topology, name: string): ExaminedStage {
  const type = name === 'sandbox' ? 'sandbox' : 'branch';
  const regions = regionsOf(topology, { type, name });
  const site = resolveStage(topology, { backendType: type, backendName: name, region: regions[0] });
  return { name, kind: site.kind, regions, domain: site.domain, settings: site.settings };
}

function isShortLived(name: string): boolean {
  return SHORT_LIVED_STAGES.some((known) => known === name);
}
