import { CommandError } from '@gsp/cli-kit';
import type { Topology } from '@gsp/platform/topology';
import type { Cloud } from '../cloud/region-clients.ts';
import type { StageTarget } from '../cloud/stage-target.ts';
import { type CheckResult, renderResults } from '../doctor/check-result.ts';
import { examine } from '../doctor/examine.ts';
import { examineCloud } from '../doctor/examine-cloud.ts';
import type { StageForecastOptions } from '../forecast/forecast-stage.ts';
import { definitionsOf } from '../load-definitions.ts';
import { entitiesOf } from '../load-entities.ts';

/** What is examined before anything is created. */
export interface PreflightOptions {
  /** The project. */
  readonly rootDir: string;
  readonly topology: Topology;
  readonly target: StageTarget;
  readonly cloud: Cloud;
  readonly signal: AbortSignal;
  readonly forecast: Pick<StageForecastOptions, 'allowed' | 'identityOf'>;
}

/** The doctor's findings about this machine, the stage and the account. */
export async function runChecks({
  rootDir,
  topology,
  target,
  cloud,
  signal,
  forecast,
}: PreflightOptions): Promise<readonly CheckResult[]> {
  const stage = target.kind === 'listed' ? target.name : target.kind;
  const definitions = await definitionsOf(rootDir);
  const here = examine({ nodeVersion: process.versions.node, topology, stage, definitions });
  const entities = await entitiesOf(rootDir);
  return [...here, ...(await examineCloud({ rootDir, target, cloud, entities, signal, forecast }))];
}

/** @throws {CommandError} with every fault and its remedy: none is passed over */
export function assertChecksPassed(results: readonly CheckResult[], stage: string): void {
  const issues = results.filter(({ level }) => level === 'fault');
  if (issues.length === 0) return;
  throw new CommandError(
    `Cannot deploy ${stage}: ${issues.length === 1 ? 'there is a fault' : `there are ${issues.length} faults`}, none may be left. ` +
      `Nothing was changed.\n\n${renderResults(issues)}`,
  );
}
