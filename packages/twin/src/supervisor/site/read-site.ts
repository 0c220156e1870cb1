import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TwinError } from '../../twin-error.ts';
import { type SiteFile, siteFile } from './site-file.ts';

/** A hundred times what a console weighs: whoever hands in more has named the wrong folder. */
const SITE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Reads every regular file under a folder, by its path from there with a leading slash. Symbolic links are left out,
 * those to folders too.
 *
 * @throws {TwinError} `ConsoleUnusable` when it cannot be read, has no `index.html`, or is over 64 MiB
 */
export async function readStack(folder: string): Promise<ReadonlyMap<string, SiteFile>> {
  const paths = await filesBelow(folder, '').catch((cause: unknown) => {
    throw unusable(folder, 'it cannot be read', { cause });
  });
  if (!paths.includes('/index.html')) throw unusable(folder, 'it has no index.html');
  const sizes = await Promise.all(paths.map(async (path) => (await stat(join(folder, path))).size));
  if (sizes.reduce((sum, size) => sum + size, 0) > SITE_BYTES_MAX)
    throw unusable(folder, `it holds more than ${SITE_BYTES_MAX} bytes`);
  return new Map(
    await Promise.all(
      paths.map(async (path) => [path, siteFile(path, await readFile(join(folder, path)))] as const),
    ),
  );
}

/** An entry's kind is that of the entry itself and not of what it leads to, so that a link is neither file nor folder. */
async function filesBelow(folder: string, prefix: string): Promise<string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = `${prefix}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(folder, path);
      return entry.isFile() ? [path] : [];
    }),
  );
  return found.flat();
}

function unusable(folder: string, state: string, options?: ErrorOptions): TwinError {
  return new TwinError(
    'ConsoleUnusable',
    `Cannot serve the console from ${folder}: ${state}, a folder with a built page is needed. Start with --no-console to go without.`,
    options,
  );
}
