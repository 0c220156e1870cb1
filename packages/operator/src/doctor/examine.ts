import type { Definitions } from '@gsp/platform/contract';
import type { Topology } from '@gsp/platform/topology';
import { checkExposure } from './check-exposure.ts';
import type { CheckResult } from './check-result.ts';
import {
  checkDomain,
  checkFailoverBudget,
  checkOpenConnections,
  checkRegions,
  checkSettings,
} from './check-settings.ts';
import { checkNodeVersion, checkTools, type Tool } from './check-tools.ts';
import { checkTopology } from './check-topology.ts';
import { type ExaminedStage, stagesOf } from './examined-stage.ts';

/** What is examined. */
export interface Patient {
  /** Of the Node that runs this, as in `process.versions.node`. */
  readonly nodeVersion: string;
  /** What deploys, as it is wanted and installed. @default - not looked at */
  readonly tools?: readonly Tool[];
  /** The topology, or what kept it from being loaded. */
  readonly topology: Topology | Error;
  /** @default - every stage */
  readonly stage: string | undefined;
  /** What the project defines. @default - nothing */
  readonly definitions?: Definitions;
}

/** Checks of one stage, in the order in which a person asks. A check that has nothing to say about a stage returns null. */
const STAGE_CHECKS: readonly ((stage: ExaminedStage) => CheckResult | readonly CheckResult[] | null)[] = [
  checkRegions,
  checkDomain,
  checkFailoverBudget,
  checkSettings,
  checkExposure,
];

/**
 * Everything that can be found out without a network or an account: this machine, the topology, then each stage.
 *
 * @throws {CommandError} when there is no stage of the name that was asked for
 */
export function examine({
  nodeVersion,
  tools = [],
  topology,
  stage,
  definitions = {},
}: Patient): readonly CheckResult[] {
  const results = [
    checkNodeVersion(nodeVersion),
    ...(tools.length > 0 ? [checkTools(tools)] : []),
    ...checkTopology(topology),
  ];
  if (topology instanceof Error) return results;
  const stages = stagesOf(topology, stage).map((each) => ({ ...each, definitions }));
  const ofStages = stages.flatMap((examined) => STAGE_CHECKS.flatMap((check) => check(examined) ?? []));
  const canMove = stages.some(({ regions }) => regions.length > 1);
  return [...results, ...ofStages, ...(canMove ? [checkOpenConnections()] : [])];
}
