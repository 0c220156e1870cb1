import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from '@gsp/cli-kit';
import { DeployError } from './deploy-error.ts';
import { runGit } from './run-git.ts';

const INSTALL_TIMEOUT_MS = 10 * 60_000;

/** Which revision, of which checkout. */
export interface WorktreeOptions {
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
 * @throws {DeployError} where the revision is not in this clone, or its dependencies cannot be installed
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
  throw new DeployError(
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
    await symlink(join(rootDir, 'node_modules'), join(dir, 'node_modules'), 'dir');
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
  throw new DeployError(
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
  // The link first: nothing may ever follow it into the checkout's own dependencies.
  await rm(join(dir, 'node_modules'), { recursive: true, force: true });
  await rm(parent, { recursive: true, force: true });
  await runGit(['worktree', 'prune'], { cwd: rootDir }).catch(() => '');
}
