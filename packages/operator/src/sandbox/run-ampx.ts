import { open } from 'node:fs/promises';
import { type ChildEnd, runChild } from '@gsp/cli-kit';
import { SandboxError } from './sandbox-error.ts';

/** A first deployment of a region takes minutes; an hour is a fault. */
const TIMEOUT_MS = 60 * 60_000;
const TAIL_BYTES = 2_048;
const TAIL_LINES = 8;

/** One `ampx sandbox` in one region. */
export interface AmpxRun {
  readonly region: string;
  /** What follows `ampx sandbox`. */
  readonly args: readonly string[];
  readonly rootDir: string;
  /** Everything that it writes goes here. */
  readonly logFile: string;
  readonly signal: AbortSignal;
  readonly tell: (progress: string) => void;
}

/**
 * Runs the checkout's own `ampx sandbox`, and ends it with everything that it started when the signal aborts.
 *
 * @throws {SandboxError} where it cannot be started, or takes too long
 * @throws the signal's reason, where it aborts
 */
export async function runAmpx(run: AmpxRun): Promise<ChildEnd> {
  const { region, args, rootDir, logFile, signal, tell } = run;
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
    onLine: tell,
  });
  if (!end.isTimeout) return end;
  throw new SandboxError(
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
    throw new SandboxError(
      'Cannot start ampx: there is no npx on PATH, it is needed. Install Node.js with npm.',
      {
        cause: error,
      },
    );
  }
}

/** The last lines of a log, for a message; empty where it cannot be read. */
export async function lastLines(logFile: string): Promise<string> {
  try {
    const file = await open(logFile);
    try {
      const { size } = await file.stat();
      const from = Math.max(0, size - TAIL_BYTES);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, from);
      const lines = buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n');
      return lines.slice(-TAIL_LINES).join('\n');
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
