import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTerminal, waitForTermination } from '@gsp/cli-kit';
import { type Cloud, openCloud } from '../cloud/region-clients.ts';
import { placeStage, type StagePlace } from '../cloud/stage-place.ts';
import type { Finding } from '../doctor/finding.ts';
import { ampxArguments, type DeployMethod } from './ampx-command.ts';
import { defaultBakeMs } from './bake-duration.ts';
import { checkoutRevision } from './checkout-revision.ts';
import { cloudPorts, type SmokeBounds } from './cloud-ports.ts';
import { DeployError } from './deploy-error.ts';
import { type DeployLock, takeLock } from './deploy-lock.ts';
import { deployStage } from './deploy-stage.ts';
import { isDirty } from './deployment-record.ts';
import type { DeploymentResult } from './deployment-result.ts';
import { openJournal, readJournal } from './journal.ts';
import { planDeployment } from './plan-deployment.ts';
import { examineAll, type PreflightOptions, requireFit } from './preflight.ts';
import { readTableChange } from './read-table-change.ts';
import { renderDeployment, renderJournal } from './render-deployment.ts';
import { type DeploymentWatch, watchDeployment } from './watch-deployment.ts';
import { hasCommit } from './with-worktree.ts';

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
  readonly json: boolean;
}

/** What a test, or a rehearsal, puts in the place of the world. */
export interface DeploySurroundings {
  /** The checkout. */
  readonly rootDir: string;
  readonly cloud: Cloud;
  readonly preflight: (options: PreflightOptions) => Promise<readonly Finding[]>;
  readonly signal: AbortSignal;
  readonly print: (text: string) => void;
  readonly tell: (text: string) => void;
  readonly watch: DeploymentWatch;
  readonly smokeBounds: SmokeBounds;
  readonly readTable: typeof readTableChange;
}

const SMOKE_BOUNDS: SmokeBounds = { newMs: 60_000, knownMs: 20_000 };

const ROOT_DIR = fileURLToPath(new URL('../../../../', import.meta.url));

/**
 * Deploys a stage of this checkout, and prints what came of it.
 *
 * @throws {DeployError} where it could not begin, or did not end well; {@link deployStage} tells what is undone
 */
export async function runDeploy(options: RunDeployOptions): Promise<void> {
  const stop = new AbortController();
  void waitForTermination().then((signal) =>
    stop.abort(
      new DeployError(
        `Cannot go on deploying: told to end (${signal}). CloudFormation ends what it has begun.`,
      ),
    ),
  );
  const cloud = openCloud();
  const watch = watchDeployment();
  try {
    await deploy(options, {
      rootDir: ROOT_DIR,
      cloud,
      preflight: examineAll,
      signal: stop.signal,
      print: (text) => void process.stdout.write(`${text}\n`),
      tell: (text) => void process.stderr.write(`${text}\n`),
      watch,
      smokeBounds: SMOKE_BOUNDS,
      readTable: readTableChange,
    });
  } catch (error) {
    // What was under way says that it was aborted; why is what the operator wants to read.
    if (!(error instanceof DeployError)) stop.signal.throwIfAborted();
    throw error;
  } finally {
    watch.close();
    cloud.close();
  }
}

/** Prints the journal of a stage's deployments from this machine. */
export async function runJournal({
  stage,
  json,
}: {
  readonly stage: string;
  readonly json: boolean;
}): Promise<void> {
  const { topology } = await import('../../../../amplify/topology.ts');
  const lines = await readJournal(join(ROOT_DIR, '.deploy'), placeStage(topology, { stage }).stage);
  if (lines.length === 0)
    throw new DeployError(
      `Cannot show a journal: ${stage} was never deployed from this checkout, a deployment is needed.`,
    );
  process.stdout.write(`${json ? JSON.stringify(lines, null, 2) : renderJournal(lines)}\n`);
}

/** @throws {DeployError} as {@link runDeploy} does */
export async function deploy(options: RunDeployOptions, surroundings: DeploySurroundings): Promise<void> {
  const { rootDir, cloud, signal, print, tell, watch } = surroundings;
  // Imported here, since it reads the topology: a broken one is then an error like any other.
  const { topology } = await import('../../../../amplify/topology.ts');
  const { method, appIds, allowDirty } = options;
  const backendType = method === 'ampx-deploy' ? 'standalone' : 'branch';
  const place = placeStage(topology, { stage: options.stage, regions: options.regions, backendType });
  for (const region of place.chosen) ampxArguments({ method, branch: place.branch, region, appIds }, '.');
  const revision = await checkoutRevision(rootDir, { allowDirty, signal });
  if (isDirty(revision))
    tell(
      `! ${revision}: no rollback can come back to it, as no commit holds these files. Commit before you deploy what matters.`,
    );
  watch.tell({ step: 'preflight', state: 'begun' });
  const findings = await surroundings.preflight({ topology, place, cloud, signal });
  const faults = findings.filter(({ level }) => level === 'fault').length;
  watch.tell({
    step: 'preflight',
    state: faults === 0 ? 'done' : 'failed',
    detail: `${findings.length} findings`,
  });
  requireFit(findings, place.stage);
  for (const { level, check, what } of findings) if (level === 'warning') tell(`! ${check}: ${what}`);
  await confirm(options, place, signal);
  const result = await underLock({ options, surroundings, place, revision });
  print(options.json ? JSON.stringify(result, null, 2) : renderDeployment(result));
  if (result.failure !== null) throw new DeployError(result.failure);
}

interface Deployment {
  readonly options: RunDeployOptions;
  readonly surroundings: DeploySurroundings;
  readonly place: StagePlace;
  readonly revision: string;
}

async function underLock(deployment: Deployment): Promise<DeploymentResult> {
  const { options, surroundings, place } = deployment;
  const { cloud, tell, rootDir } = surroundings;
  const since = new Date();
  const id = `${since.toISOString().replace(/[-:]|\.\d+/g, '')}-${randomUUID().slice(0, 8)}`;
  const journal = openJournal(join(rootDir, '.deploy'), { stage: place.stage, id, now: () => new Date() });
  const lock = await takeLock(cloud.region(place.regions[0] ?? ''), {
    place,
    holder: { id, by: `${userInfo().username}@${hostname()}`, pid: process.pid, since: since.toISOString() },
    breakLock: options.breakLock,
    onBroken: (former) => {
      journal.write({ step: 'lock', state: 'noted', detail: `broken, was held by ${former}` });
      tell(`! The lock was broken. It was held by ${former}.`);
    },
  });
  try {
    return await planAndDeploy({ ...deployment, id, journal, lock });
  } finally {
    await lock.release().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      tell(`! The lock could not be given back: ${why} Say --break-lock the next time.`);
    });
  }
}

async function planAndDeploy(
  deployment: Deployment & { id: string; journal: ReturnType<typeof openJournal>; lock: DeployLock },
): Promise<DeploymentResult> {
  const { options, surroundings, place, revision, id, journal, lock } = deployment;
  const { cloud, rootDir, signal, watch, smokeBounds, readTable } = surroundings;
  const { method, appIds, bakeMs = defaultBakeMs(place.kind) } = options;
  const tell: typeof journal.write = (event) => {
    journal.write(event);
    watch.tell(event);
  };
  try {
    tell({ step: 'plan', state: 'begun', detail: revision });
    const plan = await planDeployment({ cloud, place, method, appIds, signal, readTable });
    tell({ step: 'plan', state: 'done', detail: `${plan.regions.join(', then ')}: ${plan.reason}` });
    for (const region of plan.regions) {
      const known = plan.record?.regions[region]?.revision ?? revision;
      if (known === revision || isDirty(known) || (await hasCommit(rootDir, { revision: known, signal })))
        continue;
      const detail = `this clone does not have ${known}, to which it would be rolled back: fetch the whole history`;
      tell({ step: 'plan', state: 'noted', region, detail });
    }
    const workDir = join(rootDir, '.deploy', place.stage, id);
    const ports = cloudPorts({
      cloud,
      place,
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
    const { project, stage, regions } = place;
    const result = await deployStage(
      { id, project, stage, revision, order: plan.regions, regions, record: plan.record },
      ports,
      signal,
    );
    const end = { step: 'end', detail: result.failure ?? revision } as const;
    journal.write({ ...end, state: result.isGood ? 'done' : 'failed' });
    return result;
  } catch (error) {
    tell({ step: 'end', state: 'failed', detail: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

/**
 * A stage that the topology lists may be somebody's production: where a person is there to ask, that person is asked.
 */
async function confirm(
  { yes, json }: RunDeployOptions,
  place: StagePlace,
  signal: AbortSignal,
): Promise<void> {
  const isAttended = process.stdin.isTTY === true && process.env.CI === undefined;
  if (yes || place.kind !== 'listed' || !isAttended) return;
  await openTerminal({ json }).confirm(
    `This deploys ${place.project} ${place.stage} to ${place.chosen.join(', ')}.`,
    place.stage,
    signal,
  );
}
