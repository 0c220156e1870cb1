import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, runChild } from '@gsp/cli-kit';
import { dirtyRevision } from '../cloud/deployment-record.ts';
import { linkDependencies } from '../link-dependencies.ts';

const INSTALL_TIMEOUT_MS = 10 * 60_000;

/** Which revision, of which checkout. */
interface WorktreeOptions {
  /** The checkout, whose branch and files are not touched. */
  readonly rootDir: string;
  /** A commit. */
  readonly revision: string;
  /** Takes what `npm ci` says. */
  readonly logFile: string;
  readonly signal: AbortSignal;
}

/**
 * Does `work` in a worktree of its own at that revision, with its dependencies, and takes the worktree away however
 * it ends. Dependencies are those of the checkout where both have the same lock file, installed anew otherwise.
 *
 * @throws {CommandError} where the revision is not in this clone, or its dependencies cannot be installed
 */
export async function withWorktree<T>(
  options: WorktreeOptions,
  work: (dir: string) => Promise<T>,
): Promise<T> {
  const { rootDir, revision, signal } = options;
  await requireCommit(options);
  const parent = await mkdtemp(join(tmpdir(), 'rollback-'));
  const dir = join(parent, 'checkout');
  try {
    await runGit(['worktree', 'add', '--detach', dir, revision], { cwd: rootDir, signal });
    await provideDependencies(dir, options);
    return await work(dir);
  } finally {
    await removeWorktree(dir, { rootDir, parent });
  }
}

async function requireCommit({ rootDir, revision, signal }: WorktreeOptions): Promise<void> {
  if (await hasCommit(rootDir, { revision, signal })) return;
  throw new CommandError(
    `Cannot bring ${revision} back: this clone does not have it, its commit is needed. ` +
      'Fetch it (git fetch --unshallow origin; in GitHub Actions, fetch-depth: 0).',
  );
}

/** Whether this clone can check that revision out. */
export async function hasCommit(
  rootDir: string,
  { revision, signal }: { readonly revision: string; readonly signal: AbortSignal },
): Promise<boolean> {
  try {
    await runGit(['cat-file', '-e', `${revision}^{commit}`], { cwd: rootDir, signal });
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

async function provideDependencies(
  dir: string,
  { rootDir, logFile, signal }: WorktreeOptions,
): Promise<void> {
  const [here, there] = await Promise.all([lockFileOf(rootDir), lockFileOf(dir)]);
  if (here !== null && here === there) {
    await linkDependencies(rootDir, dir);
    return;
  }
  const end = await runChild('npm', {
    args: ['ci', '--include=dev', '--no-audit', '--no-fund'],
    cwd: dir,
    env: {},
    logFile,
    timeoutMs: INSTALL_TIMEOUT_MS,
    signal,
  });
  if (end.status === 0) return;
  throw new CommandError(
    `Cannot install the dependencies of the earlier revision: npm ci ended with ${end.status ?? end.killedBy}, 0 is needed. See ${logFile}.`,
  );
}

async function lockFileOf(dir: string): Promise<string | null> {
  return readFile(join(dir, 'package-lock.json'), 'utf8').catch(() => null);
}

/** Also after an abort, and where the worktree was never made: nothing of it may stay in the clone. */
async function removeWorktree(
  dir: string,
  { rootDir, parent }: { rootDir: string; parent: string },
): Promise<void> {
  // The links first: nothing may ever follow one into the checkout's own dependencies.
  await rm(join(dir, 'node_modules'), { recursive: true, force: true });
  await rm(parent, { recursive: true, force: true });
  await runGit(['worktree', 'prune'], { cwd: rootDir }).catch(() => '');
}

const NAMED_FILES_MAX = 5;

/**
 * The revision of a checkout, by which a deployment is known and to which a rollback goes.
 *
 * @throws {CommandError} where there are changes that no commit holds, unless `allowDirty`: then the revision says so
 */
export async function checkoutRevision(
  cwd: string,
  { allowDirty, signal }: { readonly allowDirty: boolean; readonly signal: AbortSignal },
): Promise<string> {
  const commit = await runGit(['rev-parse', '--verify', 'HEAD'], { cwd, signal });
  const changed = (await runGit(['status', '--porcelain'], { cwd, signal })).split('\n').filter(Boolean);
  if (changed.length === 0) return commit;
  if (allowDirty) return dirtyRevision(commit);
  const names = changed.slice(0, NAMED_FILES_MAX).map((line) => line.slice(3));
  const more = changed.length > names.length ? ` and ${changed.length - names.length} more` : '';
  throw new CommandError(
    `Cannot deploy this checkout: ${names.join(', ')}${more} differ from the last commit, a clean tree is needed, as a rollback brings commits back. ` +
      'Commit or stash them; or say --allow-dirty, and nothing can come back to what you deploy.',
  );
}

const OUTPUT_CHARACTERS_MAX = 16_000_000;

/**
 * What git prints, without the last newline.
 *
 * @param args of git, as in `['rev-parse', 'HEAD']`
 * @throws {CommandError} where git fails; with what it said
 */
export async function runGit(
  args: readonly string[],
  {
    cwd,
    signal,
    timeoutMs = 60_000,
  }: { readonly cwd: string; readonly signal?: AbortSignal; readonly timeoutMs?: number },
): Promise<string> {
  try {
    const keptCharacters = OUTPUT_CHARACTERS_MAX;
    const { status, stdout, stderr } = await runChild('git', {
      args,
      cwd,
      signal,
      timeoutMs,
      keptCharacters,
    });
    if (status === 0) return stdout.trimEnd();
    throw new Error(stderr.trim() || 'it ended without a word');
  } catch (error) {
    signal?.throwIfAborted();
    const said = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `Cannot run git ${args.slice(0, 2).join(' ')}: ${said}, a git repository is needed. Run it in a clone of yours.`,
      { cause: error },
    );
  }
}
