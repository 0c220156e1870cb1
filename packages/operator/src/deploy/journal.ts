import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = 'journal.jsonl';

const lineSchema = z.object({
  at: z.string(),
  id: z.string(),
  step: z.string(),
  state: z.string(),
  region: z.string().optional(),
  durationMs: z.number().optional(),
  detail: z.string().optional(),
});

/** One line of a journal: an event, when it was, and of which deployment. */
export type JournalLine = Readonly<z.infer<typeof lineSchema>>;

/** What happened in a stage's deployments from this machine, one JSON document a line. */
export interface Journal {
  write(event: DeployEvent): void;
}

/**
 * Opens the journal of a stage for one deployment. Lines are appended as they come, so that a deployment that is
 * killed has told how far it was.
 *
 * @param deployDir `.deploy`, which is made, and kept out of git by a file of its own: logs must not make the tree dirty
 */
export function openJournal(
  deployDir: string,
  { stage, id, now }: { readonly stage: string; readonly id: string; readonly now: () => Date },
): Journal {
  const dir = join(deployDir, stage);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(deployDir, '.gitignore'), '*\n');
  const file = join(dir, FILE);
  return {
    write(event) {
      appendFileSync(file, `${JSON.stringify({ at: now().toISOString(), id, ...event })}\n`);
    },
  };
}

/** Every whole line of a stage's journal, oldest first; none where nothing was deployed from here. */
export async function readJournal(deployDir: string, stage: string): Promise<readonly JournalLine[]> {
  const text = await readFile(join(deployDir, stage, FILE), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    // A line that a killed process left half written says nothing.
    const parsed = lineSchema.safeParse(parse(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** A step of a deployment, for the journal and for whoever watches. */
export interface DeployEvent {
  readonly step:
    | 'preflight'
    | 'plan'
    | 'lock'
    | 'skip'
    | 'deploy'
    | 'smoke'
    | 'replication'
    | 'bake'
    | 'record'
    | 'rollback'
    | 'end';
  readonly state: 'begun' | 'done' | 'failed' | 'noted';
  /** Region it happens in; absent where it is about the stage. */
  readonly region?: string;
  /** How long it took; on `done` and `failed`. */
  readonly durationMs?: number;
  readonly detail?: string;
}
