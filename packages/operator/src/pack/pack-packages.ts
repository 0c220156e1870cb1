import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CommandError, runChild } from '@gsp/cli-kit';
import { compilePackages, filesIn } from './compile-packages.ts';
import { inlineEntries } from './inline-entries.ts';
import { compiledPath, type PackageManifest, publishedManifest } from './published-manifest.ts';

/** One package as others install it. */
export interface PackedPackage {
  readonly name: string;
  /** What the tarball holds, as a folder. */
  readonly folder: string;
  readonly tarball: string;
}

/** What {@link packPackages} is asked for. */
export interface PackOptions {
  readonly rootDir: string;
  /** Folder for the tarballs; the packages' folders lie in it as well. It is replaced. */
  readonly outDir: string;
  /** Puts the built pages of a package into its folder, such as the console's. @default - none */
  readonly addSites?: Readonly<Record<string, (folder: string) => Promise<void>>>;
}

const MARKER = '.packed-packages';

/**
 * Makes a tarball of every package under `packages/`: ES modules and types, nothing that only the repository needs.
 *
 * @returns the packages in the order of their names
 * @throws {CommandError} when the folder holds something else, when a type does not hold, or npm cannot pack
 */
export async function packPackages({
  rootDir,
  outDir,
  addSites = {},
}: PackOptions): Promise<PackedPackage[]> {
  const target = resolve(outDir);
  await requireReplaceable(target);
  const compiled = await mkdtemp(join(tmpdir(), 'packages-'));
  try {
    await compilePackages({ rootDir, outDir: compiled });
    await rm(target, { recursive: true, force: true });
    await mkdir(target, { recursive: true });
    await writeFile(join(target, MARKER), '');
    const names = (await readdir(join(rootDir, 'packages'))).sort();
    const manifests = await Promise.all(names.map((name) => readManifest(join(rootDir, 'packages', name))));
    const versions = Object.assign(
      {},
      ...manifests.flatMap((one) => [one.devDependencies, one.dependencies]),
    );
    const packed: PackedPackage[] = [];
    for (const [index, name] of names.entries()) {
      const manifest = manifests[index];
      if (manifest === undefined) continue;
      const folder = join(target, name);
      await layOut({ rootDir, compiled, folder, name, manifest, versions });
      await addSites[manifest.name]?.(folder);
      packed.push({ name: manifest.name, folder, tarball: await tarballOf(folder, manifest) });
    }
    return packed;
  } finally {
    await rm(compiled, { recursive: true, force: true });
  }
}

interface Layout {
  readonly rootDir: string;
  readonly compiled: string;
  readonly folder: string;
  readonly name: string;
  readonly manifest: PackageManifest;
  readonly versions: Readonly<Record<string, string>>;
}

async function layOut({ rootDir, compiled, folder, name, manifest, versions }: Layout): Promise<void> {
  const dist = join(folder, 'dist');
  await copyIfThere(join(compiled, name, 'src'), dist);
  await copyIfThere(join(compiled, name, 'build'), join(dist, 'build'));
  await cp(join(rootDir, 'packages', name, 'README.md'), join(folder, 'README.md'));
  await cp(join(rootDir, 'LICENSE'), join(folder, 'LICENSE'));
  await inlineEntries({ rootDir, compiled, dist, name, manifest });
  await writeFile(
    join(folder, 'package.json'),
    `${JSON.stringify(publishedManifest(manifest, versions), undefined, 2)}\n`,
  );
}

async function tarballOf(folder: string, { name, version }: PackageManifest): Promise<string> {
  const destination = dirname(folder);
  const args = ['pack', folder, '--ignore-scripts', '--pack-destination', destination];
  const { status, stderr } = await runChild('npm', { args, cwd: destination, timeoutMs: 60_000 });
  if (status !== 0)
    throw new CommandError(`Cannot pack ${folder}: npm ended with status ${status}.\n${stderr}`);
  return join(destination, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
}

async function readManifest(folder: string): Promise<PackageManifest> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageManifest;
  for (const source of Object.values(manifest.exports)) if (source.endsWith('.ts')) compiledPath(source);
  return manifest;
}

async function copyIfThere(from: string, to: string): Promise<void> {
  if ((await filesIn(from)).length > 0) await cp(from, to, { recursive: true });
}

/** A folder given by mistake, such as the repository itself, is not to be emptied. */
async function requireReplaceable(outDir: string): Promise<void> {
  const files = await readdir(outDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw error;
  });
  if (files.length === 0 || files.includes(MARKER)) return;
  throw new CommandError(
    `Cannot pack into ${outDir}: it holds something else. Name an empty folder, or empty it.`,
  );
}
