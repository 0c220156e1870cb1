import type { Topology } from '../../../amplify/topology/define-topology.ts';
import { DoctorError } from './doctor-error.ts';
import { examine } from './examine.ts';
import { renderFindings, summarize } from './render-findings.ts';

/** The options of `npm run doctor`, parsed. */
export interface RunDoctorOptions {
  readonly stage?: string;
  readonly json: boolean;
}

/**
 * Examines this checkout and prints what was found.
 *
 * @throws {DoctorError} when there is a fault, once everything is printed; or when there is no such stage
 */
export async function runDoctor({ stage, json }: RunDoctorOptions): Promise<void> {
  const findings = examine({ nodeVersion: process.versions.node, topology: await loadTopology(), stage });
  const faults = findings.filter(({ level }) => level === 'fault');
  const isFit = faults.length === 0;
  process.stdout.write(
    json
      ? `${JSON.stringify({ isFit, findings }, null, 2)}\n`
      : `${renderFindings(findings)}\n\n${summarize(findings)}\n`,
  );
  if (isFit) return;
  throw new DoctorError(
    `Cannot call it fit: ${faults.map(({ check }) => check).join(', ')}. What to do stands with each.`,
  );
}

/** A topology that does not hold fails when it is imported, which is a finding like any other. */
async function loadTopology(): Promise<Topology | Error> {
  try {
    const { topology } = await import('../../../amplify/topology/topology.ts');
    return topology;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
