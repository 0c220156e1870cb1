import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findProjectDir, loadProject } from '../src/project.ts';

let dir: string;

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'project-')));
  await mkdir(join(dir, 'amplify/functions'), { recursive: true });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const write = (file: string, text: string) => writeFile(join(dir, file), text);

describe('loadProject()', () => {
  test('reads the topology of the folder that it is given', async () => {
    await write(
      'amplify/topology.ts',
      "export const topology = { project: 'shop', regions: ['eu-west-1'] };",
    );
    const project = await loadProject(dir);
    expect(project).toMatchObject({ rootDir: dir, topology: { project: 'shop' } });
  });

  test('lets through what a topology that does not hold says', async () => {
    await write('amplify/topology.ts', "throw new Error('Cannot use the topology: 2 issues');");
    await expect(loadProject(dir)).rejects.toThrow('Cannot use the topology: 2 issues');
  });

  test.each([
    ['there is no file', undefined, /there is no .*amplify\/topology\.ts/],
    ['it exports nothing of that name', 'export const other = 1;', /does not export one/],
  ])('says so where %s', async (_, text, message) => {
    if (text !== undefined) await write('amplify/topology.ts', text);
    await expect(loadProject(dir)).rejects.toMatchObject({ name: 'CommandError' });
    await expect(loadProject(dir)).rejects.toThrow(message);
  });
});

describe('findProjectDir()', () => {
  test('finds the nearest folder upwards that has a backend', async () => {
    await write('amplify/backend.ts', '');
    expect(findProjectDir(join(dir, 'amplify/functions'))).toBe(dir);
    expect(findProjectDir(dir)).toBe(dir);
  });

  test('says where it looked when there is none', () => {
    expect(() => findProjectDir(dir)).toThrow(`neither ${dir} nor a folder above it has amplify/backend.ts`);
  });
});
