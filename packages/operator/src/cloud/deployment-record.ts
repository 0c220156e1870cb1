import { CommandError } from '@gsp/cli-kit';
import { z } from 'zod';

/** What a Standard parameter of SSM holds at most, in bytes. */
const RECORD_BYTES_MAX = 4_096;

/** A revision with this ending was made of files that no commit holds. */
const DIRTY = '-dirty';

const regionRecordSchema = z.object({
  /** What was deployed there last, or is there again after a rollback. */
  revision: z.string(),
  /**
   * `deployed`: the stack has it, nothing else is known. `proved`: it passed smoke, replication and bake.
   * `rolled-back`: another one failed, and this one runs again. `failed`: it failed and could not be undone.
   */
  state: z.enum(['deployed', 'proved', 'rolled-back', 'failed']),
  /** The last one that was proved before, to which a rollback goes; null where there is none. */
  previousRevision: z.string().nullable(),
  /** When this was noted: UTC, milliseconds. */
  at: z.string(),
});

const recordSchema = z.object({
  id: z.string(),
  revision: z.string(),
  startedAt: z.string(),
  regions: z.record(z.string(), regionRecordSchema),
});

/** What is known of one region's deployment. */
export type RegionRecord = Readonly<z.infer<typeof regionRecordSchema>>;

/** What the stage remembers of its deployments: the value of its parameter `deployment`. */
export interface DeploymentRecord {
  /** Of the deployment that is under way, or was last. */
  readonly id: string;
  readonly revision: string;
  readonly startedAt: string;
  readonly regions: Readonly<Record<string, RegionRecord>>;
}

/** @throws {CommandError} when the text is no such record: then nobody knows to what a rollback would go */
export function parseRecord(text: string): DeploymentRecord {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new CommandError(
      'Cannot read what is deployed: the parameter of the stage holds no record of a deployment, one is needed. ' +
        'See who wrote it; deleted, the next deployment begins a new one.',
      { cause: error },
    );
  }
}

/** @throws {CommandError} when it would not fit into a parameter */
export function formatRecord(record: DeploymentRecord): string {
  const text = JSON.stringify(record);
  if (Buffer.byteLength(text) <= RECORD_BYTES_MAX) return text;
  throw new CommandError(
    `Cannot note what is deployed: it takes ${Buffer.byteLength(text)} bytes, at most ${RECORD_BYTES_MAX} are possible. ` +
      'Take fewer regions for a stage.',
  );
}

/** The record with another region's state. */
export function withRegion(record: DeploymentRecord, region: string, state: RegionRecord): DeploymentRecord {
  return { ...record, regions: { ...record.regions, [region]: state } };
}

/**
 * The revision to which a region goes back when `wanted` fails there: the last that was proved; where nothing was, the
 * one that its stack told of before. Null where neither is known, or is another than `wanted`.
 */
export function lastGoodRevision(
  entry: RegionRecord | undefined,
  { wanted, running }: { readonly wanted: string; readonly running: string | null },
): string | null {
  const candidates =
    entry === undefined
      ? [running]
      : isGood(entry)
        ? [entry.revision, entry.previousRevision]
        : [entry.previousRevision, entry.revision];
  return candidates.find((revision) => revision !== null && revision !== wanted) ?? null;
}

function isGood({ state }: RegionRecord): boolean {
  return state === 'proved' || state === 'rolled-back';
}

/**
 * Whether the revision was made of files that no commit holds: nothing can bring it back, and it may differ from
 * itself.
 */
export function isDirty(revision: string): boolean {
  return revision.endsWith(DIRTY);
}

/** The name of what a checkout with uncommitted changes deploys. */
export function dirtyRevision(commit: string): string {
  return `${commit}${DIRTY}`;
}

/** A revision for a table: Git's short form of a commit, anything else as it is, a dash where there is none. */
export function formatRevision(revision: string | null): string {
  if (revision === null) return '–';
  return revision.replace(/^([0-9a-f]{7})[0-9a-f]{33}(?![0-9a-f])/, '$1');
}
