import type { BackendStack } from '../cloud/backend-stack.ts';
import { type DeploymentRecord, type RegionRecord, withRegion } from '../cloud/deployment-record.ts';
import type { BakeFigures } from './bake-region.ts';
import type { ReplicationLag } from './check-replication.ts';
import type { DeployPorts } from './deploy-ports.ts';
import type { DeployEvent } from './journal.ts';
import type { DeployPlan } from './plan-deployment.ts';
import type { RegionApi } from './region-api.ts';
import type { SmokeAnswer } from './smoke-region.ts';

/** What became of a region. `stopped`: the deployment was told to end, or could not go on, while it was here. */
type RegionOutcome = 'skipped' | 'proved' | 'rolled-back' | 'failed' | 'stopped' | 'not-reached';

/** How long each step of a region took, in milliseconds; a step that was not taken is absent. */
interface RegionDurations {
  deployMs?: number;
  smokeMs?: number;
  replicationMs?: number;
  bakeMs?: number;
  rollbackMs?: number;
}

/** What happened in one region. */
export interface RegionResult {
  readonly region: string;
  readonly outcome: RegionOutcome;
  /** What its stack told of before; null where there was none, or it told of none. */
  readonly revisionBefore: string | null;
  /** What it runs now, as far as is known. */
  readonly revisionNow: string | null;
  readonly durations: Readonly<RegionDurations>;
  readonly smoke: readonly SmokeAnswer[];
  readonly replication: readonly ReplicationLag[];
  readonly bake: BakeFigures | null;
  readonly warnings: readonly string[];
  /** Why it is not proved; null where it is. */
  readonly failure: string | null;
  /** How it was undone, or why not; null where nothing had to be. */
  readonly rollback: string | null;
}

/** What a deployment did, for `--json` and for whoever reads the end of it. */
export interface DeploymentResult {
  readonly id: string;
  readonly project: string;
  readonly stage: string;
  readonly revision: string;
  readonly isGood: boolean;
  /** In the order in which they were deployed. */
  readonly regions: readonly RegionResult[];
  /** Commands to run once every region has it; none where the deployment ended early. */
  readonly afterDeploy: readonly string[];
  /** Why the deployment ended early, in one line; null where it did not. */
  readonly failure: string | null;
}

/** What the regions of a deployment share while it goes on. */
export interface DeployStep {
  readonly plan: DeployPlan;
  readonly ports: DeployPorts;
  readonly signal: AbortSignal;
  /** Replaced whenever something is noted. */
  record: DeploymentRecord;
  /** Regions that are up, by name; one that is proved joins them. */
  readonly peers: Map<string, RegionApi>;
}

/** What is found out about a region while it is deployed. */
export interface RegionNotes {
  readonly region: string;
  readonly before: BackendStack | null;
  /** To which it goes back; null where there is nothing. */
  readonly previous: string | null;
  readonly durations: RegionDurations;
  readonly warnings: string[];
  /** What it runs, as far as is known; null while CloudFormation is at it, and where there is nothing. */
  now: string | null;
  smoke: readonly SmokeAnswer[];
  readonly replication: ReplicationLag[];
  bake: BakeFigures | null;
}

/** Carries a step out, tells of it, and keeps its time. */
export async function timed<T>(
  notes: RegionNotes,
  {
    ports,
    step,
    work,
  }: {
    ports: DeployPorts;
    step: 'deploy' | 'smoke' | 'replication' | 'bake' | 'rollback';
    work: () => Promise<T>;
  },
): Promise<T> {
  const { region } = notes;
  const startedAtMs = ports.now().getTime();
  const reported = { step, region } satisfies Partial<DeployEvent>;
  ports.report({ ...reported, state: 'begun' });
  const took = () => Math.max(0, ports.now().getTime() - startedAtMs);
  try {
    const result = await work();
    ports.report({ ...reported, state: 'done', durationMs: took() });
    return result;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    ports.report({ ...reported, state: 'failed', durationMs: took(), detail });
    throw error;
  } finally {
    const key = `${step}Ms` as const;
    notes.durations[key] = (notes.durations[key] ?? 0) + took();
  }
}

/** Notes in the record what a region has, and where it would go back to. */
export async function note(
  notes: RegionNotes,
  { step, state, revision }: { step: DeployStep; state: RegionRecord['state']; revision: string },
): Promise<void> {
  const { region, previous } = notes;
  const previousRevision = previous === revision ? null : previous;
  step.record = withRegion(step.record, region, entryOf(step, { revision, state, previousRevision }));
  await step.ports.writeRecord(step.record);
  step.ports.report({ step: 'record', state: 'noted', region, detail: `${revision} ${state}` });
}

/** A region's entry in the record, as of now. */
export function entryOf({ ports }: DeployStep, entry: Omit<RegionRecord, 'at'>): RegionRecord {
  return { ...entry, at: ports.now().toISOString() };
}

/** What is known of a region in the shape of a result. */
export function resultOf(
  notes: RegionNotes,
  end: { outcome: RegionOutcome; now: string | null; failure?: string; rollback?: string },
): RegionResult {
  const { region, before, durations, smoke, replication, bake, warnings } = notes;
  const { outcome, now, failure = null, rollback = null } = end;
  const revisionBefore = before?.revision ?? null;
  return {
    region,
    outcome,
    revisionBefore,
    revisionNow: now,
    durations,
    smoke,
    replication,
    bake,
    warnings,
    failure,
    rollback,
  };
}
