import { existsSync, mkdirSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { makeOwnFolder, readOwnFile, replaceOwnFile } from '../own-file.ts';
import { identifyProcess, isRunning, type ProcessIdentity } from '../process-identity.ts';
import { TwinError } from '../twin-error.ts';
import { requirePrivateFolder } from './private-folder.ts';

const LOCK_FILE = 'twin.lock.json';

const identitySchema = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
const lockSchema = z.object({ owner: identitySchema, children: z.array(identitySchema).readonly() });

/** The folder that holds everything a twin keeps, owned by one running twin at a time. */
export interface DataDirectory {
  readonly path: string;
  /**
   * Writes down a process of this twin, so that the next one can end what a `kill -9` of this one leaves. To be called in the
   * turn in which the process was started: whoever is killed before has left a process that nobody knows.
   */
  recordChild(pid: number): void;
  /** Gives the folder back. */
  release(): Promise<void>;
}

/**
 * Opens the data directory for this process and its user alone.
 *
 * @param path - the folder; made if absent. A folder that exists must be empty or a twin's, so that a
 *   mistyped `--data-dir` together with `--fresh` can never remove somebody's files.
 * @param options.fresh - remove what an earlier twin kept here first
 * @throws {TwinError} `DataDirectoryInUse` when another twin runs on it; `DataDirectoryUnusable` when it is
 *   not a twin's, belongs to others or is open to them, or cannot be written
 */
export async function openDataDirectory(path: string, { fresh = false } = {}): Promise<DataDirectory> {
  const root = resolve(path);
  const lockPath = join(root, LOCK_FILE);
  requirePrivateFolder(root);
  await requireOwnFolder(root, lockPath);
  await endPredecessor(root, lockPath);
  const owner = identifyProcess(process.pid) ?? { pid: process.pid, startedAt: '' };
  let children: readonly ProcessIdentity[] = [];
  try {
    if (fresh) await rm(root, { recursive: true, force: true });
    mkdirSync(dirname(root), { recursive: true });
    makeOwnFolder(root);
    writeLock(lockPath, { owner, children });
  } catch (cause) {
    if (cause instanceof TwinError) throw cause;
    throw new TwinError(
      'DataDirectoryUnusable',
      `Cannot use the data directory: ${root} is not writable, the twin keeps its data there. ` +
        'Make it writable or choose another with --data-dir.',
      { cause },
    );
  }
  return {
    path: root,
    recordChild(pid) {
      const child = identifyProcess(pid);
      if (child === undefined) return;
      children = [...children.filter(isRunning), child];
      try {
        writeLock(lockPath, { owner, children });
      } catch {
        // A full disk. The process still ends with its region, unless that is killed in the same moment as the twin.
      }
    },
    // The lock stays as the mark of a twin's folder; a pid of nobody means that it is free.
    release: async () => {
      await rm(lockPath, { force: true });
      replaceOwnFile(join(root, MARK_FILE), MARK_TEXT);
    },
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

/** In one step: a lock that is cut off by a kill names nobody, and leaves their processes to nobody. */
function writeLock(lockPath: string, lock: z.infer<typeof lockSchema>): void {
  replaceOwnFile(lockPath, JSON.stringify(lock));
}

const END_TIMEOUT_MS = 10_000;
const END_POLL_MS = 10;

/**
 * Ends what a twin that was killed with SIGKILL left behind, and waits until it has ended: its ports are free then, and its
 * database is nobody's. Regions end by themselves when they lose their parent, but not at once, and an engine whose region
 * died in the same moment has nobody to end it.
 */
async function endPredecessor(root: string, lockPath: string): Promise<void> {
  const lock = readLock(lockPath);
  if (lock === undefined) return;
  if (isRunning(lock.owner)) {
    throw new TwinError(
      'DataDirectoryInUse',
      `Cannot use the data directory: the twin with process id ${lock.owner.pid} runs on ${root}, a directory serves one twin at a time. ` +
        'Stop that twin, or choose another directory with --data-dir and other ports with --port-base.',
    );
  }
  // Where the system tells no start, an id may be anybody's by now.
  const orphans = lock.children.filter((child) => child.startedAt !== '' && isRunning(child));
  for (const { pid } of orphans) killNow(pid);
  const deadline = performance.now() + END_TIMEOUT_MS;
  for (;;) {
    const [left] = orphans.filter(isRunning);
    if (left === undefined) return;
    if (performance.now() > deadline) {
      throw new TwinError(
        'DataDirectoryInUse',
        `Cannot use the data directory: process ${left.pid}, which an earlier twin left on ${root}, does not end within ` +
          `${END_TIMEOUT_MS / 1000} s of SIGKILL. Wait until it is gone, or choose another directory with --data-dir.`,
      );
    }
    await delay(END_POLL_MS);
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself, which is what was wanted.
  }
}

function readLock(lockPath: string): z.infer<typeof lockSchema> | undefined {
  try {
    return lockSchema.parse(JSON.parse(readOwnFile(lockPath)?.toString('utf8') ?? ''));
  } catch {
    // Absent, or of a version that wrote it otherwise: nobody can be said to own the folder.
    return undefined;
  }
}
