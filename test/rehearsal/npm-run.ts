import { spawn } from 'node:child_process';

/** Two deployments and their proofs, on a machine that has others to serve. */
const COMMAND_LIMIT_MS = 400_000;

/** What came of a command. */
export interface Ended {
  /** Exit status, or the signal that ended it. */
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookS: number;
}

/** Runs a command of the platform as a person does, in `cwd`. One that goes on for too long is killed. */
export function npmRun(
  script: string,
  options: {
    readonly args: readonly string[];
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<Ended> {
  const { args, cwd, env } = options;
  const startedAt = performance.now();
  const child = spawn('npm', ['run', '--silent', script, '--', ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that everything below it ends with it.
    detached: true,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const timer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), COMMAND_LIMIT_MS);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const tookS = (performance.now() - startedAt) / 1000;
      resolve({ status: code ?? String(signal), stdout, stderr, tookS });
    });
  });
}
