import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { TwinError } from '../twin-error.ts';

const LOCK_FILE = 'twin.lock.json';

const lockSchema = z.object({
  pid: z.number().int().positive(),
  children: z.array(z.number().int().positive()),
});

/** The folder that holds everything a twin keeps, owned by one running twin at a time. */
export interface DataDirectory {
  readonly path: string;
  /** The folder of one region, made if absent. */
  regionDir(region: string): Promise<string>;
  /** Remembers the processes of this twin, so that the next one can end what a `kill -9` of this one left. */
  recordChildren(pids: readonly number[]): Promise<void>;
  /** Gives the folder back. */
  release(): Promise<void>;
}

/**
 * Opens the data directory for this process alone.
 *
 * @param path - the folder; made if absent. A folder that exists must be empty or a twin's, so that a
 *   mistyped `--data-dir` together with `--fresh` can never remove somebody's files.
 * @param options.fresh - remove what an earlier twin kept here first
 * @throws {TwinError} `DataDirectoryInUse` when another twin runs on it; `DataDirectoryUnusable` when it is
 *   not a twin's or cannot be written
 */
export async function openDataDirectory(path: string, { fresh = false } = {}): Promise<DataDirectory> {
  const root = resolve(path);
  const lockPath = join(root, LOCK_FILE);
  await requireOwnFolder(root, lockPath);
  await endPredecessor(root, lockPath);
  try {
    if (fresh) await rm(root, { recursive: true, force: true });
    await mkdir(root, { recursive: true });
    await writeLock(lockPath, []);
  } catch (cause) {
    throw new TwinError(
      'DataDirectoryUnusable',
      `Cannot use the data directory: ${root} is not writable, the twin keeps its data there. ` +
        'Make it writable or choose another with --data-dir.',
      { cause },
    );
  }
  return {
    path: root,
    async regionDir(region) {
      const dir = join(root, region);
      await mkdir(dir, { recursive: true });
      return dir;
    },
    recordChildren: (pids) => writeLock(lockPath, pids),
    // The lock stays as the mark of a twin's folder; a pid of nobody means that it is free.
    release: () => rm(lockPath, { force: true }).then(() => writeFile(join(root, MARK_FILE), MARK_TEXT)),
  };
}

const MARK_FILE = 'README.txt';
const MARK_TEXT = 'Data of a local twin (npm start). Safe to delete while no twin runs on it.\n';

async function requireOwnFolder(root: string, lockPath: string): Promise<void> {
  if (!existsSync(root) || existsSync(lockPath) || existsSync(join(root, MARK_FILE))) return;
  const entries = await readdir(root).catch((cause: unknown) => {
    throw new TwinError(
      'DataDirectoryUnusable',
      `Cannot use the data directory: ${root} is not a readable folder, a folder is needed. Choose another with --data-dir.`,
      { cause },
    );
  });
  if (entries.length === 0) return;
  throw new TwinError(
    'DataDirectoryUnusable',
    `Cannot use the data directory: ${root} holds files that are not a twin's (${entries.slice(0, 3).join(', ')}), ` +
      'an empty folder or one of an earlier twin is needed. Choose another with --data-dir.',
  );
}

async function writeLock(lockPath: string, children: readonly number[]): Promise<void> {
  await writeFile(lockPath, JSON.stringify({ pid: process.pid, children }));
}

/**
 * Ends what a twin that was killed with SIGKILL left behind. Its regions end by themselves when they lose
 * their parent, but an engine whose region died in the same moment has nobody to end it.
 */
async function endPredecessor(root: string, lockPath: string): Promise<void> {
  const lock = await readLock(lockPath);
  if (lock === undefined) return;
  if (lock.pid !== process.pid && isAlive(lock.pid)) {
    throw new TwinError(
      'DataDirectoryInUse',
      `Cannot use the data directory: the twin with process id ${lock.pid} runs on ${root}, a directory serves one twin at a time. ` +
        'Stop that twin, or choose another directory with --data-dir and other ports with --port-base.',
    );
  }
  for (const pid of lock.children) {
    if (isAlive(pid) && (await commandOf(pid)).includes(root)) process.kill(pid, 'SIGKILL');
  }
}

async function readLock(lockPath: string): Promise<z.infer<typeof lockSchema> | undefined> {
  try {
    return lockSchema.parse(JSON.parse(await readFile(lockPath, 'utf8')));
  } catch {
    // Absent, or torn by a kill in the middle of the write: nobody can be said to own the folder. The data
    // itself is guarded by each replica's own checks.
    return undefined;
  }
}

/** True when a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a process, so that a process id that the system gave to another program is left alone. */
async function commandOf(pid: number): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '-p', String(pid)]);
    return stdout;
  } catch {
    return '';
  }
}
