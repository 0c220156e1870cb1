import {
  DescribeStacksCommand,
  paginateDescribeStacks,
  type Stack,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { poll } from '@gsp/cli-kit';
import { edgeStackName, tableStackName } from '@gsp/platform/topology';
import { type BackendStack, describeBackendStack, isSettled, tagsOf } from './backend-stack.ts';
import { askAws, CloudError, isTransient, withAwsTimeout } from './cloud-error.ts';
import { followStackEvents } from './follow-stack-events.ts';
import type { RegionClients } from './region-clients.ts';
import type { StageTarget } from './stage-target.ts';

const POLL_MS = 3_000;
/** Longest wait for one look at a stack, all attempts together. */
const LOOK_TIMEOUT_MS = 30_000;

/**
 * The root stack of a stage's backend in one Region, by its tags; null where there is none. Its name depends on how it was
 * deployed, so it is never computed. Nested and deleted stacks are left out, and so are those of the table and of the edge,
 * which have the same tags.
 *
 * @throws {CloudError} when there is more than one, or CloudFormation cannot be asked
 */
export async function findBackendStack(
  clients: RegionClients,
  { project, stage }: Pick<StageTarget, 'project' | 'stage'>,
  signal?: AbortSignal,
): Promise<BackendStack | null> {
  const { region } = clients;
  const act = `find the stack of '${project}-${stage}'`;
  const stacks = await findRootStacks(clients, { tags: { project, stage, region }, act, signal });
  const beside = [tableStackName(project, stage), edgeStackName(project, stage)];
  const found = stacks.filter(({ stackName }) => !beside.includes(stackName));
  if (found.length > 1) {
    throw new CloudError(
      `Cannot ${act} in ${region}: ${found.map(({ stackName }) => stackName).join(', ')} have its tags, one stack is needed. ` +
        'Delete the one that is not wanted: two backends of one stage fight over their names.',
    );
  }
  return found[0] ?? null;
}

/**
 * The root stack of a stage's table, which its primary region has; null where there is none.
 *
 * @throws {CloudError} when CloudFormation cannot be asked
 */
export function findTableStack(
  clients: RegionClients,
  { project, stage }: Pick<StageTarget, 'project' | 'stage'>,
  signal?: AbortSignal,
): Promise<BackendStack | null> {
  return describeStack(clients, tableStackName(project, stage), signal);
}

/**
 * Every root stack with those tags, whatever it is for: backends, and what is deployed with them. Deleted ones are left out.
 *
 * @param options.act for the message: a verb and its object
 * @throws {CloudError} when CloudFormation cannot be asked
 */
export async function findRootStacks(
  { region, cloudFormation }: RegionClients,
  {
    tags,
    act,
    signal,
  }: {
    readonly tags: Readonly<Record<string, string>>;
    readonly act: string;
    readonly signal: AbortSignal | undefined;
  },
): Promise<readonly BackendStack[]> {
  const isWanted = (stack: Stack) =>
    stack.ParentId === undefined &&
    stack.StackStatus !== 'DELETE_COMPLETE' &&
    Object.entries(tags).every(([key, value]) => tagsOf(stack)[key] === value);
  return askAws({ act, region }, async () => {
    const found: Stack[] = [];
    const abort = signal ? [{ abortSignal: signal }] : [];
    for await (const { Stacks = [] } of paginateDescribeStacks({ client: cloudFormation }, {}, ...abort))
      found.push(...Stacks.filter(isWanted));
    return found.map((stack) => describeBackendStack(stack, region));
  });
}

/** How long to wait for a stack, and who is told what happens meanwhile. */
export interface AwaitSettledOptions {
  /** The last look, which may come at the very end, has 30 s of its own. */
  readonly timeoutMs: number;
  /** @default 3000 */
  readonly pollMs?: number;
  readonly signal?: AbortSignal;
  /** Told each event of the operation that is under way, once, oldest first; those of nested stacks are not among them. */
  readonly onEvent?: (event: StackEvent) => void;
}

/**
 * Waits until CloudFormation is done with a stack, well or not; null when the stack is gone. That AWS does not answer
 * for a while ends no operation, so it does not end the wait.
 *
 * @throws {CloudError} when it is not settled in time, or when it may not be asked for
 */
export async function awaitSettled(
  clients: RegionClients,
  stackId: string,
  { timeoutMs, pollMs = POLL_MS, signal, onEvent }: AwaitSettledOptions,
): Promise<BackendStack | null> {
  const follow = onEvent && followStackEvents(clients, stackId, onEvent);
  let status: string | undefined;
  const { settled } = await poll(
    async () => {
      const stack = await look(clients, { stackId, signal, follow });
      status = stack?.status;
      return stack === null || isSettled(stack.status) ? { settled: stack } : undefined;
    },
    {
      signal: signal ?? new AbortController().signal,
      timeoutMs,
      intervalMs: pollMs,
      isTransient,
      timedOut: (error) => notSettled(clients.region, { stackId, timeoutMs, status, error }),
    },
  );
  return settled;
}

function look(
  clients: RegionClients,
  {
    stackId,
    signal,
    follow,
  }: {
    stackId: string;
    signal: AbortSignal | undefined;
    follow: ((signal: AbortSignal) => Promise<void>) | undefined;
  },
): Promise<BackendStack | null> {
  const doing = { act: `describe the stack ${nameOf(stackId)}`, region: clients.region };
  return withAwsTimeout({ ...doing, timeoutMs: LOOK_TIMEOUT_MS }, async (limit) => {
    const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    const stack = await describeStack(clients, stackId, either);
    // After the stack, so that what settled it is told too.
    await follow?.(either);
    return stack;
  });
}

/**
 * A stack by its id or name; null when there is none, or it is deleted.
 *
 * @throws {CloudError} when CloudFormation cannot be asked
 */
export async function describeStack(
  { region, cloudFormation }: RegionClients,
  stackId: string,
  signal?: AbortSignal,
): Promise<BackendStack | null> {
  try {
    const { Stacks = [] } = await askAws({ act: `describe the stack ${nameOf(stackId)}`, region }, () =>
      cloudFormation.send(
        new DescribeStacksCommand({ StackName: stackId }),
        signal && { abortSignal: signal },
      ),
    );
    const [stack] = Stacks;
    if (stack === undefined || stack.StackStatus === 'DELETE_COMPLETE') return null;
    return describeBackendStack(stack, region);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** CloudFormation has no code of its own for it. */
function isAbsent(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationError' && /does not exist/i.test(error.message);
}

function notSettled(
  region: string,
  {
    stackId,
    timeoutMs,
    status,
    error,
  }: { stackId: string; timeoutMs: number; status: string | undefined; error: unknown },
): CloudError {
  const state =
    status === undefined
      ? `AWS did not say in ${timeoutMs / 1_000} s`
      : `it is still ${status} after ${timeoutMs / 1_000} s`;
  return new CloudError(
    `Cannot wait for the stack ${nameOf(stackId)} in ${region}: ${state}, a settled one is needed. ` +
      'CloudFormation goes on by itself: see its events in the console, and repeat the command later.',
    { reason: error === undefined ? 'state' : 'unreachable', ...(error !== undefined && { cause: error }) },
  );
}

/** The name in `arn:aws:cloudformation:<region>:<account>:stack/<name>/<id>`. */
function nameOf(stackId: string): string {
  return /:stack\/([^/]+)\//.exec(stackId)?.[1] ?? stackId;
}
