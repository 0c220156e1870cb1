import { existsSync } from 'node:fs';
import { access, cp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, findBuild, fingerprintOf, keepBuild, pruneBuilds } from '@gsp/cli-kit';
import { z } from 'zod';
import { buildConsoleInProcess } from './console-build-process.ts';

/** What {@link buildConsole} is asked for. */
export interface BuildConsoleOptions {
  /** The project, whose lock file decides on packages. @default - the current folder */
  readonly rootDir?: string;
  /** Folder with `index.html`. @default - the console's own */
  readonly root?: string;
  /** @default '.amplify/console' */
  readonly cacheDir?: string;
  /** @default 60000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A built console. */
export interface BuiltConsole {
  /** Folder to serve at the root of an origin. */
  readonly siteDir: string;
  /** Files in it that a browser loads before the page shows anything. */
  readonly firstLoad: readonly string[];
  /** Whether nothing has changed since it was made. */
  readonly fromCache: boolean;
}

/** Where this package is, and those beside it. */
const PACKAGES_DIR = fileURLToPath(new URL('../../', import.meta.url));

/** Everything but the page's own folder that decides what is built, this step included. */
const SOURCES = [
  'client/src',
  'platform/src/contract',
  'twin/src',
  'console/build/vite.config.ts',
  'console/build/build-console-child.ts',
].map((path) => join(PACKAGES_DIR, path));

/** The page as a tarball of this package carries it. In the repository there is none: the page is built from its source. */
const PACKED = fileURLToPath(new URL('../packed', import.meta.url));

const ATTEMPTS_MAX = 3;
const MANIFEST = 'manifest.json';
const SITE = 'site';

const manifestSchema = z.object({ firstLoad: z.array(z.string()) });

/**
 * Builds the console for production. Unchanged since some build that is still kept, it is found in the cache, which takes
 * milliseconds; processes that build at the same time end up with the same folder.
 *
 * @throws {CommandError} where the source is wrong or the build takes too long; the cache keeps only whole builds
 * @throws the signal's reason, where it aborts
 */
export async function buildConsole(options: BuildConsoleOptions = {}): Promise<BuiltConsole> {
  if (options.root === undefined && existsSync(join(PACKED, MANIFEST))) return builtIn(PACKED, true);
  const {
    rootDir = process.cwd(),
    root = join(PACKAGES_DIR, 'console/src'),
    cacheDir = join(rootDir, '.amplify/console'),
    timeoutMs = 60_000,
    signal = new AbortController().signal,
  } = options;
  await requirePage(root);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const built = await buildUnchanged({ rootDir, root, cacheDir, timeoutMs, signal });
    if (built === undefined) continue;
    await pruneBuilds(cacheDir);
    return built;
  }
  throw new CommandError(
    `Cannot build the console: its files changed during each of ${ATTEMPTS_MAX} attempts. Try again when they are at rest.`,
    { code: 'BuildFailed' },
  );
}

/** Puts the built page into the folder of this package that becomes its tarball. */
export async function addConsoleSite(folder: string): Promise<void> {
  const { siteDir } = await buildConsole();
  await cp(dirname(siteDir), join(folder, 'dist/packed'), { recursive: true });
}

async function requirePage(root: string): Promise<void> {
  const page = join(root, 'index.html');
  await access(page).catch((cause: unknown) => {
    throw new CommandError(`Cannot build the console: there is no ${page}, it is what is built.`, {
      code: 'BuildFailed',
      cause,
    });
  });
}

/**
 * The console, or undefined where a file changed before it was done: nobody can tell then which version of the file went
 * into it, and it must not be found under either's fingerprint.
 */
async function buildUnchanged({
  rootDir,
  root,
  cacheDir,
  timeoutMs,
  signal,
}: Required<BuildConsoleOptions>): Promise<BuiltConsole | undefined> {
  const sources = [root, ...SOURCES, join(rootDir, 'package-lock.json')];
  const fingerprint = await fingerprintOf(sources, []);
  const known = await findBuild(cacheDir, fingerprint);
  if (known !== undefined) return builtIn(known, true);
  const made = await keepBuild(cacheDir, fingerprint, async (outDir) => {
    const report = await buildConsoleInProcess({
      rootDir,
      root,
      outDir: join(outDir, SITE),
      timeoutMs,
      signal,
    });
    requireCovered(report.sources, { sources, rootDir });
    await writeFile(join(outDir, MANIFEST), JSON.stringify({ firstLoad: report.firstLoad }));
    return (await fingerprintOf(sources, [])) === fingerprint;
  });
  return made === undefined ? undefined : builtIn(made, false);
}

/** A file that went into the build and not into its fingerprint could change without anybody building anew. */
function requireCovered(
  taken: readonly string[],
  { sources, rootDir }: { readonly sources: readonly string[]; readonly rootDir: string },
): void {
  const stray = taken.find(
    (file) => !sources.some((source) => file === source || file.startsWith(source + sep)),
  );
  if (stray === undefined) return;
  throw new CommandError(
    `Cannot build the console: it imports ${relative(rootDir, stray)}, which its fingerprint does not cover. ` +
      'Import it from where the console may, or add its folder to SOURCES in packages/console/build/build-console.ts.',
    { code: 'BuildFailed' },
  );
}

async function builtIn(folder: string, fromCache: boolean): Promise<BuiltConsole> {
  const { firstLoad } = manifestSchema.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
  return { siteDir: join(folder, SITE), firstLoad, fromCache };
}
