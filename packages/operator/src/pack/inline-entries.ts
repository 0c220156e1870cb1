import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import { build } from 'esbuild';
import { filesIn } from './compile-packages.ts';
import { compiledPath, type PackageManifest } from './published-manifest.ts';

/** A package whose code is laid out in `dist`. */
export interface InlineOptions {
  readonly rootDir: string;
  /** The compiled packages, as they lie in `packages/`. */
  readonly compiled: string;
  readonly dist: string;
  readonly name: string;
  readonly manifest: PackageManifest;
}

/**
 * Puts what a package uses of other packages' entries into its own tarball, so that whoever installs it does not get all
 * of those packages: the client is for pages, and its contract is a room of a package for servers.
 *
 * Its modules become one for each entry and what they share; declarations stay as they are, the others' beside them.
 */
export async function inlineEntries({
  rootDir,
  compiled,
  dist,
  name,
  manifest,
}: InlineOptions): Promise<void> {
  const inlined = Object.entries(manifest.publish?.inline ?? {});
  if (inlined.length === 0) return;
  for (const file of await filesIn(dist)) if (file.endsWith('.js')) await rm(file);
  const folder = join(rootDir, 'packages', name);
  await build({
    absWorkingDir: folder,
    entryPoints: Object.values(manifest.exports).map((source) => ({
      in: source,
      out: compiledPath(source).slice('./dist/'.length),
    })),
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    chunkNames: 'shared-[hash]',
    external: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter(
      (dependency) => !inlined.some(([specifier]) => specifier.startsWith(`${dependency}/`)),
    ),
    logLevel: 'silent',
  });
  for (const [specifier, as] of inlined) {
    await pointAt(dist, { specifier, module: posix.join(as, 'index.js') });
    const [, other = '', entry = ''] = specifier.split('/');
    await cp(join(compiled, other, 'src', entry), join(dist, as), {
      recursive: true,
      filter: (file) => !file.endsWith('.js'),
    });
  }
}

/** Lets declarations import a module of this package instead of another package's entry. */
async function pointAt(
  dist: string,
  { specifier, module }: { readonly specifier: string; readonly module: string },
): Promise<void> {
  for (const file of await filesIn(dist)) {
    if (!file.endsWith('.d.ts')) continue;
    const path = posix.relative(posix.dirname(relative(dist, file)), module);
    const target = path.startsWith('.') ? path : `./${path}`;
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      text.replaceAll(`'${specifier}'`, `'${target}'`).replaceAll(`"${specifier}"`, `"${target}"`),
    );
  }
}
