import type { BakeFigures } from './bake-region.ts';
import type { ReplicationLag } from './check-replication.ts';
import type { SmokeAnswer } from './smoke-answer.ts';

/** What became of a region. `stopped`: the deployment was told to end, or could not go on, while it was here. */
export type RegionOutcome = 'skipped' | 'proved' | 'rolled-back' | 'failed' | 'stopped' | 'not-reached';

/** How long each step of a region took, in milliseconds; a step that was not taken is absent. */
export interface RegionDurations {
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
  /** Why the deployment ended early, in one line; null where it did not. */
  readonly failure: string | null;
}
