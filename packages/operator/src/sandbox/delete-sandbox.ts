import { type ChildEnd, CommandError } from '@gsp/cli-kit';
import type { BackendStack } from '../cloud/backend-stack.ts';
import { awaitSettled, findBackendStack, findTableStack } from '../cloud/find-backend-stack.ts';
import type { Cloud } from '../cloud/region-clients.ts';
import type { OwnedResource } from '../cloud/stack-resources.ts';
import { primaryOf, type StageTarget } from '../cloud/stage-target.ts';
import { failedResources, renderFailedResources } from '../teardown/delete-stack.ts';
import { findLeftovers, type Leftover } from '../teardown/find-leftovers.ts';
import { explainRule, isSourceRegionRule } from '../teardown/source-region-rule.ts';
import { runAmpx } from './run-ampx.ts';
import { type SandboxTools, sandboxLog } from './sandbox-tools.ts';

const STACK_TIMEOUT_MS = 60 * 60_000;

/** What went, and what is left. */
export interface DeletedSandbox {
  readonly stage: string;
  readonly deleted: readonly string[];
  readonly leftovers: readonly Leftover[];
}

/**
 * Deletes each chosen region that stands, the primary last: it owns the table of all. Then looks what is left.
 *
 * @throws {CommandError} at the first region that is not gone; or when the primary would go before others
 * @throws {CloudError} where AWS cannot be asked
 */
export async function deleteSandbox(
  cloud: Cloud,
  target: StageTarget,
  tools: SandboxTools & { readonly patienceMs?: number; readonly pollMs?: number },
): Promise<DeletedSandbox> {
  const { terminal, signal, patienceMs, pollMs } = tools;
  const standing = await terminal.during(`Look at what stands of sandbox '${target.branch}'`, () =>
    findRegions(cloud, target, signal),
  );
  const left = standing.filter(({ region }) => !target.chosen.includes(region)).map(({ region }) => region);
  requirePrimaryLast(target, left);
  const going = standing.filter(({ region }) => target.chosen.includes(region)).reverse();
  for (const region of going) {
    await terminal.during(`Delete the sandbox in ${region.region}`, (onProgress) =>
      deleteRegion(cloud, { target, ...region }, { ...tools, onProgress }),
    );
  }
  const leftovers = await terminal.during('Look for what is left', () =>
    findLeftovers(cloud, {
      ...target,
      regions: target.chosen,
      isWhole: left.length === 0,
      signal,
      ...(patienceMs !== undefined && { patienceMs }),
      ...(pollMs !== undefined && { pollMs }),
    }),
  );
  return { stage: target.stage, deleted: going.map(({ region }) => region), leftovers };
}

/** A region in which something of the sandbox stands, and its root stacks, in the order in which they go. */
interface StandingRegion {
  readonly region: string;
  readonly stacks: readonly BackendStack[];
}

/** The table's stack outlives the backend's where a deletion ended between the two. */
async function findRegions(
  cloud: Cloud,
  target: StageTarget,
  signal: AbortSignal,
): Promise<StandingRegion[]> {
  const found = await Promise.all(
    target.regions.map(async (region) => {
      const clients = cloud.region(region);
      const backend = await findBackendStack(clients, target, signal);
      const table = region === primaryOf(target) ? await findTableStack(clients, target, signal) : null;
      return { region, stacks: [backend, table].flatMap((stack) => stack ?? []) };
    }),
  );
  return found.filter(({ stacks }) => stacks.length > 0);
}

function requirePrimaryLast({ regions: [primary = ''], chosen }: StageTarget, left: readonly string[]): void {
  if (!chosen.includes(primary) || left.length === 0) return;
  throw new CommandError(
    `Cannot delete the sandbox in ${primary}: it owns the table of ${left.join(', ')}, which must go first. ` +
      'Leave --regions out to delete all.',
  );
}

async function deleteRegion(
  cloud: Cloud,
  { target, region, stacks }: StandingRegion & { target: StageTarget },
  {
    rootDir,
    signal,
    onProgress,
    pollMs,
  }: SandboxTools & { onProgress: (progress: string) => void; pollMs?: number },
): Promise<void> {
  const clients = cloud.region(region);
  const logFile = sandboxLog(rootDir, region);
  const args = ['delete', '-y', '--identifier', target.branch];
  const { status, tail } = await runAmpx({ region, args, rootDir, logFile, signal, onProgress });
  for (const { stackId } of stacks) {
    const rest = await awaitSettled(clients, stackId, {
      timeoutMs: STACK_TIMEOUT_MS,
      signal,
      ...(pollMs !== undefined && { pollMs }),
    });
    if (rest !== null) {
      const failed = await failedResources(clients, stackId, signal);
      throw notDeleted(rest, { failed, status, tail, logFile });
    }
  }
}

function notDeleted(
  { region, stackName, status: state }: BackendStack,
  {
    failed,
    status,
    tail,
    logFile,
  }: Pick<ChildEnd, 'status' | 'tail'> & { failed: readonly OwnedResource[]; logFile: string },
): CommandError {
  const rule = failed.some(({ statusReason }) => isSourceRegionRule(statusReason));
  const why = failed.length === 0 ? tail.text : renderFailedResources(failed);
  return new CommandError(
    `Cannot delete the sandbox in ${region}: ampx ended with ${status ?? 'a signal'}, stack ${stackName} is ${state}, ` +
      `none is needed. See ${logFile}\n${why}\n${rule ? explainRule(null, Date.now()) : 'Run the same command again: it goes on from here.'}`,
  );
}
