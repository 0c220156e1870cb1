import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StageChanges } from '@gsp/platform/topology';
import { SynthesisError } from './synthesis-error.ts';
import { bundlingFaults, isSynthesisReport, type SynthesisReport } from './synthesis-report.ts';

/** Which backend is synthesized, in the terms of `ampx`. */
export interface BackendIdentity {
  readonly type: 'branch' | 'sandbox' | 'standalone';
  /** Amplify app id of a branch, package name of a sandbox. */
  readonly namespace: string;
  /** Branch, sandbox or deployment name. */
  readonly name: string;
}

/** One Region's synthesis. */
export interface SynthesisJob {
  readonly region: string;
  readonly backend: BackendIdentity;
  /** Where the assembly is written. */
  readonly outDir: string;
  /** Where things may be kept that make the next synthesis faster. */
  readonly cacheDir: string;
  /** Whether CDK checks the templates and writes `validation-report.json`; more than doubles the time. */
  readonly validate: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Definition to import instead of `amplify/backend.ts`, as a URL. */
  readonly definition: string | undefined;
  /** Zone of the local twin, for stages without one. */
  readonly localZoneName: string | undefined;
  /** Settings to try out instead of the stage's own. */
  readonly changes: StageChanges | undefined;
}

const ROOT_DIR = fileURLToPath(new URL('../../../../', import.meta.url));
const CHILD = fileURLToPath(new URL('./synthesize-child.ts', import.meta.url));
const STDERR_CHARACTERS_MAX = 64_000;

/**
 * Synthesizes one Region in a process of its own, as the CDK app, the Region and the environment are
 * global to one. Nothing of it is left running, however it ends.
 *
 * @throws {SynthesisError} where the definition is wrong, takes too long, or its process dies
 * @throws the signal's reason, where it aborts
 */
export async function synthesizeInProcess(job: SynthesisJob): Promise<void> {
  job.signal.throwIfAborted();
  const child = fork(CHILD, {
    cwd: ROOT_DIR,
    env: await environmentOf(job),
    execArgv: ['--import', import.meta.resolve('tsx')],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A process group of its own, so that a bundler it waits for ends with it.
    detached: true,
  });
  try {
    const { report, stderr } = await outcomeOf(child, job);
    if (report.ok) return;
    const faults = bundlingFaults(stderr);
    throw new SynthesisError(
      'definition',
      [job.region],
      faults.length > 0 ? faults.join('; ') : report.reason,
    );
  } finally {
    killGroup(child);
  }
}

function outcomeOf(
  child: ChildProcess,
  job: SynthesisJob,
): Promise<{ report: SynthesisReport; stderr: string }> {
  const { region, signal, timeoutMs } = job;
  return new Promise((resolve, reject) => {
    let stderr = '';
    let report: SynthesisReport | undefined;
    const fail = (fault: 'timeout' | 'process', reason: string) =>
      reject(new SynthesisError(fault, [region], reason));
    const timer = setTimeout(
      () =>
        fail(
          'timeout',
          `it did not end within ${timeoutMs} ms. Look for a wait in amplify/, or free the machine`,
        ),
      timeoutMs,
    );
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_CHARACTERS_MAX);
    });
    child.on('message', (message) => {
      if (isSynthesisReport(message)) report = message;
    });
    child.on('error', (error) =>
      fail('process', `its process could not run: ${error.message}. Check that npm ci has run`),
    );
    // 'close' and not 'exit': the bundler's words may still be on their way.
    child.on('close', (code, killedBy) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      if (report) return resolve({ report, stderr });
      const last = stderr.trim().split('\n').slice(-5).join('\n');
      fail(
        'process',
        `its process ended with ${killedBy ?? code} before it was done. It wrote last:\n${last}`,
      );
    });
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: the group has ended by itself, which is the usual case.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function environmentOf(job: SynthesisJob): Promise<NodeJS.ProcessEnv> {
  const { region, backend, outDir, cacheDir, validate, definition, localZoneName, changes } = job;
  // What one machine or build knows and another does not would make templates differ that are cached as the same.
  const {
    CDK_DEFAULT_ACCOUNT: _account,
    PLATFORM_REVISION: _revision,
    AWS_COMMIT_ID: _commit,
    ...inherited
  } = process.env;
  return {
    ...inherited,
    PATH: `${await quickNpx(cacheDir)}${delimiter}${process.env.PATH ?? ''}`,
    // Node.js 22 and later keep compiled code here; earlier ones ignore it.
    NODE_COMPILE_CACHE: join(cacheDir, 'compiled'),
    AWS_REGION: region,
    CDK_DEFAULT_REGION: region,
    CDK_OUTDIR: outDir,
    CDK_VALIDATION: String(validate),
    CDK_CONTEXT_JSON: JSON.stringify({
      'amplify-backend-type': backend.type,
      'amplify-backend-namespace': backend.namespace,
      'amplify-backend-name': backend.name,
      'aws:cdk:disable-stack-trace': true,
      ...(localZoneName === undefined ? {} : { 'local-zone-name': localZoneName }),
      ...(changes === undefined ? {} : { 'stage-changes': JSON.stringify(changes) }),
    }),
    ...(definition === undefined ? {} : { SYNTHESIS_DEFINITION: definition }),
  };
}

/**
 * A folder whose `npx` starts esbuild at once. CDK bundles each function by `npx --no-install esbuild`,
 * and npm takes longer to start than esbuild to bundle: 0.7 s of 0.8 s for each function.
 */
async function quickNpx(cacheDir: string): Promise<string> {
  const dir = join(cacheDir, 'bin');
  const binDir = join(ROOT_DIR, 'node_modules/.bin').replaceAll("'", `'\\''`);
  const script = `#!/bin/sh\n[ "$1" = --no-install ] && shift\nexec '${binDir}'/"$@"\n`;
  if ((await readFile(join(dir, 'npx'), 'utf8').catch(() => '')) === script) return dir;
  await mkdir(dir, { recursive: true });
  // Put in place whole: another Region's bundler may start it at this moment.
  const unfinished = join(dir, `npx-${randomUUID()}`);
  await writeFile(unfinished, script, { mode: 0o755 });
  await rename(unfinished, join(dir, 'npx'));
  return dir;
}
