import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { delimiter, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChildEnd, lastLines, runChild } from '@gsp/cli-kit';
import type { StageChanges } from '@gsp/platform/topology';
import { SynthesisError } from './synthesis-error.ts';
import { bundlingIssues, isSynthesisReport } from './synthesis-report.ts';

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
  /** The project. */
  readonly rootDir: string;
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

const CHILD = fileURLToPath(new URL(`./synthesize-child${extname(import.meta.url)}`, import.meta.url));

/**
 * Synthesizes one Region in a process of its own, as the CDK app, the Region and the environment are
 * global to one. Nothing of it is left running, however it ends.
 *
 * @throws {SynthesisError} where the definition is wrong, takes too long, or its process dies
 * @throws the signal's reason, where it aborts
 */
export async function synthesizeInProcess(job: SynthesisJob): Promise<void> {
  const { region } = job;
  const { messages, stderr } = await runToItsEnd(job);
  const report = messages.find(isSynthesisReport);
  if (report === undefined || report.ok) return;
  const issues = bundlingIssues(stderr);
  throw new SynthesisError('definition', [region], issues.length > 0 ? issues.join('; ') : report.reason);
}

/** @throws {SynthesisError} where it ended, or was ended, before it reported */
async function runToItsEnd(job: SynthesisJob): Promise<ChildEnd> {
  const { region, timeoutMs, signal } = job;
  const fail = (code: 'timeout' | 'process', reason: string) => new SynthesisError(code, [region], reason);
  const end = await runChild(process.execPath, {
    args: ['--import', import.meta.resolve('tsx'), CHILD],
    cwd: job.rootDir,
    env: await environmentOf(job),
    timeoutMs,
    signal,
    hasMessages: true,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    throw fail('process', `its process could not run: ${why}. Check that npm ci has run`);
  });
  if (end.messages.some(isSynthesisReport)) return end;
  if (end.isTimeout)
    throw fail(
      'timeout',
      `it did not end within ${timeoutMs} ms. Look for a wait in amplify/, or free the machine`,
    );
  const last = lastLines(end.stderr, 5);
  throw fail(
    'process',
    `its process ended with ${end.killedBy ?? end.status} before it was done. It wrote last:\n${last}`,
  );
}

/** What the process is told, beside what this one was. */
async function environmentOf(job: SynthesisJob): Promise<Record<string, string | undefined>> {
  const { rootDir, region, backend, outDir, cacheDir, validate, definition, localZoneName, changes } = job;
  return {
    // What one machine or build knows and another does not would make templates differ that are cached as the same.
    CDK_DEFAULT_ACCOUNT: undefined,
    PLATFORM_REVISION: undefined,
    AWS_COMMIT_ID: undefined,
    PATH: `${await quickNpx(rootDir, cacheDir)}${delimiter}${process.env.PATH ?? ''}`,
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
async function quickNpx(rootDir: string, cacheDir: string): Promise<string> {
  const dir = join(cacheDir, 'bin');
  const binDir = join(rootDir, 'node_modules/.bin').replaceAll("'", `'\\''`);
  const script = `#!/bin/sh\n[ "$1" = --no-install ] && shift\nexec '${binDir}'/"$@"\n`;
  if ((await readFile(join(dir, 'npx'), 'utf8').catch(() => '')) === script) return dir;
  await mkdir(dir, { recursive: true });
  // Put in place whole: another Region's bundler may start it at this moment.
  const unfinished = join(dir, `npx-${randomUUID()}`);
  await writeFile(unfinished, script, { mode: 0o755 });
  await rename(unfinished, join(dir, 'npx'));
  return dir;
}
