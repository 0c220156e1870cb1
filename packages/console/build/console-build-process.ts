import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, lastLines, runChild } from '@gsp/cli-kit';
import { type ConsoleBuildReport, isConsoleBuildReport } from './console-build-report.ts';

/** One build of the console. */
export interface ConsoleBuildJob {
  /** The project. */
  readonly rootDir: string;
  /** Folder with `index.html`. */
  readonly root: string;
  /** Where the page is written. */
  readonly outDir: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const CHILD = fileURLToPath(new URL(`./build-console-child${extname(import.meta.url)}`, import.meta.url));

/**
 * Builds the console in a process of its own: a bundler cannot be stopped half way, takes memory that a twin would keep
 * for as long as it runs, and sets `NODE_ENV` of the process that it runs in. Nothing of it is left running, however it
 * ends.
 *
 * @throws {CommandError} `BuildFailed` or `BuildTimedOut`, where the source is wrong, the build takes too long, or its process dies
 * @throws the signal's reason, where it aborts
 */
export async function buildConsoleInProcess(
  job: ConsoleBuildJob,
): Promise<ConsoleBuildReport & { readonly ok: true }> {
  const { rootDir, root, outDir, timeoutMs, signal } = job;
  const end = await runChild(process.execPath, {
    args: ['--import', import.meta.resolve('tsx'), CHILD, root, outDir],
    cwd: rootDir,
    env: { NODE_ENV: 'production' },
    timeoutMs,
    signal,
    hasMessages: true,
  }).catch((cause: unknown) => {
    signal.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw failure(`its process could not run: ${why}. Check that npm ci has run.`, { cause });
  });
  const report = end.messages.find(isConsoleBuildReport);
  if (report?.ok) return report;
  if (report !== undefined) throw failure(report.reason);
  if (end.isTimeout)
    throw failure(`it did not end within ${timeoutMs} ms. Free the machine, and try again.`, {
      code: 'BuildTimedOut',
    });
  throw failure(
    `its process ended with ${end.killedBy ?? end.status} before it was done. It wrote last:\n${lastLines(end.stderr, 5)}`,
  );
}

function failure(reason: string, options: { code?: string; cause?: unknown } = {}): CommandError {
  return new CommandError(`Cannot build the console: ${reason}`, { code: 'BuildFailed', ...options });
}
