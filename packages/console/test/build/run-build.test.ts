import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, terminal } from '@gsp/cli-kit';
import { describe, expect, test, vi } from 'vitest';
import { runBuild } from '../../build/run-build.ts';
import { writeFiles, writePage } from './console-fixture.ts';

const OUTPUTS = '{"version":"1.4"}\n';

/** A page, where to build it, and what was printed: the folder does not exist yet. */
async function prepare(changed: Readonly<Record<string, string>> = {}) {
  const page = await writePage(changed);
  const folder = await writeFiles({ 'amplify_outputs.json': OUTPUTS });
  const options = { outDir: join(folder, 'dist'), outputs: join(folder, 'amplify_outputs.json'), json: true };
  const printed: string[] = [];
  vi.spyOn(terminal, 'print').mockImplementation((text) => void printed.push(text));
  return { page, options, printed, folder };
}

const failureOf = async (work: Promise<void>): Promise<unknown> => work.catch((error: unknown) => error);

describe('runBuild()', () => {
  test('writes the page with its outputs, replaces the build before, and prints what weighs what', async () => {
    const { page, options, printed } = await prepare();
    await runBuild(options, page);
    const first = await readdir(join(options.outDir, 'assets'));
    expect((await readdir(options.outDir)).sort()).toEqual(['amplify_outputs.json', 'assets', 'index.html']);
    expect(await readFile(join(options.outDir, 'amplify_outputs.json'), 'utf8')).toBe(OUTPUTS);

    const { files, firstLoadGzipBytes, budgetGzipBytes } = JSON.parse(printed[0] ?? '');
    expect(budgetGzipBytes).toBe(250_000);
    expect(files.map(({ path }: { path: string }) => path).sort()).toEqual(
      ['index.html', ...first.map((name) => `assets/${name}`)].sort(),
    );
    const sum = (files as { isFirstLoad: boolean; gzipBytes: number }[])
      .filter(({ isFirstLoad }) => isFirstLoad)
      .reduce((bytes, file) => bytes + file.gzipBytes, 0);
    expect(firstLoadGzipBytes).toBe(sum);

    await writeFile(join(page.root, 'shared.ts'), `export const shared = 'changed';`);
    await runBuild({ ...options, json: false }, page);
    expect(await readdir(join(options.outDir, 'assets'))).not.toEqual(first);
    expect(printed.join('\n')).toMatch(/index\.html +0\.\d kB {2}gzip +0\.\d kB {2}first load/);
    expect(printed.join('\n')).toMatch(/First load: \d\.\d kB by gzip, of 250\.0 kB allowed/);
  });

  test('fails over the budget of the first load, and writes nothing', async () => {
    const ballast = randomBytes(260_000).toString('base64');
    const { page, options } = await prepare({ 'shared.ts': `export const shared: string = '${ballast}';` });
    const error = await failureOf(runBuild(options, page));
    expect(error).toBeInstanceOf(CommandError);
    expect(String(error)).toMatch(/its first load is \d{3}\.\d kB by gzip, 250\.0 kB at most are allowed/);
    await expect(readdir(options.outDir)).rejects.toThrow('ENOENT');
  });

  test('does not count what is loaded later', async () => {
    const ballast = randomBytes(260_000).toString('base64');
    const { page, options } = await prepare({ 'later.ts': `export const later = () => '${ballast}';` });
    await runBuild(options, page);
    expect(await readdir(options.outDir)).toContain('index.html');
  });

  test('fails with the remedy before it builds when the outputs are missing or broken', async () => {
    const { page, options, folder } = await prepare();
    await writeFile(join(folder, 'broken.json'), '{');
    for (const [name, state] of [
      ['absent.json', 'cannot be read'],
      ['broken.json', 'is no JSON'],
    ] as const) {
      const error = await failureOf(runBuild({ ...options, outputs: join(folder, name) }, page));
      expect(error).toMatchObject({ name: 'CommandError', code: 'OutputsUnusable' });
      expect(String(error)).toContain(`${join(folder, name)} ${state}`);
      expect(String(error)).toContain('npm run outputs');
    }
    expect(await readdir(page.cacheDir)).toEqual([]);
  });

  test("leaves a folder alone that holds somebody's files", async () => {
    const { page, options } = await prepare();
    await mkdir(options.outDir);
    await writeFile(join(options.outDir, 'thesis.txt'), 'years of work');
    const error = await failureOf(runBuild(options, page));
    expect(error).toMatchObject({ name: 'CommandError', code: 'FolderInUse' });
    expect(String(error)).toContain('thesis.txt');
    expect(await readdir(options.outDir)).toEqual(['thesis.txt']);
  });
});
