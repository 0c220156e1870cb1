import { type ChildEnd, CommandError, runChild } from '@gsp/cli-kit';

/** A first deployment of a region takes minutes; an hour is a fault. */
const TIMEOUT_MS = 60 * 60_000;

/** One `ampx sandbox` in one region. */
export interface AmpxRun {
  readonly region: string;
  /** What follows `ampx sandbox`. */
  readonly args: readonly string[];
  readonly rootDir: string;
  /** Everything that it writes goes here. */
  readonly logFile: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: string) => void;
}

/**
 * Runs the checkout's own `ampx sandbox`, and ends it with everything that it started when the signal aborts.
 *
 * @throws {CommandError} where it cannot be started, or takes too long
 * @throws the signal's reason, where it aborts
 */
export async function runAmpx(run: AmpxRun): Promise<ChildEnd> {
  const { region, args, rootDir, logFile, signal, onProgress } = run;
  const end = await startChild({
    args: ['--no-install', 'ampx', 'sandbox', ...args],
    cwd: rootDir,
    env: {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AMPLIFY_DISABLE_TELEMETRY: '1',
      CDK_DISABLE_TELEMETRY: '1',
    },
    logFile,
    timeoutMs: TIMEOUT_MS,
    signal,
    onLine: onProgress,
  });
  if (!end.isTimeout) return end;
  throw new CommandError(
    `Cannot wait for ampx in ${region}: it has not ended after ${TIMEOUT_MS / 60_000} min. ` +
      `What it asked CloudFormation for goes on there. See ${logFile}`,
  );
}

async function startChild(options: Parameters<typeof runChild>[1]): Promise<ChildEnd> {
  try {
    return await runChild('npx', options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new CommandError(
      'Cannot start ampx: there is no npx on PATH, it is needed. Install Node.js with npm.',
      {
        cause: error,
      },
    );
  }
}
