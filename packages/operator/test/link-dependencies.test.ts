import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linkDependencies } from '../src/link-dependencies.ts';

let folder: string;
const here = () => join(folder, 'here');
const there = () => join(folder, 'there');

async function put(file: string, text: string): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, text);
}

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'link-dependencies-')));
  await put(join(here(), 'node_modules/zod/index.js'), 'zod');
  await put(join(here(), 'node_modules/@aws-sdk/client/index.js'), 'sdk');
  await put(join(here(), 'packages/platform/index.ts'), 'now');
  await put(join(here(), 'packages/platform/node_modules/odd/index.js'), 'odd');
  await mkdir(join(here(), 'node_modules/@gsp'));
  await symlink('../../packages/platform', join(here(), 'node_modules/@gsp/platform'));
  await put(join(there(), 'packages/platform/index.ts'), 'then');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a workspace of the other checkout is its own, not that of this one', async () => {
  await linkDependencies(here(), there());
  expect(await readFile(join(there(), 'node_modules/@gsp/platform/index.ts'), 'utf8')).toBe('then');
});

test('packages of the registry are those that are installed here, those of a workspace as well', async () => {
  await linkDependencies(here(), there());
  expect(await realpath(join(there(), 'node_modules/zod'))).toBe(join(here(), 'node_modules/zod'));
  expect(await readFile(join(there(), 'node_modules/@aws-sdk/client/index.js'), 'utf8')).toBe('sdk');
  expect(await readFile(join(there(), 'packages/platform/node_modules/odd/index.js'), 'utf8')).toBe('odd');
});

test('a checkout that was linked itself can be linked from', async () => {
  await linkDependencies(here(), there());
  const third = join(folder, 'third');
  await put(join(third, 'packages/platform/index.ts'), 'before');
  await linkDependencies(there(), third);
  expect(await readFile(join(third, 'node_modules/@gsp/platform/index.ts'), 'utf8')).toBe('before');
  expect(await readFile(join(third, 'node_modules/zod/index.js'), 'utf8')).toBe('zod');
});

test('packages that are installed above the project are linked, as Node finds them there', async () => {
  const [project, other] = [join(here(), 'apps/shop'), join(folder, 'other')];
  await put(join(project, 'packages/own/index.ts'), 'now');
  await put(join(other, 'packages/own/index.ts'), 'then');
  await symlink('../apps/shop/packages/own', join(here(), 'node_modules/own'));
  await linkDependencies(project, other);
  expect(await realpath(join(other, 'node_modules/zod'))).toBe(join(here(), 'node_modules/zod'));
  expect(await readFile(join(other, 'node_modules/own/index.ts'), 'utf8')).toBe('then');
  // A workspace beside the project is no part of what the other checkout holds.
  expect(await readFile(join(other, 'node_modules/@gsp/platform/index.ts'), 'utf8')).toBe('now');
});

test('a checkout without any installed package gives none', async () => {
  await rm(join(here(), 'node_modules'), { recursive: true });
  await linkDependencies(here(), there());
  await expect(readdir(join(there(), 'node_modules'))).rejects.toThrow(/ENOENT/);
});
