import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOAD_CHANGES } from '@gsp/operator/start';
import type { ReadyFile } from '@gsp/twin/control';

/** A twin in processes of its own, so that what measures and what is measured share nothing but the machine. */
export interface TwinUnderTest {
  readonly ready: ReadyFile;
  /** From the command to the ready file. */
  readonly startMs: number;
  /** Resident memory of every process of the twin together, in MB. */
  residentMb(): Promise<number>;
  end(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '..');
const START_LIMIT_MS = 120_000;

/** Starts a twin with a data directory of its own. */
export async function startTwinUnderTest(portBase: number, args: readonly string[]): Promise<TwinUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'twin-bench-'));
  const readyPath = join(folder, 'ready.json');
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'scripts/start.ts',
      '--port-base',
      String(portBase),
      '--data-dir',
      join(folder, 'data'),
    ].concat(['--ready-file', readyPath, '--no-watch', '--changes', JSON.stringify(LOAD_CHANGES)], args),
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  await waitForFile(readyPath, child);
  const startMs = performance.now() - startedAt;
  const ready = JSON.parse(await readFile(readyPath, 'utf8')) as ReadyFile;
  return {
    ready,
    startMs,
    async residentMb() {
      const pids = [child.pid, ...ready.regions.flatMap(({ pids: { region, engine } }) => [region, engine])];
      const sizes = await Promise.all(pids.map((pid) => (pid ? residentKb(pid) : 0)));
      return sizes.reduce((sum, kb) => sum + kb, 0) / 1024;
    },
    async end() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function waitForFile(path: string, child: ChildProcess): Promise<void> {
  const limit = performance.now() + START_LIMIT_MS;
  while (!existsSync(path)) {
    if (child.exitCode !== null)
      throw new Error(`Cannot measure: the twin ended with status ${child.exitCode}.`);
    if (performance.now() > limit)
      throw new Error(`Cannot measure: the twin was not ready in ${START_LIMIT_MS} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Linux's own figure; elsewhere memory is not measured. */
async function residentKb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN);
}
