import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** Builds kept beyond those in use: the last few sources, so that going back is free. */
const KEPT_BUILDS = 12;

/** Who uses a build reads it for as long as it runs; one used this recently is never removed. */
const IN_USE_MS = 60 * 60 * 1_000;

const BUILD_DIR = /^[0-9a-f]{32}$/;
const UNFINISHED_DIR = /^unfinished-/;

/**
 * Fingerprint of everything that decides what is built: names and contents of the given files and
 * folders, and `facts`. Folders are taken whole; what is missing counts as missing.
 */
export async function fingerprintOf(paths: readonly string[], facts: readonly string[]): Promise<string> {
  const files = (await Promise.all(paths.map(filesOf))).flat().sort();
  // An editor's temporary file may be gone by now; then it counts as missing.
  const contents = await Promise.all(files.map((file) => readFile(file).catch(() => undefined)));
  const hash = createHash('sha256').update(JSON.stringify(facts));
  files.forEach((file, index) => {
    const content = contents[index];
    if (content !== undefined) hash.update(JSON.stringify([file, content.length])).update(content);
  });
  return hash.digest('hex').slice(0, 32);
}

/** The finished build of that fingerprint, marked as used just now, or undefined. */
export async function findBuild(cacheDir: string, fingerprint: string): Promise<string | undefined> {
  const dir = join(cacheDir, fingerprint);
  try {
    await access(join(dir, 'manifest.json'));
    const now = new Date();
    await utimes(dir, now, now);
    return dir;
  } catch {
    return undefined;
  }
}

/**
 * Makes the build of that fingerprint and returns its folder, or undefined where `make` says that it
 * shall not be kept. It appears there whole or not at all:
 *
 *     this process   write unfinished-a ........ rename to <fingerprint>
 *     another one       write unfinished-b ........................ rename refused: take the first one
 */
export async function keepBuild(
  cacheDir: string,
  fingerprint: string,
  make: (outDir: string) => Promise<boolean>,
): Promise<string | undefined> {
  const unfinished = join(cacheDir, `unfinished-${process.pid}-${randomUUID()}`);
  const finished = join(cacheDir, fingerprint);
  await mkdir(unfinished, { recursive: true });
  try {
    if (await make(unfinished)) await rename(unfinished, finished);
    else return await discard(unfinished);
  } catch (error) {
    await discard(unfinished);
    if (isTaken(error) && (await findBuild(cacheDir, fingerprint))) return finished;
    throw error;
  }
  return finished;
}

/** Removes builds that nobody has used for long, and what processes that died left unfinished. */
export async function pruneBuilds(cacheDir: string, now = Date.now()): Promise<void> {
  const names = await readdir(cacheDir).catch(() => []);
  const dirs = await Promise.all(
    names
      .filter((name) => BUILD_DIR.test(name) || UNFINISHED_DIR.test(name))
      .map(async (name) => ({ name, usedMs: await usedAt(join(cacheDir, name)) })),
  );
  const old = dirs.filter(({ usedMs }) => now - usedMs > IN_USE_MS);
  const kept = dirs
    .filter(({ name }) => BUILD_DIR.test(name))
    .sort((a, b) => b.usedMs - a.usedMs)
    .slice(0, KEPT_BUILDS);
  const gone = old.filter((dir) => !kept.includes(dir));
  await Promise.all(gone.map(({ name }) => rm(join(cacheDir, name), { recursive: true, force: true })));
}

async function discard(dir: string): Promise<undefined> {
  await rm(dir, { recursive: true, force: true });
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return found ? [path] : [];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function usedAt(dir: string): Promise<number> {
  return (await stat(dir).catch(() => undefined))?.mtimeMs ?? 0;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
}
