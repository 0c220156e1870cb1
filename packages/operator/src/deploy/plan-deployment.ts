import type { BackendStack } from '../cloud/backend-stack.ts';
import { type DeploymentRecord, parseRecord } from '../cloud/deployment-record.ts';
import { findBackendStack, findTableStack } from '../cloud/find-backend-stack.ts';
import type { Cloud } from '../cloud/region-clients.ts';
import { deploymentParameter, readParameter } from '../cloud/stage-parameters.ts';
import { primaryOf, type StageTarget } from '../cloud/stage-target.ts';
import type { BackendIdentity } from '../synthesis/synthesis-process.ts';
import type { DeployMethod } from './ampx-command.ts';
import { requireUpdatable } from './deploy-backend.ts';
import { type DeployOrder, orderRegions } from './deploy-order.ts';
import { readTableChange, type TableChange } from './table-change.ts';

/** What a plan is made of. */
interface PlanOptions {
  /** The project. */
  readonly rootDir: string;
  readonly cloud: Cloud;
  readonly target: StageTarget;
  readonly method: DeployMethod;
  readonly appIds: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** @default {@link readTableChange} - which synthesizes */
  readonly readTable?: typeof readTableChange;
}

/** In which order, and what was there before. */
interface PlannedDeployment extends DeployOrder {
  readonly record: DeploymentRecord | null;
}

/**
 * Finds out what is deployed, what the table becomes, and so the order. Reads only.
 *
 * @throws {CommandError} where the step is none that CloudFormation can make, as {@link orderRegions} tells
 */
export async function planDeployment(options: PlanOptions): Promise<PlannedDeployment> {
  const { cloud, target, signal } = options;
  const primary = primaryOf(target);
  const stacks = new Map<string, BackendStack | null>();
  for (const region of target.regions) stacks.set(region, await readStack(region, options));
  for (const region of target.chosen) {
    const stack = stacks.get(region) ?? null;
    if (stack !== null) requireUpdatable(stack);
  }
  const table = await tableChangeIn(primary, options);
  // A region that the topology no longer has may still have a stack, which uses the replica that would go.
  for (const region of table?.removed ?? []) stacks.set(region, await readStack(region, options));
  const policy = target.settings.domain === null ? null : target.settings.routing.policy;
  const known = await readParameter(cloud.region(primary), deploymentParameter(target), signal);
  return {
    ...orderRegions({ target, stacks, table, policy }),
    record: known === null ? null : parseRecord(known.value),
  };
}

/** Stacks that hold nothing: one whose creation failed, and one whose change set nobody carried out. */
const EMPTY: ReadonlySet<string> = new Set(['ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS']);

/** What a region has; an empty stack counts as none. */
async function readStack(
  region: string,
  { cloud, target, signal }: PlanOptions,
): Promise<BackendStack | null> {
  return unlessEmpty(await findBackendStack(cloud.region(region), target, signal));
}

function unlessEmpty(stack: BackendStack | null): BackendStack | null {
  return stack !== null && EMPTY.has(stack.status) ? null : stack;
}

/** The table has a stack of its own, so it may be there where the primary's backend is not: its first deployment failed. */
async function tableChangeIn(primary: string, options: PlanOptions): Promise<TableChange | null> {
  const { rootDir, cloud, target, signal, readTable = readTableChange } = options;
  const stack = unlessEmpty(await findTableStack(cloud.region(primary), target, signal));
  if (stack === null) return null;
  if (target.chosen.includes(primary)) requireUpdatable(stack);
  const backend = identityOf(primary, options);
  return readTable(cloud.region(primary), { rootDir, stackId: stack.stackId, backend, signal });
}

/** As `ampx` names the backend, which decides the stage, and so the table. */
export function identityOf(
  region: string,
  { method, target, appIds }: Pick<PlanOptions, 'method' | 'target' | 'appIds'>,
): BackendIdentity {
  return method === 'ampx-deploy'
    ? { type: 'standalone', namespace: target.branch, name: 'backend' }
    : { type: 'branch', namespace: appIds[region] ?? 'app', name: target.branch };
}

/** What is to be deployed, and in which order. */
export interface DeployPlan {
  readonly id: string;
  readonly project: string;
  readonly stage: string;
  readonly revision: string;
  /** Regions to deploy, in order. */
  readonly order: readonly string[];
  /** Every region of the stage: those not in `order` are what the others replicate with. */
  readonly regions: readonly string[];
  /** What was known before; null for a stage that has never been deployed. */
  readonly record: DeploymentRecord | null;
  /** Commands to run once every region has it. */
  readonly afterDeploy: readonly string[];
}
