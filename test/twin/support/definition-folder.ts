import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeDefinition } from '../../project/test-project.ts';

const ROOT = join(import.meta.dirname, '../../..');
const COPIED = [
  ...['amplify', 'scripts', 'src', 'amplify_outputs.json', 'package.json', 'package-lock.json'],
  ...['tsconfig.json', 'vitest.config.ts'],
];

/** A folder with a definition of its own, where `npm start` finds it. */
export interface DefinitionFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Copies what a team owns of this repository, with the definition of tests, into a folder of its own beside links to the packages. */
export async function copyRepository(): Promise<DefinitionFolder> {
  const path = await mkdtemp(join(tmpdir(), 'definition-'));
  for (const name of COPIED) await cp(join(ROOT, name), join(path, name), { recursive: true });
  for (const name of ['node_modules', 'packages']) await symlink(join(ROOT, name), join(path, name));
  await placeDefinition(path);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Copies this repository as a team would have it that has defined the entities and routes of `shop/`. */
export async function copyShop(): Promise<DefinitionFolder> {
  const folder = await copyRepository();
  await cp(join(import.meta.dirname, 'shop'), join(folder.path, 'amplify'), { recursive: true });
  return folder;
}
