import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';

interface CountedFunction {
  readonly functionName: string;
  readonly ranges: readonly { readonly startOffset: number; readonly count: number }[];
}

/** One script of a program, in which the bundler writes each file's name above what came of it. */
async function bundled(program: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: path.resolve(import.meta.dirname, '../../..'),
    entryPoints: [program],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** Calls of functions by their names, in each file of the product in which any ran. */
function callsByFile(text: string, functions: readonly CountedFunction[]) {
  const names = [...text.matchAll(/^\/\/ ((?:packages|node_modules)\/\S+)$/gm)];
  const files = new Map<string, Map<string, number>>();
  for (const { functionName, ranges } of functions) {
    const [{ startOffset, count } = { startOffset: 0, count: 0 }] = ranges;
    const file = names.findLast(({ index }) => index < startOffset)?.[1];
    if (count === 0 || file === undefined || !/^packages\/\w+\/src\//.test(file)) continue;
    const calls = files.get(file) ?? new Map<string, number>();
    files.set(file, calls.set(functionName, (calls.get(functionName) ?? 0) + count));
  }
  return files;
}

test('a write with one failover enters few files, and asks a region for its state once a decision', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gsp-entered-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const program = path.join(folder, 'program.mjs');
  const text = await bundled('packages/client/test/support/write-with-failover.ts');
  await writeFile(program, text);
  const { stdout } = await promisify(execFile)(process.execPath, [program]);

  const files = callsByFile(text, JSON.parse(stdout));
  const shown = [...files.keys()].sort().join('\n');
  expect(files.size, shown).toBeGreaterThan(10);
  expect(files.size, shown).toBeLessThanOrEqual(25);
  // The choice, the failover and two time limits look at both regions; the end of either attempt at its region, and at the
  // one that is preferred; the failover once more at the region that is left, as its token may come back.
  const breaker = files.get('packages/client/src/circuit-breaker.ts');
  expect(breaker?.get('get state')).toBe(4 * 2 + 2 * 2 + 1);
});
