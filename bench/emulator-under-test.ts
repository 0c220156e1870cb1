import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrapRegion } from '../test/rehearsal/emulator/bootstrap-region.ts';
import { startEmulator } from '../test/rehearsal/emulator/start-emulator.ts';

/** The same backend, deployed by `ampx` to an emulator of AWS that knows nothing of this platform. */
export interface EmulatorUnderTest {
  /** Address of the first Region's API on the emulator itself, without anything between. */
  readonly api: string;
  /** From the command to the API of every Region answering: start, bootstrap and a deployment of each. */
  readonly startMs: number;
  /** Resident memory of the emulator and of every function that it runs, in MB. */
  residentMb(): Promise<number>;
  end(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '..');

/** Starts the emulator, bootstraps the Regions and deploys the backend to each in turn. */
export async function startEmulatorUnderTest(
  regions: readonly [string, ...string[]],
): Promise<EmulatorUnderTest> {
  const startedAt = performance.now();
  const emulator = await startEmulator(regions);
  try {
    for (const region of regions) await bootstrapRegion(emulator, region);
    for (const region of regions) {
      await ampxDeploy({ ...emulator.env, AWS_REGION: region });
      await untilLive(`${emulator.endpoints[region]}/health/live`);
    }
    const startMs = performance.now() - startedAt;
    const api = await emulator.directApi(regions[0]);
    return { api, startMs, residentMb: () => residentMb(emulator.pid), end: emulator.end };
  } catch (error) {
    await emulator.end();
    throw error;
  }
}

/** Its exit status says little here: it cannot write its outputs, see docs/rehearsal.md. The API tells. */
function ampxDeploy(env: NodeJS.ProcessEnv): Promise<void> {
  const args = [
    'ampx',
    'deploy',
    '--identifier',
    'main',
    '--backend',
    '--yes',
    '--outputs-out-dir',
    '.amplify',
  ];
  return new Promise((resolve, reject) => {
    execFile('npx', args, { cwd: ROOT, env, timeout: 180_000 }, (error, stdout, stderr) => {
      if (stdout.includes('Deployment completed')) return resolve();
      reject(new Error(`Cannot measure: ampx did not deploy.\n${stdout}${stderr}`, { cause: error }));
    });
  });
}

async function untilLive(url: string): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) throw new Error(`Cannot measure: ${url} answered ${answer.status}.`);
}

/** Linux's own figures, of the process and all below it. */
async function residentMb(root: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const number = (pattern: RegExp) => Number(pattern.exec(status)?.[1] ?? 0);
      return { pid: Number(pid), parent: number(/^PPid:\s+(\d+)$/m), kb: number(/^VmRSS:\s+(\d+) kB$/m) };
    }),
  );
  const family = new Set([root]);
  for (let grown = true; grown; ) {
    const children = all.filter(({ pid, parent }) => family.has(parent) && !family.has(pid));
    for (const { pid } of children) family.add(pid);
    grown = children.length > 0;
  }
  return all.reduce((sum, { pid, kb }) => sum + (family.has(pid) ? kb : 0), 0) / 1024;
}
