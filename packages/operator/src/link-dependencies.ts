import { existsSync } from 'node:fs';
import { mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';

/**
 * Gives another checkout of a project the packages that are installed for this one, by links.
 *
 * Not by one link to `node_modules`: npm links the workspaces of a project into it, and the other checkout would then run
 * this one's. A workspace is linked to the other checkout's own folder:
 *
 *     node_modules/zod            -> rootDir/node_modules/zod
 *     node_modules/@gsp/platform  -> dir/packages/platform, which is the other checkout's
 *
 * Packages may be installed in a folder above the project, where Node finds them too; the other checkout lies elsewhere
 * and would not. Where none are installed at all there are none to link: both checkouts then run without.
 */
export async function linkDependencies(rootDir: string, dir: string): Promise<void> {
  const installed = nearestNodeModules(rootDir);
  if (installed !== undefined) await linkEntries(installed, join(dir, 'node_modules'), { rootDir, dir });
}

/** As Node looks for them: in the folder itself, then in each one above it. */
function nearestNodeModules(folder: string): string | undefined {
  const candidate = join(folder, 'node_modules');
  if (existsSync(candidate)) return candidate;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestNodeModules(parent);
}

/** Where a checkout lies, and the one that is to have the same packages. */
interface Checkouts {
  readonly rootDir: string;
  readonly dir: string;
}

async function linkEntries(from: string, to: string, checkouts: Checkouts): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    const workspace = entry.isSymbolicLink()
      ? workspaceOf(checkouts.rootDir, resolve(from, await readlink(source)))
      : undefined;
    if (workspace !== undefined) await linkWorkspace(workspace, target, checkouts);
    else if (entry.isDirectory() && entry.name.startsWith('@')) await linkEntries(source, target, checkouts);
    else await symlink(source, target);
  }
}

/** The path of a linked folder below the checkout, or nothing where it is none of the checkout's workspaces. */
function workspaceOf(rootDir: string, linked: string): string | undefined {
  const path = relative(rootDir, linked);
  const isInside = path !== '' && !isAbsolute(path) && !path.startsWith('..');
  return isInside && !path.split(/[/\\]/).includes('node_modules') ? path : undefined;
}

async function linkWorkspace(workspace: string, target: string, { rootDir, dir }: Checkouts): Promise<void> {
  await symlink(join(dir, workspace), target);
  // What could not be hoisted lies in the workspace itself.
  const own = join(rootDir, workspace, 'node_modules');
  if (existsSync(own) && existsSync(join(dir, workspace)))
    await symlink(own, join(dir, workspace, 'node_modules'));
}
