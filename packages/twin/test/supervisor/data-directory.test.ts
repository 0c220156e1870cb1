import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { identifyProcess, isRunning, type ProcessIdentity } from '../../src/process-identity.ts';
import { openDataDirectory } from '../../src/supervisor/data-directory.ts';

/** Ids beyond what Linux gives (PID_MAX_LIMIT): nobody has one. */
const NOBODY: ProcessIdentity = { pid: 4_194_305, startedAt: '1 boot' };

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'data-directory-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A process that would run on, as an engine does that has lost its twin. */
function startProcess(): ProcessIdentity {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], {
    detached: true,
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const identity = identifyProcess(child.pid ?? 0);
  if (identity === undefined) throw new Error('the process has not started');
  return identity;
}

function leaveLock(
  path: string,
  lock: { owner: ProcessIdentity; children: readonly ProcessIdentity[] },
): void {
  writeFileSync(join(path, 'twin.lock.json'), JSON.stringify(lock));
}

test('what a twin that was killed left running has ended when the folder is open', async () => {
  const path = folder();
  const orphans = [startProcess(), startProcess()];
  leaveLock(path, { owner: NOBODY, children: orphans });
  const directory = await openDataDirectory(path);
  expect(orphans.filter(isRunning)).toEqual([]);
  await directory.release();
});

test('a process that only has the id of one that was left is left alone', async () => {
  const path = folder();
  const stranger = startProcess();
  const before = { ...stranger, startedAt: `${stranger.startedAt} before` };
  leaveLock(path, { owner: before, children: [before, { ...stranger, startedAt: '' }] });
  await (await openDataDirectory(path)).release();
  expect(isRunning(stranger)).toBe(true);
});

test('a folder on which a twin runs is refused, and what runs on it is left alone', async () => {
  const path = folder();
  const [owner, child] = [startProcess(), startProcess()];
  leaveLock(path, { owner, children: [child] });
  await expect(openDataDirectory(path, { fresh: true })).rejects.toMatchObject({
    code: 'DataDirectoryInUse',
    message: expect.stringContaining(`process id ${owner.pid}`),
  });
  expect([owner, child].every(isRunning)).toBe(true);
});

test('a process is in the lock as soon as it was started, and out of it once it has ended', async () => {
  const path = folder();
  const directory = await openDataDirectory(path);
  const first = startProcess();
  directory.recordChild(first.pid);
  expect(childrenIn(path)).toEqual([first]);
  process.kill(first.pid, 'SIGKILL');
  await expect.poll(() => isRunning(first), { timeout: 20_000 }).toBe(false);
  const second = startProcess();
  directory.recordChild(second.pid);
  expect(childrenIn(path)).toEqual([second]);
  await directory.release();
  expect(existsSync(join(path, 'twin.lock.json'))).toBe(false);
});

function childrenIn(path: string): unknown {
  return JSON.parse(readFileSync(join(path, 'twin.lock.json'), 'utf8')).children;
}
