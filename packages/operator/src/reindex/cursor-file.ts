import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const cursorSchema = z.object({ pk: z.string().min(1), sk: z.string().min(1) });

/** Where an interrupted run goes on: the key after which its scan was to continue. */
export type Cursor = z.infer<typeof cursorSchema>;

/** The file of one run's cursor. Without it a run starts over, which costs reads and changes nothing twice. */
export interface CursorFile {
  readonly file: string;
  /** Undefined where there is none, or it is damaged. */
  read(): Promise<Cursor | undefined>;
  /** Keeps a cursor; without one, removes the file. */
  write(cursor: Cursor | undefined): Promise<void>;
}

/**
 * Makes the cursor file of what is reindexed, in the project's folder that Git ignores.
 *
 * @param name of the run: table, entity and index
 */
export function cursorFile(rootDir: string, name: string): CursorFile {
  const file = join(rootDir, '.amplify', 'reindex', `${name}.json`);
  return {
    file,
    async read() {
      try {
        const { success, data } = cursorSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
        return success ? data : undefined;
      } catch {
        return undefined;
      }
    },
    async write(cursor) {
      if (cursor === undefined) return rm(file, { force: true });
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, JSON.stringify({ pk: cursor.pk, sk: cursor.sk }));
    },
  };
}
