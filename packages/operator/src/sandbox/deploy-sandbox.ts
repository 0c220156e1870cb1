import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CommandError } from '@gsp/cli-kit';
import { type BackendStack, isComplete } from '../cloud/backend-stack.ts';
import { findBackendStack } from '../cloud/find-backend-stack.ts';
import type { Cloud } from '../cloud/region-clients.ts';
import type { StageTarget } from '../cloud/stage-target.ts';
import { mergeOutputs } from '../start/twin-outputs.ts';
import { runAmpx } from './run-ampx.ts';
import { type SandboxTools, sandboxDir, sandboxLog } from './sandbox-tools.ts';

/** A sandbox's regions as they stand. */
export interface SandboxResult {
  readonly stage: string;
  readonly regions: readonly {
    readonly region: string;
    readonly stackName: string;
    readonly status: string;
  }[];
  /** The merged outputs file. */
  readonly outputsFile: string;
}

/**
 * Deploys each chosen region once, the primary first, one after the other: every `ampx` of a checkout works in the same
 * `.amplify`. Then writes what all regions put out into one file.
 *
 * @throws {CommandError} at the first region that is not deployed; those before it stay
 * @throws {CloudError} where AWS cannot be asked
 */
export async function deploySandbox(
  cloud: Cloud,
  target: StageTarget,
  tools: SandboxTools & { readonly outputsFile: string },
): Promise<SandboxResult> {
  const { terminal, signal, outputsFile } = tools;
  await requirePrimary(cloud, target, signal);
  for (const region of target.chosen) {
    await terminal.during(`Deploy the sandbox in ${region}`, (onProgress) =>
      deployRegion(cloud, { target, region }, { ...tools, onProgress }),
    );
  }
  const stacks = await findStacks(cloud, target, signal);
  await mkdir(dirname(outputsFile), { recursive: true });
  await writeFile(
    outputsFile,
    mergeOutputs(stacks.map(({ customOutputs }) => ({ customOutputs: customOutputs ?? '{}' }))),
  );
  return {
    stage: target.stage,
    regions: stacks.map(({ region, stackName, status }) => ({ region, stackName, status })),
    outputsFile,
  };
}

/** A secondary looks its replica up while it is made, and the primary makes it. */
async function requirePrimary(
  cloud: Cloud,
  { project, stage, regions, chosen }: StageTarget,
  signal: AbortSignal,
) {
  const [primary = ''] = regions;
  if (chosen.includes(primary)) return;
  const stack = await findBackendStack(cloud.region(primary), { project, stage }, signal);
  if (stack !== null && isComplete(stack.status)) return;
  throw new CommandError(
    `Cannot deploy the sandbox in ${chosen.join(', ')}: its primary ${primary} is ${stack?.status ?? 'not there'}, ` +
      `a complete one is needed, as it makes the table. Name it too: --regions ${regions.join(',')}`,
  );
}

async function deployRegion(
  cloud: Cloud,
  { target, region }: { target: StageTarget; region: string },
  {
    rootDir,
    terminal,
    signal,
    onProgress,
  }: SandboxTools & { readonly onProgress: (progress: string) => void },
): Promise<void> {
  const clients = cloud.region(region);
  const logFile = sandboxLog(rootDir, region);
  const before = await findBackendStack(clients, target, signal);
  const outputs = join(sandboxDir(rootDir), region);
  // ampx writes an empty outputs file there first, and does not make the folder.
  await mkdir(outputs, { recursive: true });
  const args = ['--once', '--identifier', target.branch, '--outputs-out-dir', outputs];
  const { status, tail } = await runAmpx({ region, args, rootDir, logFile, signal, onProgress });
  const stack = await findBackendStack(clients, target, signal);
  // What counts is the stack: ampx may fail after it, at its outputs, and may end well although it was rolled back.
  if (stack === null || !isComplete(stack.status) || (status !== 0 && isSame(before, stack))) {
    throw new CommandError(
      `Cannot deploy the sandbox in ${region}: ampx ended with ${status ?? 'a signal'}, its stack is ` +
        `${stack?.status ?? 'not there'}${stack?.statusReason ? ` (${stack.statusReason})` : ''}, a new complete one is needed. ` +
        `See ${logFile}, which ends:\n${tail.text}`,
    );
  }
  if (status !== 0)
    terminal.print(`ampx ended with ${status} in ${region} after its stack was complete; see ${logFile}`);
}

/** CloudFormation's own times, so that this machine's clock does not matter. */
function isSame(before: BackendStack | null, now: BackendStack): boolean {
  return before?.stackId === now.stackId && before.updatedAtMs === now.updatedAtMs;
}

async function findStacks(cloud: Cloud, target: StageTarget, signal: AbortSignal): Promise<BackendStack[]> {
  const found = await Promise.all(
    target.regions.map((region) => findBackendStack(cloud.region(region), target, signal)),
  );
  return found.flatMap((stack) => (stack !== null && isComplete(stack.status) ? [stack] : []));
}
