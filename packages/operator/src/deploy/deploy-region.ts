import { type BackendStack, isComplete } from '../cloud/backend-stack.ts';
import { isDirty, lastGoodRevision, type RegionRecord, withRegion } from '../cloud/deployment-record.ts';
import {
  type DeployStep,
  entryOf,
  note,
  type RegionNotes,
  type RegionResult,
  resultOf,
  timed,
} from './deployment-result.ts';
import { type RegionApi, regionApiOf } from './region-api.ts';
import { rollBackRegion } from './roll-back-region.ts';
import { SmokeError } from './smoke-region.ts';

/** Takes one region from what it runs to `plan.revision`, proved; or back. Everything that fails is in the result. */
export async function deployRegion(region: string, step: DeployStep): Promise<RegionResult> {
  const { plan, ports, signal } = step;
  let notes: RegionNotes | null = null;
  try {
    signal.throwIfAborted();
    const before = await ports.readStack(region);
    notes = notesOf(region, before, step);
    if (isProved(before, step, region)) {
      ports.report({ step: 'skip', state: 'noted', region, detail: `${plan.revision} is proved there` });
      return resultOf(notes, { outcome: 'skipped', now: plan.revision });
    }
    await ports.requireLock();
    await noteBefore(notes, step);
  } catch (error) {
    return stopped(notes ?? notesOf(region, null, step), error);
  }
  try {
    const api = await bringUp(notes, step);
    await prove(api, notes, step);
  } catch (error) {
    if (error instanceof SmokeError && error.answers.length > 0) notes.smoke = error.answers;
    if (signal.aborted) return stopped(notes, signal.reason);
    return rollBackRegion(notes, { step, error });
  }
  return noteProved(notes, step);
}

/**
 * Notes that the region is proved. Failing that is no fault of the release: nothing is rolled back, and the next run,
 * finding the revision in the stack, tests it again and notes it then.
 */
async function noteProved(notes: RegionNotes, step: DeployStep): Promise<RegionResult> {
  try {
    await note(notes, { step, state: 'proved', revision: step.plan.revision });
    return resultOf(notes, { outcome: 'proved', now: step.plan.revision });
  } catch (error) {
    return stopped(notes, error);
  }
}

/** What ends a deployment without being the release's fault: nothing is undone, and the next run goes on from here. */
function stopped(notes: RegionNotes, error: unknown): RegionResult {
  const reason = error instanceof Error ? error.message : String(error);
  return resultOf(notes, {
    outcome: 'stopped',
    now: notes.now,
    failure: `${reason.replace(/[.\s]+$/, '')}. Run the same command again to go on`,
  });
}

function notesOf(region: string, before: BackendStack | null, { plan, record }: DeployStep): RegionNotes {
  // Where no stack stands, as after a teardown of this region, there is nothing to go back to, whatever the record has.
  const running = before?.revision ?? null;
  const previous =
    before === null ? null : lastGoodRevision(record.regions[region], { wanted: plan.revision, running });
  return {
    region,
    before,
    previous,
    durations: {},
    warnings: [],
    now: running,
    smoke: [],
    replication: [],
    bake: null,
  };
}

/** A checkout with uncommitted changes may differ from itself: what it deployed is never taken as done. */
function isProved(stack: BackendStack | null, { plan, record }: DeployStep, region: string): boolean {
  const entry = record.regions[region];
  return (
    isAt(stack, plan.revision) &&
    !isDirty(plan.revision) &&
    entry?.state === 'proved' &&
    entry.revision === plan.revision
  );
}

function isAt(stack: BackendStack | null, revision: string): stack is BackendStack {
  return stack !== null && isComplete(stack.status) && stack.revision === revision;
}

/**
 * Notes to what the region would go back, before anything is changed:
 *
 *     stack has A ── A noted ── deploy B ──✖ this process dies ── next run: stack has B, goes back to A
 */
async function noteBefore(notes: RegionNotes, step: DeployStep): Promise<void> {
  const { region, previous } = notes;
  const known = step.record.regions[region];
  const entry: RegionRecord | undefined =
    known ??
    (previous === null
      ? undefined
      : entryOf(step, { revision: previous, state: 'deployed', previousRevision: null }));
  if (entry !== undefined) step.record = withRegion(step.record, region, entry);
  await step.ports.writeRecord(step.record);
}

/** The region's API with the wanted revision behind it: deployed, or found there by a run that went on. */
async function bringUp(notes: RegionNotes, step: DeployStep): Promise<RegionApi> {
  const { plan, ports } = step;
  const { region, before } = notes;
  const standing = isAt(before, plan.revision) && !isDirty(plan.revision) ? regionApiOf(before) : null;
  if (standing !== null) {
    ports.report({ step: 'deploy', state: 'noted', region, detail: 'its stack has the revision already' });
    return standing;
  }
  notes.now = null;
  const { api, warnings } = await timed(notes, {
    ports,
    step: 'deploy',
    work: () => ports.deployBackend(region, plan.revision),
  });
  notes.now = plan.revision;
  notes.warnings.push(...warnings);
  await note(notes, { step, state: 'deployed', revision: plan.revision }).catch((error: unknown) => {
    // The stack itself says what it has; without this note the next run tests it again, and loses nothing else.
    notes.warnings.push(error instanceof Error ? error.message : String(error));
  });
  return api;
}

async function prove(api: RegionApi, notes: RegionNotes, step: DeployStep): Promise<void> {
  const { plan, ports, signal } = step;
  signal.throwIfAborted();
  const { before } = notes;
  const isNew = before?.apiEndpoint !== api.endpoint || before.edgeEndpoint !== api.edge;
  const expected = { revision: plan.revision, isNew };
  notes.smoke = await timed(notes, { ports, step: 'smoke', work: () => ports.smoke(api, expected) });
  const peers = [...step.peers.values()].filter(({ region }) => region !== api.region);
  for (const peer of peers) {
    signal.throwIfAborted();
    const lags = await timed(notes, { ports, step: 'replication', work: () => ports.replicate(api, peer) });
    notes.replication.push(...lags);
  }
  signal.throwIfAborted();
  notes.bake = await timed(notes, { ports, step: 'bake', work: () => ports.bake(api, peers) });
  signal.throwIfAborted();
  step.peers.set(api.region, api);
}
