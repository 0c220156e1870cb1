import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { CommandError, openTerminal, waitForTermination } from '@gsp/cli-kit';
import type { Topology } from '@gsp/platform/topology';
import { openCloud } from '../cloud/region-clients.ts';
import { type StageTarget, stageTarget } from '../cloud/stage-target.ts';
import type { Project } from '../project.ts';
import { type DeletedSandbox, deleteSandbox } from './delete-sandbox.ts';
import { deploySandbox, type SandboxResult } from './deploy-sandbox.ts';
import { sandboxDir } from './sandbox-tools.ts';

/** What `ampx sandbox` takes as an identifier. */
const IDENTIFIER = /^[a-zA-Z0-9-]{1,15}$/;

/** The options of `npm run sandbox`, parsed. */
export interface RunSandboxOptions {
  /** @default - those that the topology gives sandboxes */
  readonly regions?: readonly string[];
  /** @default - the name of the user, as `ampx sandbox` has it */
  readonly identifier?: string;
  readonly delete: boolean;
  /** Where the merged outputs go. @default - `.deploy/sandbox/amplify_outputs.json` */
  readonly out?: string;
  readonly json: boolean;
}

/**
 * Deploys a developer's sandbox to each of its regions once, or deletes it from them.
 *
 * @throws {CommandError} when a region is not deployed or not gone, or something that costs money is left
 * @throws {CloudError} where AWS cannot be asked
 */
export async function runSandbox(options: RunSandboxOptions, { rootDir, topology }: Project): Promise<void> {
  const { identifier = userInfo().username, regions, out, json } = options;
  const target = sandboxTarget(topology, { identifier, regions });
  const stop = new AbortController();
  void waitForTermination().then((signal) => stop.abort(interrupted(signal)));
  const terminal = openTerminal({ json });
  const cloud = openCloud();
  const tools = { rootDir, terminal, signal: stop.signal };
  try {
    if (options.delete) {
      const deleted = await deleteSandbox(cloud, target, tools);
      terminal.result(json ? JSON.stringify(deleted, null, 2) : renderDeleted(deleted));
      requireNothingBillable(deleted);
    } else {
      const outputsFile =
        out === undefined ? join(sandboxDir(rootDir), 'amplify_outputs.json') : resolve(out);
      const result = await deploySandbox(cloud, target, { ...tools, outputsFile });
      terminal.result(json ? JSON.stringify(result, null, 2) : renderDeployed(result, identifier));
    }
  } catch (error) {
    // What was under way says that it was aborted; why is what the developer wants to read.
    stop.signal.throwIfAborted();
    throw error;
  } finally {
    cloud.close();
  }
}

function renderDeployed({ regions, outputsFile }: SandboxResult, identifier: string): string {
  const lines = regions.map(({ region, stackName, status }) => `  ${region}  ${stackName}  ${status}`);
  return `${lines.join('\n')}\nOutputs of all regions: ${outputsFile}\nDelete it with: npm run sandbox -- --delete --identifier ${identifier}`;
}

function renderDeleted({ deleted, leftovers }: DeletedSandbox): string {
  const went = deleted.length === 0 ? 'No region stood.' : `Deleted in ${deleted.join(', ')}.`;
  if (leftovers.length === 0) return `${went} Nothing is left.`;
  return `${went} Left:\n${leftovers.map(({ arn, costs }) => `  ${arn}: ${costs}`).join('\n')}`;
}

function requireNothingBillable({ stage, leftovers }: DeletedSandbox): void {
  const billable = leftovers.filter(({ isBillable }) => isBillable);
  if (billable.length === 0) return;
  throw new CommandError(
    `Cannot call ${stage} deleted: ${billable.length} of what is left may cost money, none is needed. ` +
      'Delete them, or run the same command again once their tags are gone.',
  );
}

function interrupted(signal: NodeJS.Signals): CommandError {
  return new CommandError(
    `Cannot go on: told to end (${signal}). ampx was ended; what it asked CloudFormation for goes on there. ` +
      'Run the same command again.',
  );
}

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
 * @throws {CommandError} when the identifier is none, or the topology does not give sandboxes these regions
 * @throws {CloudError} when no region is named
 */
export function sandboxTarget(topology: Topology, { identifier, regions }: AskedSandbox): StageTarget {
  if (!IDENTIFIER.test(identifier)) {
    throw new CommandError(
      `Cannot name the sandbox '${identifier}': 1 to 15 letters, digits and hyphens are needed. Say --identifier <name>.`,
    );
  }
  const listed = topology.stages.sandbox?.regions ?? [];
  const known = listed.length > 0 ? listed : (regions ?? topology.regions).slice(0, 1);
  const missing = (regions ?? []).filter((region) => !known.includes(region));
  if (missing.length > 0) throw notListed(listed, regions ?? []);
  return stageTarget(topology, { stage: identifier, regions: regions ?? known, backendType: 'sandbox' });
}

function notListed(listed: readonly string[], asked: readonly string[]): CommandError {
  const wanted = [...new Set([...listed, ...asked])].map((region) => `'${region}'`).join(', ');
  const state = listed.length === 0 ? 'gives them one, the shell’s' : `gives them ${listed.join(', ')}`;
  return new CommandError(
    `Cannot place the sandbox in ${asked.join(', ')}: the topology ${state}, all of them are needed. ` +
      'Write in amplify/topology.ts, the primary first:\n\n' +
      `  stages: {\n    sandbox: { regions: [${wanted}] },\n  }`,
  );
}
