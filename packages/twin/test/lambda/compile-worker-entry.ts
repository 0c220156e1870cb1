import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCE = fileURLToPath(new URL('../../src/lambda/environment-worker.ts', import.meta.url));

let compiled: Promise<string> | undefined;

/** Compiles the worker's program to plain JavaScript, once per test process, and gives its path. */
export function compileWorkerEntry(): Promise<string> {
  compiled ??= compile();
  return compiled;
}

async function compile(): Promise<string> {
  const outfile = join(await mkdtemp(join(tmpdir(), 'worker-entry-')), 'environment-worker.mjs');
  const { outputFiles } = await build({
    entryPoints: [SOURCE],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  await writeFile(outfile, outputFiles[0]?.contents ?? '');
  return outfile;
}
