import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CommandError, openTerminal, waitForTermination } from '@gsp/cli-kit';
import { isDirty } from '../cloud/deployment-record.ts';
import { type Cloud, openCloud } from '../cloud/region-clients.ts';
import { newLockHolder, type StageLock, takeLock } from '../cloud/stage-lock.ts';
import { primaryOf, type StageTarget, stageTarget } from '../cloud/stage-target.ts';
import { describeExposure, stageExposure } from '../cost/stage-exposure.ts';
import type { CheckResult } from '../doctor/check-result.ts';
import { forecastStage, type StageForecastOptions } from '../forecast/forecast-stage.ts';
import { renderForecast } from '../forecast/render-forecast.ts';
import { definitionsOf } from '../load-definitions.ts';
import type { Project } from '../project.ts';
import { ampxArguments, type DeployMethod } from './ampx-command.ts';
import { awsDeployPorts, type SmokeBounds } from './aws-deploy-ports.ts';
import { defaultBakeMs } from './bake-region.ts';
import { checkoutRevision, hasCommit } from './checkout.ts';
import { deployStage } from './deploy-stage.ts';
import type { DeploymentResult } from './deployment-result.ts';
import { openJournal, readJournal } from './journal.ts';
import { identityOf, planDeployment } from './plan-deployment.ts';
import { assertChecksPassed, type PreflightOptions, runChecks } from './preflight.ts';
import {
  type DeploymentWatch,
  renderDeployment,
  renderJournal,
  watchDeployment,
} from './render-deployment.ts';
import { readTableChange } from './table-change.ts';

/** The options of `npm run deploy`, parsed. */
export interface RunDeployOptions {
  readonly stage: string;
  /** @default - every region of the stage */
  readonly regions?: readonly string[];
  readonly method: DeployMethod;
  /** Amplify app of each region, for `pipeline-deploy`. */
  readonly appIds: Readonly<Record<string, string>>;
  /** @default - as {@link defaultBakeMs} says */
  readonly bakeMs?: number;
  readonly allowDirty: boolean;
  readonly breakLock: boolean;
  readonly yes: boolean;
  /** Whether the plan is shown, and nothing changed. */
  readonly plan: boolean;
  /** Logical ids of what may be replaced or removed with what it holds. */
  readonly allowReplace: readonly string[];
  readonly json: boolean;
}

/** What a test, or a rehearsal, puts in the place of the world. */
export interface DeployDependencies extends Project {
  readonly cloud: Cloud;
  readonly preflight: (options: PreflightOptions) => Promise<readonly CheckResult[]>;
  readonly signal: AbortSignal;
  readonly print: (text: string) => void;
  readonly warn: (text: string) => void;
  readonly watch: DeploymentWatch;
  readonly smokeBounds: SmokeBounds;
  readonly readTable: typeof readTableChange;
  readonly forecast: typeof forecastStage;
}

/** The code of the error that says how a deployment ended, and what was undone. */
const DEPLOYMENT_FAILED = 'DeploymentFailed';

const SMOKE_BOUNDS: SmokeBounds = { newMs: 60_000, knownMs: 20_000 };

/**
 * Deploys a stage of this checkout, and prints what came of it.
 *
 * @throws {CommandError} where it could not begin, or did not end well; {@link deployStage} tells what is undone
 */
export async function runDeploy(options: RunDeployOptions, project: Project): Promise<void> {
  const stop = new AbortController();
  void waitForTermination().then((signal) =>
    stop.abort(
      new CommandError(
        `Cannot go on deploying: told to end (${signal}). CloudFormation ends what it has begun.`,
      ),
    ),
  );
  const cloud = openCloud();
  const watch = watchDeployment();
  try {
    await deploy(options, {
      ...project,
      cloud,
      preflight: runChecks,
      signal: stop.signal,
      print: (text) => void process.stdout.write(`${text}\n`),
      warn: (text) => void process.stderr.write(`${text}\n`),
      watch,
      smokeBounds: SMOKE_BOUNDS,
      readTable: readTableChange,
      forecast: forecastStage,
    });
  } catch (error) {
    // What was under way says that it was aborted; why is what the operator wants to read.
    if (!isDeploymentFailure(error)) stop.signal.throwIfAborted();
    throw error;
  } finally {
    watch.close();
    cloud.close();
  }
}

/** Prints the journal of a stage's deployments from this machine. */
export async function runJournal(
  { stage, json }: { readonly stage: string; readonly json: boolean },
  { rootDir, topology }: Project,
): Promise<void> {
  const lines = await readJournal(join(rootDir, '.deploy'), stageTarget(topology, { stage }).stage);
  if (lines.length === 0)
    throw new CommandError(
      `Cannot show a journal: ${stage} was never deployed from this checkout, a deployment is needed.`,
    );
  process.stdout.write(`${json ? JSON.stringify(lines, null, 2) : renderJournal(lines)}\n`);
}

/** @throws {CommandError} as {@link runDeploy} does */
export async function deploy(options: RunDeployOptions, dependencies: DeployDependencies): Promise<void> {
  const { rootDir, topology, cloud, signal, print, warn, watch } = dependencies;
  const { method, appIds, allowDirty } = options;
  const backendType = method === 'ampx-deploy' ? 'standalone' : 'branch';
  const target = stageTarget(topology, { stage: options.stage, regions: options.regions, backendType });
  for (const region of target.chosen) ampxArguments({ method, branch: target.branch, region, appIds }, '.');
  const revision = await checkoutRevision(rootDir, { allowDirty, signal });
  if (isDirty(revision))
    warn(
      `! ${revision}: no rollback can come back to it, as no commit holds these files. Commit before you deploy what matters.`,
    );
  watch.report({ step: 'preflight', state: 'begun' });
  const identity = (region: string) => identityOf(region, { method, target, appIds });
  const forecast = { allowed: options.allowReplace, identityOf: identity };
  const results = await dependencies.preflight({ rootDir, topology, target, cloud, signal, forecast });
  const issues = results.filter(({ level }) => level === 'fault').length;
  watch.report({
    step: 'preflight',
    state: issues === 0 ? 'done' : 'failed',
    detail: `${results.length} findings`,
  });
  assertChecksPassed(results, target.stage);
  const afterDeploy = results.flatMap((found) => found.afterDeploy ?? []);
  for (const { level, check, what, afterDeploy: command } of results) {
    if (level === 'warning') warn(`! ${check}: ${what}`);
    const next = command === undefined ? '' : `. Once every region has it: ${command}`;
    if (check === 'forecast' || next !== '')
      watch.report({ step: 'plan', state: 'noted', detail: `${what}${next}` });
  }
  const deployment = { options, dependencies, target, revision, afterDeploy };
  if (options.plan) return void print(await renderPlan(deployment, forecast));
  await confirm(options, target, signal);
  const result = await underLock(deployment);
  print(options.json ? JSON.stringify(result, null, 2) : renderDeployment(result));
  if (result.failure !== null) throw new CommandError(result.failure, { code: DEPLOYMENT_FAILED });
}

function isDeploymentFailure(error: unknown): boolean {
  return error instanceof CommandError && error.code === DEPLOYMENT_FAILED;
}

interface Deployment {
  readonly options: RunDeployOptions;
  readonly dependencies: DeployDependencies;
  readonly target: StageTarget;
  readonly revision: string;
  /** Commands to run once every region has it. */
  readonly afterDeploy: readonly string[];
}

/** What would be done, in which order; reads only. */
async function renderPlan(
  { options, dependencies, target, revision, afterDeploy }: Deployment,
  forecasting: Pick<StageForecastOptions, 'allowed' | 'identityOf'>,
): Promise<string> {
  const { rootDir, cloud, signal, readTable } = dependencies;
  const { method, appIds, json } = options;
  const { regions, reason } = await planDeployment({
    rootDir,
    cloud,
    target,
    method,
    appIds,
    signal,
    readTable,
  });
  const forecast = await dependencies.forecast({ rootDir, cloud, target, signal, ...forecasting });
  const { stage } = target;
  if (json)
    return JSON.stringify({ stage, revision, order: regions, reason, forecast, afterDeploy }, null, 2);
  const changes =
    forecast === null ? 'Nothing is deployed yet: everything is made.' : renderForecast(forecast);
  return `${stage} at ${revision}: ${regions.join(', then ')} (${reason})\n${changes}`;
}

async function underLock(deployment: Deployment): Promise<DeploymentResult> {
  const { options, dependencies, target } = deployment;
  const { cloud, warn, rootDir } = dependencies;
  const id = `${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}-${randomUUID().slice(0, 8)}`;
  const journal = openJournal(join(rootDir, '.deploy'), { stage: target.stage, id, now: () => new Date() });
  const lock = await takeLock(cloud.region(primaryOf(target)), {
    target,
    purpose: 'deploy',
    holder: newLockHolder(id),
    onBroken: options.breakLock
      ? (former) => {
          journal.write({ step: 'lock', state: 'noted', detail: `broken, was held by ${former}` });
          warn(`! The lock was broken. It was held by ${former}.`);
        }
      : undefined,
  });
  try {
    return await planAndDeploy({ ...deployment, id, journal, lock });
  } finally {
    await lock.release().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      warn(`! The lock could not be given back: ${why} Say --break-lock the next time.`);
    });
  }
}

async function planAndDeploy(
  deployment: Deployment & { id: string; journal: ReturnType<typeof openJournal>; lock: StageLock },
): Promise<DeploymentResult> {
  const { options, dependencies, target, revision, afterDeploy, id, journal, lock } = deployment;
  const { cloud, rootDir, signal, watch, smokeBounds, readTable } = dependencies;
  const { method, appIds, bakeMs = defaultBakeMs(target.kind) } = options;
  const report: typeof journal.write = (event) => {
    journal.write(event);
    watch.report(event);
  };
  try {
    report({ step: 'plan', state: 'begun', detail: revision });
    const plan = await planDeployment({ rootDir, cloud, target, method, appIds, signal, readTable });
    report({ step: 'plan', state: 'done', detail: `${plan.regions.join(', then ')}: ${plan.reason}` });
    const { who, cost, told } = describeExposure(
      stageExposure({ ...target, definitions: await definitionsOf(rootDir) }),
    );
    report({ step: 'plan', state: 'noted', detail: `${who} ${cost} ${told}` });
    for (const region of plan.regions) {
      const known = plan.record?.regions[region]?.revision ?? revision;
      if (known === revision || isDirty(known) || (await hasCommit(rootDir, { revision: known, signal })))
        continue;
      const detail = `this clone does not have ${known}, to which it would be rolled back: fetch the whole history`;
      report({ step: 'plan', state: 'noted', region, detail });
    }
    const workDir = join(rootDir, '.deploy', target.stage, id);
    const ports = awsDeployPorts({
      cloud,
      target,
      method,
      appIds,
      rootDir,
      workDir,
      bakeMs,
      smokeBounds,
      lock,
      journal,
      watch,
      signal,
    });
    const { project, stage, regions } = target;
    const result = await deployStage(
      { id, project, stage, revision, order: plan.regions, regions, record: plan.record, afterDeploy },
      ports,
      signal,
    );
    const end = { step: 'end', detail: result.failure ?? revision } as const;
    journal.write({ ...end, state: result.isGood ? 'done' : 'failed' });
    return result;
  } catch (error) {
    report({ step: 'end', state: 'failed', detail: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

/**
 * A stage that the topology lists may be somebody's production: where a person is there to ask, that person is asked.
 */
async function confirm(
  { yes, json }: RunDeployOptions,
  target: StageTarget,
  signal: AbortSignal,
): Promise<void> {
  const isAttended = process.stdin.isTTY === true && process.env.CI === undefined;
  if (yes || target.kind !== 'listed' || !isAttended) return;
  await openTerminal({ json }).confirm(
    `This deploys ${target.project} ${target.stage} to ${target.chosen.join(', ')}.`,
    target.stage,
    signal,
  );
}
