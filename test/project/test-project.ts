import { mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { oneAtATime } from '../backend/one-at-a-time.ts';

const ROOT_DIR = fileURLToPath(new URL('../../', import.meta.url));

/** What of the repository the project of tests has in common with the one that is committed. */
const SHARED = [
  'packages',
  'scripts',
  'src',
  'node_modules',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/** What a team makes its own: tests have theirs, whose expectations hold whatever a team writes. */
const OWN: Readonly<Record<string, string>> = {
  'topology.ts': await readFile(join(import.meta.dirname, 'topology.ts'), 'utf8'),
  'entities/index.ts': 'export {};\n',
  'routes/index.ts': 'export {};\n',
};

/**
 * The project that tests of the whole are about: the backend of this repository in a topology of its own, and nothing defined.
 * It is made where it is missing and brought up to date where it is old; what is as it should be stays untouched, so that a
 * twin that follows it sees nothing change.
 *
 * @returns its folder, from which commands run as in any project
 */
export async function testProject(): Promise<string> {
  const dir = join(ROOT_DIR, '.amplify/project-of-tests');
  await oneAtATime(`${dir}.lock`, async () => {
    await placeDefinition(dir);
    for (const name of SHARED) await link(join(ROOT_DIR, name), join(dir, name));
  });
  return dir;
}

/** Puts the definition of tests into `amplify/` of a folder, in place of what is there. */
export async function placeDefinition(dir: string): Promise<void> {
  const [source, target] = [join(ROOT_DIR, 'amplify'), join(dir, 'amplify')];
  await mkdir(target, { recursive: true });
  const isOwn = (file: string) => /^(entities|routes)\//.test(file) || file === 'topology.ts';
  const shared = (await filesIn(source)).filter((file) => !isOwn(file));
  const wanted = [...shared, ...Object.keys(OWN)];
  for (const file of await filesIn(target)) if (!wanted.includes(file)) await rm(join(target, file));
  for (const file of wanted)
    await write(join(target, file), OWN[file] ?? (await readFile(join(source, file), 'utf8')));
}

async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
}

/** Whole or not at all: another process may read it at this moment. */
async function write(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

async function link(from: string, to: string): Promise<void> {
  if ((await readlink(to).catch(() => undefined)) === from) return;
  await rm(to, { recursive: true, force: true });
  await symlink(from, to);
}
