import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { linkDependencies } from '@gsp/operator/link-dependencies';
import { placeDefinition } from '../project/test-project.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

/** A checkout of this working tree with a history of its own, that a rehearsal may change and commit to. */
export interface Checkout {
  readonly dir: string;
  /** Replaces `from`, which must be there, in one file, and commits that. @returns the revision */
  change(file: string, edit: { readonly from: string; readonly to: string }): Promise<string>;
  /** Puts a file that was left out into the next change's commit and all after it. */
  bringBack(file: string): Promise<void>;
  revision(): Promise<string>;
  remove(): Promise<void>;
}

/**
 * Everything that Git knows of or would add, as it is now, with the definition of tests; packages are those of the working
 * tree.
 *
 * @param without - one file that is left out of it @default - none
 */
export async function checkOut(without?: string): Promise<Checkout> {
  const dir = await mkdtemp(join(tmpdir(), 'rehearsal-checkout-'));
  const git = async (...args: string[]) => (await run('git', args, { cwd: dir })).stdout.trim();
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
    maxBuffer: 16_000_000,
  });
  for (const file of new Set(stdout.split('\0').filter((name) => name !== ''))) {
    await mkdir(join(dir, dirname(file)), { recursive: true });
    // A file that was removed and not yet committed is known to Git and not there.
    await cp(join(ROOT, file), join(dir, file)).catch(ignoreMissing);
  }
  await placeDefinition(dir);
  if (without !== undefined) await rm(join(dir, without), { force: true });
  await linkDependencies(ROOT, dir);
  await git('init', '--quiet', '--initial-branch', 'main');
  await appendFile(join(dir, '.git/info/exclude'), 'node_modules\n');
  await git('config', 'user.name', 'rehearsal');
  await git('config', 'user.email', 'rehearsal@example.com');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'rehearsal');
  return {
    dir,
    change: async (file, { from, to }) => {
      const path = join(dir, file);
      const text = await readFile(path, 'utf8');
      if (!text.includes(from)) throw new Error(`Cannot change ${file}: '${from}' is not in it`);
      await writeFile(path, text.replace(from, to));
      await git('commit', '--quiet', '--all', '--message', `change ${file}`);
      return git('rev-parse', 'HEAD');
    },
    bringBack: async (file) => {
      await cp(join(ROOT, file), join(dir, file));
      await git('add', file);
    },
    revision: () => git('rev-parse', 'HEAD'),
    remove: () => rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  };
}

function ignoreMissing(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
  throw error;
}
