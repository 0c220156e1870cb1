import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The two programs that the twin runs apart from its own process, in plain JavaScript. */
export interface CompiledEntries {
  /** Runs one region: its API, functions and DynamoDB replica. */
  readonly regionProcess: string;
  /** Runs one Lambda execution environment, in a worker thread of a region. */
  readonly environmentWorker: string;
}

const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The programs of the region process and the Lambda worker. Where this package is compiled, they lie beside this module;
 * from its sources they are compiled, once per change.
 *
 * A TypeScript loader in every child process and every worker thread would cost each of them start time and
 * memory, for code that is the same in all. The result lies under node_modules so that packages resolve from
 * it, in a folder named by its content so that two twins may start at once.
 */
export async function compileEntries(): Promise<CompiledEntries> {
  const extension = extname(fileURLToPath(import.meta.url));
  const entryPoints = {
    'region-process': fileURLToPath(new URL(`../region/region-process${extension}`, import.meta.url)),
    'environment-worker': fileURLToPath(new URL(`../lambda/environment-worker${extension}`, import.meta.url)),
  };
  if (extension === '.js')
    return {
      regionProcess: entryPoints['region-process'],
      environmentWorker: entryPoints['environment-worker'],
    };
  const files = await bundled(entryPoints);
  const hash = createHash('sha256');
  for (const { name, contents } of files) hash.update(name).update(contents);
  const folder = join(PACKAGE_ROOT, 'node_modules/.cache/twin', hash.digest('hex').slice(0, 16));
  if (!existsSync(folder)) await writeFolder(folder, files);
  return {
    regionProcess: join(folder, 'region-process.mjs'),
    environmentWorker: join(folder, 'environment-worker.mjs'),
  };
}

interface CompiledFile {
  readonly name: string;
  readonly contents: Uint8Array;
}

async function bundled(entryPoints: Readonly<Record<string, string>>): Promise<CompiledFile[]> {
  // Not at the top: a compiled package runs without it.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: { ...entryPoints },
    absWorkingDir: PACKAGE_ROOT,
    outdir: 'out',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    outExtension: { '.js': '.mjs' },
    logLevel: 'silent',
    write: false,
  });
  return outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
}

async function writeFolder(folder: string, files: readonly CompiledFile[]): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  await Promise.all(files.map(({ name, contents }) => writeFile(join(draft, name), contents)));
  try {
    await rename(draft, folder);
  } catch (error) {
    // Another twin renamed the same content into place first: its folder is as good as ours.
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
