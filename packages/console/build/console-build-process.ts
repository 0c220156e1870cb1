import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ConsoleBuildReport, isConsoleBuildReport } from './console-build-report.ts';
import { ConsoleError } from './console-error.ts';

/** One build of the console. */
export interface ConsoleBuildJob {
  /** Folder with `index.html`. */
  readonly root: string;
  /** Where the page is written. */
  readonly outDir: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const ROOT_DIR = fileURLToPath(new URL('../../../', import.meta.url));
const CHILD = fileURLToPath(new URL('./build-console-child.ts', import.meta.url));
const STDERR_CHARACTERS_MAX = 16_000;

/**
 * Builds the console in a process of its own: a bundler cannot be stopped half way, takes memory that a twin would keep
 * for as long as it runs, and sets `NODE_ENV` of the process that it runs in. Nothing of it is left running, however it
 * ends.
 *
 * @throws {ConsoleError} where the source is wrong, the build takes too long, or its process dies
 * @throws the signal's reason, where it aborts
 */
export async function buildConsoleInProcess(
  job: ConsoleBuildJob,
): Promise<ConsoleBuildReport & { readonly ok: true }> {
  job.signal.throwIfAborted();
  const child = fork(CHILD, [job.root, job.outDir], {
    cwd: ROOT_DIR,
    env: { ...process.env, NODE_ENV: 'production' },
    execArgv: ['--import', import.meta.resolve('tsx')],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Out of the terminal's group: Ctrl-C is for whoever started this, who then ends it.
    detached: true,
  });
  try {
    const report = await outcomeOf(child, job);
    if (report.ok) return report;
    throw new ConsoleError('BuildFailed', `Cannot build the console: ${report.reason}`);
  } finally {
    child.kill('SIGKILL');
  }
}

function outcomeOf(child: ChildProcess, { signal, timeoutMs }: ConsoleBuildJob): Promise<ConsoleBuildReport> {
  return new Promise((resolve, reject) => {
    let stderr = '';
    let report: ConsoleBuildReport | undefined;
    const fail = (code: 'BuildTimedOut' | 'BuildFailed', reason: string, cause?: unknown) =>
      reject(new ConsoleError(code, `Cannot build the console: ${reason}`, { cause }));
    const timer = setTimeout(
      () => fail('BuildTimedOut', `it did not end within ${timeoutMs} ms. Free the machine, and try again.`),
      timeoutMs,
    );
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_CHARACTERS_MAX);
    });
    child.on('message', (message) => {
      if (isConsoleBuildReport(message)) report = message;
    });
    child.on('error', (cause) =>
      fail('BuildFailed', `its process could not run: ${cause.message}. Check that npm ci has run.`, cause),
    );
    // 'close' and not 'exit': its last words may still be on their way.
    child.on('close', (code, killedBy) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      if (report !== undefined) return resolve(report);
      const last = stderr.trim().split('\n').slice(-5).join('\n');
      fail(
        'BuildFailed',
        `its process ended with ${killedBy ?? code} before it was done. It wrote last:\n${last}`,
      );
    });
  });
}
