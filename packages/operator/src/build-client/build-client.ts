import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from '@gsp/cli-kit';
import { type BundledEntry, bundleClient } from './bundle-client.ts';
import { clientManifest, clientPackageName, type RootManifest } from './client-manifest.ts';
import { compileClient, removeUnloaded } from './compile-client.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** The package that was built. */
export interface BuiltClient {
  readonly outDir: string;
  readonly entries: readonly BundledEntry[];
}

/** Most bytes that a page loads for the client, minified and gzipped, without `aws-amplify`. */
export const clientGzipBytesMax = 15_000;

/**
 * Builds the client as an npm package: what `npm publish` or `npm pack` takes as it stands.
 *
 * @param outDir - replaced as a whole, if it is empty or holds such a package
 * @throws {CommandError} when that folder holds anything else, when the client does not compile, or is too big for a
 * page
 */
export async function buildClient({ outDir }: { outDir: string }): Promise<BuiltClient> {
  await requireReplaceable(outDir);
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  await compileClient({ root, outDir });
  const rootManifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as RootManifest;
  const manifest = JSON.stringify(clientManifest(rootManifest), undefined, 2);
  await writeFile(path.join(outDir, 'package.json'), `${manifest}\n`);
  await copyFile(path.join(root, 'packages/client/README.md'), path.join(outDir, 'README.md'));
  await copyFile(path.join(root, 'LICENSE'), path.join(outDir, 'LICENSE'));
  const entries = await bundleClient({ root, outDir });
  await removeUnloaded(outDir, new Set(entries.flatMap(({ modules }) => modules)));
  for (const { entry, gzipBytes } of entries) requireSmall(entry, gzipBytes);
  return { outDir, entries };
}

function requireSmall(entry: string, gzipBytes: number): void {
  if (gzipBytes <= clientGzipBytesMax) return;
  throw new CommandError(
    `Cannot ship the entry "${entry}": a page would load ${gzipBytes} bytes, at most ${clientGzipBytesMax} are allowed. See what it has come to import`,
  );
}

/** A folder given by mistake, such as the repository itself, is not to be emptied. */
async function requireReplaceable(outDir: string): Promise<void> {
  const files = await readdir(outDir).catch(ifMissing([]));
  if (files.length === 0) return;
  const manifest = await readFile(path.join(outDir, 'package.json'), 'utf8').catch(ifMissing('{}'));
  const { name } = JSON.parse(manifest) as { readonly name?: unknown };
  if (name === clientPackageName) return;
  throw new CommandError(
    `Cannot build the client into ${outDir}: it holds something else, an empty folder is needed. Name another, or empty it`,
  );
}

function ifMissing<T>(fallback: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return fallback;
    throw error;
  };
}
