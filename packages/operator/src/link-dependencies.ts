import { existsSync } from 'node:fs';
import { mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';

/**
 * Gives another checkout of a project the packages that are installed in this one, by links.
 *
 * Not by one link to `node_modules`: npm links the workspaces of a project into it, and the other checkout would then run
 * this one's. A workspace is linked to the other checkout's own folder:
 *
 *     node_modules/zod            -> rootDir/node_modules/zod
 *     node_modules/@gsp/platform  -> ../../packages/platform, which is the other checkout's
 */
export async function linkDependencies(rootDir: string, dir: string): Promise<void> {
  await linkEntries(join(rootDir, 'node_modules'), join(dir, 'node_modules'), { rootDir, dir });
}

async function linkEntries(
  from: string,
  to: string,
  { rootDir, dir }: { readonly rootDir: string; readonly dir: string },
): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory() && entry.name.startsWith('@'))
      await linkEntries(source, target, { rootDir, dir });
    else if (entry.isSymbolicLink() && !isAbsolute(await readlink(source)))
      await linkWorkspace(source, target, { from, rootDir, dir });
    else await symlink(source, target);
  }
}

async function linkWorkspace(
  source: string,
  target: string,
  { from, rootDir, dir }: { readonly from: string; readonly rootDir: string; readonly dir: string },
): Promise<void> {
  const link = await readlink(source);
  await symlink(link, target);
  // What could not be hoisted lies in the workspace itself.
  const workspace = relative(rootDir, resolve(from, link));
  const own = join(rootDir, workspace, 'node_modules');
  if (existsSync(own) && existsSync(join(dir, workspace)))
    await symlink(own, join(dir, workspace, 'node_modules'));
}
