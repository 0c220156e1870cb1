import { CommandError, openTerminal, type Terminal, waitForTermination, wallClock } from '@gsp/cli-kit';
import { openCloud } from '../cloud/region-clients.ts';
import { newLockHolder } from '../cloud/stage-lock.ts';
import { stageTarget } from '../cloud/stage-target.ts';
import type { Project } from '../project.ts';
import { tearDown } from './tear-down.ts';
import { awsTeardownPorts } from './teardown-ports.ts';
import { failureOf, renderReport, type TeardownReport } from './teardown-report.ts';

/** The options of `npm run teardown`, parsed. */
export interface RunTeardownOptions {
  readonly stage: string;
  /** @default - all of the stage, those that only its table tells of among them */
  readonly regions?: readonly string[];
  readonly dryRun: boolean;
  readonly deleteData: boolean;
  /** The stage's name again, where there is nobody to type it. */
  readonly yesDelete?: string;
  readonly json: boolean;
  readonly waitSeconds: number;
}

/**
 * Takes a stage away and prints what was done and what is left.
 *
 * @throws {CommandError} when it was refused, a step failed, or something that costs money is left
 * @throws {CloudError} when the stage is not in the topology, or AWS cannot be asked
 */
export async function runTeardown(options: RunTeardownOptions, { topology }: Project): Promise<void> {
  const target = stageTarget(topology, options);
  const stop = new AbortController();
  void waitForTermination().then((signal) => stop.abort(interrupted(signal)));
  const terminal = openTerminal({ json: options.json, clock: wallClock });
  const cloud = openCloud();
  try {
    const report = await tearDown(cloud, target, {
      ports: awsTeardownPorts(cloud),
      terminal,
      holder: newLockHolder(),
      signal: stop.signal,
      isPartial: options.regions !== undefined,
      isDryRun: options.dryRun,
      deleteData: options.deleteData,
      confirmed: options.yesDelete,
      waitMs: options.waitSeconds * 1_000,
    });
    show(report, { terminal, json: options.json });
    const failure = failureOf(report);
    if (failure !== null) throw failure;
  } catch (error) {
    // What was under way says that it was aborted; why is what the operator wants to read.
    stop.signal.throwIfAborted();
    throw error;
  } finally {
    cloud.close();
  }
}

function show(report: TeardownReport, { terminal, json }: { terminal: Terminal; json: boolean }): void {
  if (json) terminal.result(JSON.stringify(report, null, 2));
  else if (report.isDryRun) terminal.result('Dry run: nothing was changed.');
  else if (report.plan.refusal === null) terminal.result(renderReport(report));
}

function interrupted(signal: NodeJS.Signals): CommandError {
  return new CommandError(
    `Cannot wait any longer: told to end (${signal}). What AWS was asked to delete goes on there; ` +
      'the same command goes on from what stands.',
  );
}
