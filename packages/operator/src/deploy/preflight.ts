import type { Topology } from '@gsp/platform/topology';
import type { Cloud } from '../cloud/region-clients.ts';
import type { StagePlace } from '../cloud/stage-place.ts';
import { examine } from '../doctor/examine.ts';
import { examineCloud } from '../doctor/examine-cloud.ts';
import type { Finding } from '../doctor/finding.ts';
import { renderFindings } from '../doctor/render-findings.ts';
import { DeployError } from './deploy-error.ts';

/** What is examined before anything is created. */
export interface PreflightOptions {
  readonly topology: Topology;
  readonly place: StagePlace;
  readonly cloud: Cloud;
  readonly signal: AbortSignal;
}

/** The doctor's findings about this machine, the stage and the account. */
export async function examineAll({
  topology,
  place,
  cloud,
  signal,
}: PreflightOptions): Promise<readonly Finding[]> {
  const stage = place.kind === 'listed' ? place.name : place.kind;
  const here = examine({ nodeVersion: process.versions.node, topology, stage });
  return [...here, ...(await examineCloud({ place, cloud, signal }))];
}

/** @throws {DeployError} with every fault and its remedy: none is passed over */
export function requireFit(findings: readonly Finding[], stage: string): void {
  const faults = findings.filter(({ level }) => level === 'fault');
  if (faults.length === 0) return;
  throw new DeployError(
    `Cannot deploy ${stage}: ${faults.length === 1 ? 'there is a fault' : `there are ${faults.length} faults`}, none may be left. ` +
      `Nothing was changed.\n\n${renderFindings(faults)}`,
  );
}
