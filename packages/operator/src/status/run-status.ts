import { CommandError, openTerminal, type Terminal } from '@gsp/cli-kit';
import type { Topology } from '@gsp/platform/topology';
import { openCloud } from '../cloud/region-clients.ts';
import { stageTarget } from '../cloud/stage-target.ts';
import { definitionsOf } from '../load-definitions.ts';
import { judgeStatus } from './judge-status.ts';
import { type ObserveStageOptions, observeStage } from './observe-stage.ts';
import { renderStatus } from './render-status.ts';

/** The options of `npm run status`, parsed. */
export interface StatusOptions extends ObserveStageOptions {
  readonly stage: string;
  /** @default - every Region of the stage */
  readonly regions?: readonly string[] | undefined;
  readonly json: boolean;
}

/**
 * Prints what is deployed where, and how it is.
 *
 * @throws {CommandError} when something is amiss, once everything is printed
 * @throws {CloudError} when there is no such stage, or no valid credentials
 */
export async function runStatus(
  options: StatusOptions,
  {
    topology,
    rootDir,
    terminal = openTerminal(options),
  }: { readonly topology: Topology; readonly rootDir?: string; readonly terminal?: Terminal },
): Promise<void> {
  const { stage, regions, json } = options;
  const target = stageTarget(topology, { stage, regions });
  const definitions = rootDir === undefined ? {} : await definitionsOf(rootDir);
  const cloud = openCloud();
  try {
    const status = await terminal.during(
      `Looking at stage '${stage}' in ${target.chosen.join(', ')}`,
      async () => judgeStatus(await observeStage(cloud, target, { ...options, definitions })),
      () => `Looked at stage '${stage}'`,
    );
    terminal.result(json ? JSON.stringify(status, null, 2) : renderStatus(status));
    if (status.isWell) return;
    throw new CommandError(
      `Cannot call stage '${stage}' well: ${status.faults.join('; ')}. See what is deployed above, and docs/runbooks/.`,
    );
  } finally {
    cloud.close();
  }
}
