import { DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { type ChildEnd, CommandError, runChild } from '@gsp/cli-kit';
import { type BackendStack, isComplete, isSettled } from '../cloud/backend-stack.ts';
import { askAws } from '../cloud/cloud-error.ts';
import { awaitSettled, findBackendStack, findTableStack } from '../cloud/find-backend-stack.ts';
import type { RegionClients } from '../cloud/region-clients.ts';
import { type AmpxTarget, ampxArguments, ampxEnvironment } from './ampx-command.ts';
import type { DeployedBackend } from './deploy-ports.ts';
import { regionApiOf } from './region-api.ts';

/** A replica of a large table takes long; an hour is what CloudFormation gives a custom resource. */
const DEPLOY_TIMEOUT_MS = 60 * 60_000;

/** Lines of `ampx` and CDK by which a person knows how far it is. */
const MILESTONE = /synthesi[sz]|type checks|building and publishing|assets|deploy|_COMPLETE|_FAILED/i;

/** What is deployed where, and from which files. */
interface DeployBackendOptions {
  readonly clients: RegionClients;
  readonly target: { readonly project: string; readonly stage: string };
  readonly ampx: AmpxTarget;
  readonly revision: string;
  /** The checkout, or a worktree of an earlier revision. */
  readonly cwd: string;
  /** Folder for the log and the outputs file of this region. */
  readonly workDir: string;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  /** @default 3600000 */
  readonly timeoutMs?: number;
}

/**
 * Deploys one region with `ampx` and then asks CloudFormation what came of it: `ampx` may fail after the stack is
 * complete, for instance at the outputs file, and a stack may be unchanged although `ampx` ended well. Its exit
 * status decides nothing.
 *
 * @throws {CommandError} where the stack is not complete at that revision
 * @throws the signal's reason, where it aborts; CloudFormation goes on with what it has begun
 */
export async function deployBackend(options: DeployBackendOptions): Promise<DeployedBackend> {
  const { clients, target, signal, onProgress, timeoutMs = DEPLOY_TIMEOUT_MS } = options;
  const deadlineMs = performance.now() + timeoutMs;
  const leftMs = () => Math.max(1, deadlineMs - performance.now());
  await makeReady(await findTableStack(clients, target, signal), options, leftMs());
  const before = await makeReady(await findBackendStack(clients, target, signal), options, leftMs());
  const end = await runAmpx(options, leftMs());
  const found = await findBackendStack(clients, target, signal);
  const after =
    found === null || isSettled(found.status)
      ? found
      : await awaitSettled(clients, found.stackId, { timeoutMs: leftMs(), signal });
  onProgress(after?.status ?? 'no stack');
  const table = await findTableStack(clients, target, signal);
  return judge(options, { before, after, end, table });
}

/**
 * Waits for what an earlier run has begun, as CloudFormation takes one update at a time; removes what a failed
 * creation left, which is an empty stack that nothing but its deletion can follow.
 */
async function makeReady(
  found: BackendStack | null,
  { clients, signal, onProgress }: DeployBackendOptions,
  timeoutMs: number,
): Promise<BackendStack | null> {
  if (found === null) return null;
  if (!isSettled(found.status)) onProgress(`waiting for ${found.status} of ${found.stackName}`);
  const stack = isSettled(found.status)
    ? found
    : await awaitSettled(clients, found.stackId, { timeoutMs, signal });
  if (stack === null) return null;
  if (stack.status === 'ROLLBACK_COMPLETE') {
    onProgress(`removing ${stack.stackName}, which holds nothing`);
    await askAws({ act: `delete the stack ${stack.stackName}`, region: clients.region }, () =>
      clients.cloudFormation.send(new DeleteStackCommand({ StackName: stack.stackId }), {
        abortSignal: signal,
      }),
    );
    const left = await awaitSettled(clients, stack.stackId, { timeoutMs, signal });
    if (left !== null) throw cannotUpdate(left);
    return null;
  }
  requireUpdatable(stack);
  return stack;
}

/** @throws {CommandError} with the way out, where CloudFormation takes no update of the stack any more */
export function requireUpdatable(stack: BackendStack): void {
  if (stack.status.endsWith('_FAILED')) throw cannotUpdate(stack);
}

function cannotUpdate({ region, stackName, status }: BackendStack): CommandError {
  const remedy =
    status === 'UPDATE_ROLLBACK_FAILED'
      ? `Run: aws cloudformation continue-update-rollback --region ${region} --stack-name ${stackName}, then deploy again.`
      : 'See its events in the console for what could not be done; once that is away, delete the stack and deploy again.';
  return new CommandError(
    `Cannot deploy ${region}: its stack ${stackName} is ${status}, one that can be updated is needed. ${remedy}`,
  );
}

async function runAmpx(
  { ampx, revision, cwd, workDir, signal, onProgress }: DeployBackendOptions,
  timeoutMs: number,
): Promise<ChildEnd> {
  try {
    return await runChild('npx', {
      args: ampxArguments(ampx, workDir),
      cwd,
      env: ampxEnvironment(ampx, revision),
      logFile: logFileOf({ workDir, ampx }),
      timeoutMs,
      signal,
      onLine: (line) => {
        if (MILESTONE.test(line)) onProgress(line.slice(0, 120));
      },
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new CommandError(
      `Cannot deploy ${ampx.region}: npx is not on the PATH, it is needed. Install Node.js with npm.`,
      { cause: error },
    );
  }
}

function logFileOf({ workDir, ampx }: Pick<DeployBackendOptions, 'workDir' | 'ampx'>): string {
  return `${workDir}/${ampx.region}.log`;
}

interface Outcome {
  readonly before: BackendStack | null;
  readonly after: BackendStack | null;
  /** The table's, which is deployed first and keeps the backend from being deployed where it fails. */
  readonly table: BackendStack | null;
  readonly end: ChildEnd;
}

function judge(options: DeployBackendOptions, outcome: Outcome): DeployedBackend {
  const { before, after, end } = outcome;
  const { revision, ampx } = options;
  const { region } = ampx;
  const isUnchanged = before !== null && after?.updatedAtMs === before.updatedAtMs;
  // Where the stack told of the same revision before, as an uncommitted one may, only a run that ended well proves
  // anything.
  const isProofless = isUnchanged && before.revision === revision && end.status !== 0;
  if (after === null || !isComplete(after.status) || after.revision !== revision || isProofless)
    throw notDeployed(options, outcome);
  const api = regionApiOf(after);
  if (api === null) {
    throw new CommandError(
      `Cannot try ${region}: the outputs of ${after.stackName} name no API, one is needed. Look at customOutputs of the stack.`,
    );
  }
  if (end.status === 0) return { api, warnings: [] };
  return {
    api,
    warnings: [
      `${region}: ampx ended with ${endOf(end)} although the stack is ${after.status} at the revision: ${end.tail.errorLine}. Run npm run outputs for amplify_outputs.json`,
    ],
  };
}

function notDeployed(options: DeployBackendOptions, { after, end, table }: Outcome): CommandError {
  const { revision, ampx } = options;
  const reason = (stack: BackendStack) => (stack.statusReason === null ? '' : ` (${stack.statusReason})`);
  const state =
    table !== null && !isComplete(table.status)
      ? `the stack of its table, ${table.stackName}, is ${table.status}${reason(table)}`
      : after === null
        ? 'there is no stack with its tags'
        : `its stack is ${after.status} at revision ${after.revision ?? 'none'}${reason(after)}`;
  const words = end.status === 0 ? '' : ` ampx ended with ${endOf(end)}: ${end.tail.errorLine}.`;
  return new CommandError(
    `Cannot deploy ${ampx.region}: ${state}, complete at ${revision} is needed.${words} See ${logFileOf(options)}.`,
  );
}

function endOf({ status, killedBy, isTimeout }: ChildEnd): string {
  return isTimeout ? 'its time over' : String(status ?? killedBy);
}
