import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CommandError, runChild } from '@gsp/cli-kit';

/** Longest time that the compiler may take, in milliseconds. */
const compileMsMax = 180_000;

/**
 * Compiles the client and what it imports into modules and declarations, under the paths that they have in the
 * repository.
 *
 * @throws {CommandError} with the compiler's messages when a type does not hold
 */
export async function compileClient({ root, outDir }: { root: string; outDir: string }): Promise<void> {
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const project = path.join(root, 'packages/client/src/tsconfig.build.json');
  const args = [compiler, '-p', project, '--outDir', outDir];
  const { status, stdout, stderr } = await runChild(process.execPath, {
    args,
    cwd: root,
    timeoutMs: compileMsMax,
  });
  if (status !== 0)
    throw new CommandError(
      `Cannot compile the client: the compiler ended with status ${status}.\n${stdout}${stderr}`,
    );
  for (const file of await declarationsIn(outDir)) await importModules(file);
}

/** Removes the modules that nothing loads: those of which types alone are imported. */
export async function removeUnloaded(outDir: string, loaded: ReadonlySet<string>): Promise<void> {
  for (const file of await readdir(outDir, { recursive: true })) {
    const isUnloaded = file.endsWith('.js') && !loaded.has(file.split(path.sep).join('/'));
    if (isUnloaded) await rm(path.join(outDir, file));
  }
}

async function declarationsIn(outDir: string): Promise<readonly string[]> {
  const files = await readdir(outDir, { recursive: true });
  return files.filter((file) => file.endsWith('.d.ts')).map((file) => path.join(outDir, file));
}

/** The compiler rewrites the extensions of imports in modules, and leaves those in declarations as they are. */
async function importModules(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll(/(from |import\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g, '$1$2$3.js$2'));
}
