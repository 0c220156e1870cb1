import type { Topology } from '@gsp/platform/topology';
import { type StageTarget, stageTarget } from '../cloud/stage-target.ts';
import { SandboxError } from './sandbox-error.ts';

/** What `ampx sandbox` takes as an identifier. */
const IDENTIFIER = /^[a-zA-Z0-9-]{1,15}$/;

/** Which sandbox. */
export interface AskedSandbox {
  readonly identifier: string;
  /** @default - those that the topology gives sandboxes */
  readonly regions?: readonly string[] | undefined;
}

/**
 * Where a developer's sandbox is. A backend has to know all of its regions at synthesis, whichever it is deployed to, so
 * several must stand in the topology.
 *
 * @throws {SandboxError} when the identifier is none, or the topology does not give sandboxes these regions
 * @throws {CloudError} when no region is named
 */
export function placeSandbox(topology: Topology, { identifier, regions }: AskedSandbox): StageTarget {
  if (!IDENTIFIER.test(identifier)) {
    throw new SandboxError(
      `Cannot name the sandbox '${identifier}': 1 to 15 letters, digits and hyphens are needed. Say --identifier <name>.`,
    );
  }
  const listed = topology.stages.sandbox?.regions ?? [];
  const known = listed.length > 0 ? listed : (regions ?? topology.regions).slice(0, 1);
  const missing = (regions ?? []).filter((region) => !known.includes(region));
  if (missing.length > 0) throw notListed(listed, regions ?? []);
  return stageTarget(topology, { stage: identifier, regions: regions ?? known, backendType: 'sandbox' });
}

function notListed(listed: readonly string[], asked: readonly string[]): SandboxError {
  const wanted = [...new Set([...listed, ...asked])].map((region) => `'${region}'`).join(', ');
  const state = listed.length === 0 ? 'gives them one, the shell’s' : `gives them ${listed.join(', ')}`;
  return new SandboxError(
    `Cannot place the sandbox in ${asked.join(', ')}: the topology ${state}, all of them are needed. ` +
      'Write in amplify/topology.ts, the primary first:\n\n' +
      `  stages: {\n    sandbox: { regions: [${wanted}] },\n  }`,
  );
}
