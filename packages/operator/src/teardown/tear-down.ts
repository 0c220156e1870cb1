import { CommandError, type Terminal } from '@gsp/cli-kit';
import type { Cloud } from '../cloud/region-clients.ts';
import { type LockHolder, requireFree, type StageLock, takeLock } from '../cloud/stage-lock.ts';
import type { StageTarget } from '../cloud/stage-target.ts';
import { carryOut } from './carry-out.ts';
import { findLeftovers, type Leftover } from './find-leftovers.ts';
import { planTeardown } from './plan-teardown.ts';
import { takeInventory } from './take-inventory.ts';
import type { TeardownPlan } from './teardown-plan.ts';
import type { TeardownPorts } from './teardown-ports.ts';
import { renderPlan, type TeardownReport } from './teardown-report.ts';

/** What a teardown may do, and with what. */
export interface TearDownOptions {
  readonly ports: TeardownPorts;
  readonly terminal: Terminal;
  readonly holder: LockHolder;
  readonly signal: AbortSignal;
  /** Whether regions were named, rather than all meant. */
  readonly isPartial: boolean;
  readonly isDryRun: boolean;
  readonly deleteData: boolean;
  /** The stage's name where it was typed before: a machine's confirmation. @default - a person is asked */
  readonly confirmed?: string | undefined;
  /** For how long DynamoDB's rule of 24 hours may be waited out. */
  readonly waitMs: number;
  /** How long the tagging API may be behind. @default - as {@link findLeftovers} has it */
  readonly patienceMs?: number;
}

/**
 * Takes a stage, or some of its regions, away: looks, shows the plan, asks, takes the stage's lock, carries out, and
 * looks what is left. A refused plan, a failed step and leftovers are told by the report.
 *
 * @throws {CommandError} where it was not confirmed, or somebody holds the stage; then nothing was changed
 * @throws {CloudError} where AWS cannot be asked
 * @throws the signal's reason, where it aborts; what is done stays done
 */
export async function tearDown(
  cloud: Cloud,
  target: StageTarget,
  options: TearDownOptions,
): Promise<TeardownReport> {
  const { terminal, isDryRun, signal, confirmed } = options;
  if (!isDryRun && confirmed !== undefined) requireSame(target.branch, confirmed);
  const plan = await terminal.during(`Look at what stands of '${target.branch}'`, () =>
    makePlan(cloud, target, options),
  );
  terminal.print(renderPlan(plan));
  const untouched = { isDryRun, plan, done: [], failed: null, remaining: plan.steps, leftovers: null };
  if (isDryRun || plan.refusal !== null) return untouched;
  if (plan.steps.length === 0) {
    return { ...untouched, leftovers: await checkLeftovers(cloud, { target, plan, options }) };
  }
  await requireFree(cloud.region(plan.primary), { target, purpose: 'tear down' }, signal);
  if (confirmed === undefined) requireSame(target.branch, await askFor(target.branch, options));
  return carryOutHeld(cloud, { target, plan, options });
}

async function makePlan(cloud: Cloud, target: StageTarget, options: TearDownOptions): Promise<TeardownPlan> {
  const { deleteData } = options;
  return planTeardown(await takeInventory(cloud, target, options), { deleteData });
}

interface Run {
  readonly target: StageTarget;
  readonly plan: TeardownPlan;
  readonly options: TearDownOptions;
}

/**
 * While a person reads the plan, somebody may deploy. So the plan is made again once nobody can:
 *
 *     us       plan ──── asks ──────────────── lock ── plan again: another ── release, refused
 *     deploy          lock ── deploys ── free
 */
async function carryOutHeld(cloud: Cloud, run: Run): Promise<TeardownReport> {
  const { target, plan, options } = run;
  const { terminal, holder } = options;
  const lock = await takeLock(cloud.region(plan.primary), { target, purpose: 'tear down', holder });
  try {
    const current = await makePlan(cloud, target, options);
    if (JSON.stringify([current.steps, current.refusal]) !== JSON.stringify([plan.steps, plan.refusal])) {
      throw new CommandError(
        `Cannot tear down '${plan.branch}': what stands has changed since the plan was shown, the same is needed. ` +
          'Nothing was changed by this command. Run it again to see the new plan.',
      );
    }
    const { done, failed, remaining } = await carryOut(plan, {
      ...options,
      clock: terminal.clock,
      during: terminal.during,
    });
    const leftovers = failed === null ? await checkLeftovers(cloud, run) : null;
    const told = failed === null ? null : { step: failed.step, reason: failed.reason };
    return { isDryRun: false, plan, done, failed: told, remaining, leftovers };
  } finally {
    await giveBack(lock, terminal);
  }
}

/** What went before is what matters, so that the lock stays is only told. */
async function giveBack(lock: StageLock, terminal: Terminal): Promise<void> {
  try {
    await lock.release();
  } catch (error) {
    terminal.print(
      `The lock of the stage could not be given back: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function checkLeftovers(cloud: Cloud, { target, plan, options }: Run): Promise<readonly Leftover[]> {
  const { signal, terminal, patienceMs } = options;
  return terminal.during('Look for what is left', () =>
    findLeftovers(cloud, { ...target, ...plan, signal, ...(patienceMs !== undefined && { patienceMs }) }),
  );
}

function askFor(branch: string, { terminal, deleteData, signal }: TearDownOptions): Promise<string> {
  const data = deleteData ? ' Data that it deletes cannot be brought back.' : '';
  return terminal.ask(`This deletes what the plan says.${data}\nType ${branch} to go on: `, signal);
}

function requireSame(branch: string, typed: string): void {
  if (typed === branch) return;
  throw new CommandError(
    `Cannot tear down '${branch}': '${typed}' was typed, ${branch} is needed. Nothing was changed.`,
  );
}
