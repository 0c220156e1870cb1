import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { FunctionDefinition } from '../../src/lambda/function-definition.ts';
import { FunctionPool, type FunctionPoolOptions } from '../../src/lambda/function-pool.ts';
import type { InvocationResult } from '../../src/lambda/invocation-result.ts';
import type { LogEntry } from '../../src/log-entry.ts';
import { compileWorkerEntry } from './compile-worker-entry.ts';

/** Source of a function that answers with its event and its context. */
export const ECHO = 'export const handler = async (event, context) => ({ event, context });';
/** Source of a function that answers `ms` after it was invoked. */
export const SLOW = `export const handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return 'done'; };`;

/** Writes `files` into a new folder, as an unpacked asset, for the length of a test. */
export function assetOf(files: Readonly<Record<string, string>>): string {
  const codeDir = mkdtempSync(join(tmpdir(), 'asset-'));
  onTestFinished(() => rmSync(codeDir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(codeDir, name, '..'), { recursive: true });
    writeFileSync(join(codeDir, name), text);
  }
  return codeDir;
}

/** A function whose `index.mjs` is `source`. */
export function functionOf(source: string, overrides: Partial<FunctionDefinition> = {}): FunctionDefinition {
  const functionName = overrides.functionName ?? 'probe';
  return {
    functionName,
    functionArn: `arn:aws:lambda:eu-west-1:123456789012:function:${functionName}`,
    handler: 'index.handler',
    codeDir: assetOf({ 'index.mjs': source }),
    environment: {},
    memoryMb: 128,
    timeoutMs: 5000,
    runtime: 'nodejs24.x',
    logFormat: 'JSON',
    logGroup: `/aws/lambda/${functionName}`,
    ...overrides,
  };
}

/** A pool that is closed when the test is over, and the lines it logged. */
export async function poolOf(
  definition: FunctionDefinition,
  options: Partial<FunctionPoolOptions> = {},
): Promise<{ pool: FunctionPool; lines: LogEntry[] }> {
  const lines: LogEntry[] = [];
  const pool = new FunctionPool(definition, {
    region: 'eu-west-1',
    log: (entry) => lines.push(entry),
    platformLog: false,
    workerEntry: await compileWorkerEntry(),
    ...options,
  });
  onTestFinished(() => pool.close({ graceMs: 0 }));
  return { pool, lines };
}

/** What a function answered; fails when it did not. */
export function payloadOf(result: InvocationResult): unknown {
  if (result.outcome !== 'success') throw new Error(`the invocation failed: ${JSON.stringify(result)}`);
  return JSON.parse(result.payload);
}
