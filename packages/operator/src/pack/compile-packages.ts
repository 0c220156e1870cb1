import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { CommandError, runChild } from '@gsp/cli-kit';

/** Longest time that the compiler may take, in milliseconds. */
const COMPILE_MS_MAX = 300_000;

/** Sources of a browser's page, which a bundler builds. */
const PAGES = ['packages/console/src'];

/**
 * Compiles every package into modules and declarations, under the paths that they have in `packages/`, and puts beside
 * them the files that their code reads.
 *
 * @throws {CommandError} with the compiler's messages when a type does not hold
 */
export async function compilePackages({
  rootDir,
  outDir,
}: {
  rootDir: string;
  outDir: string;
}): Promise<void> {
  const project = join(outDir, 'tsconfig.json');
  await mkdir(outDir, { recursive: true });
  await writeFile(project, JSON.stringify(compilation(rootDir, outDir)));
  const args = [join(rootDir, 'node_modules/typescript/bin/tsc'), '-p', project];
  const { status, stdout, stderr } = await runChild(process.execPath, {
    args,
    cwd: rootDir,
    timeoutMs: COMPILE_MS_MAX,
  });
  await rm(project);
  if (status !== 0)
    throw new CommandError(
      `Cannot compile the packages: the compiler ended with status ${status}.\n${stdout}${stderr}`,
    );
  for (const file of await filesIn(outDir)) if (file.endsWith('.d.ts')) await importModules(file);
  await copyAssets(rootDir, outDir);
}

function compilation(rootDir: string, outDir: string): object {
  const packages = join(rootDir, 'packages');
  return {
    extends: join(rootDir, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      rootDir: packages,
      outDir,
      // Packages for Node and for browsers in one run; that each keeps to its own is checked by the types of the gate.
      lib: ['ES2023', 'DOM', 'DOM.Iterable'],
      types: ['node'],
      typeRoots: [join(rootDir, 'node_modules/@types')],
    },
    include: [join(packages, '*/src'), join(packages, '*/build')],
    exclude: PAGES.map((folder) => join(rootDir, folder)),
  };
}

/** The compiler rewrites the extensions of imports in modules, and leaves those in declarations as they are. */
async function importModules(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll(/(from |import\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g, '$1$2$3.js$2'));
}

/** Style sheets, scripts of pages and the like: whatever lies beside the sources and is none. */
async function copyAssets(rootDir: string, outDir: string): Promise<void> {
  const packages = join(rootDir, 'packages');
  for (const name of await readdir(packages)) {
    const src = join(packages, name, 'src');
    if (PAGES.some((page) => src === join(rootDir, page))) continue;
    for (const file of await filesIn(src)) {
      if (/\.(ts|tsx|json|md)$/.test(file)) continue;
      const target = join(outDir, relative(packages, file));
      await mkdir(dirname(target), { recursive: true });
      await cp(file, target);
    }
  }
}

/** Every file below a folder; none where there is no such folder. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).split(sep).join('/'));
}
