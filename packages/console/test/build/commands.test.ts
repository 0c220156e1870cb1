import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { writeFiles } from './console-fixture.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

function run(script: string, ...args: readonly string[]) {
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', `scripts/${script}.ts`, ...args],
      { cwd: ROOT, timeout: 60_000 },
      (error, stdout, stderr) => resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe.each([
  ['dev', ['--port', '--twin']],
  ['build', ['--out', '--json']],
] as const)('npm run %s', (script, options) => {
  test('explains every option, and ends with 0', async () => {
    const { status, stdout } = await run(script, '--help');
    expect(status).toBe(0);
    for (const option of [...options, 'Examples:']) expect(stdout).toContain(option);
  });

  test('ends with 2 and the help when it is misused', async () => {
    const { status, stderr } = await run(script, '--nonsense');
    expect(status).toBe(2);
    expect(stderr).toContain("unknown option '--nonsense'");
    expect(stderr).toContain('Usage: npm run');
  });
});

test.each([
  ['dev', ['--port', '80'], /80 is not a port from 1024 to 65535/],
  ['dev', ['--twin', 'twin'], /twin is not the URL of a control API/],
  [
    'start',
    ['--allow-origin', 'http://localhost:3000/path'],
    /is not an origin, such as http:\/\/localhost:3000/,
  ],
  ['start', ['--allow-origin', '*'], /is not an origin/],
] as const)('npm run %s -- %j is misuse', async (script, args, message) => {
  const { status, stderr } = await run(script, ...args);
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
});

test('npm run build writes what is hosted, and prints JSON alone when it is asked to', async () => {
  const folder = await writeFiles({});
  const outDir = join(folder, 'dist');
  const { status, stdout } = await run('build', '--out', outDir, '--json');
  expect(status).toBe(0);
  const { firstLoadGzipBytes, budgetGzipBytes } = JSON.parse(stdout);
  expect(firstLoadGzipBytes).toBeGreaterThan(0);
  expect(firstLoadGzipBytes).toBeLessThanOrEqual(budgetGzipBytes);
  expect((await readdir(outDir)).sort()).toEqual(['amplify_outputs.json', 'assets', 'index.html']);
});

test("npm run build ends with 1 and one message when the folder holds somebody's files", async () => {
  const folder = await writeFiles({});
  await mkdir(join(folder, 'dist'));
  await writeFile(join(folder, 'dist/thesis.txt'), 'years of work');
  const { status, stderr } = await run('build', '--out', join(folder, 'dist'));
  expect(status).toBe(1);
  expect(stderr).toContain("it holds files that are not a build's (thesis.txt)");
  expect(stderr).not.toMatch(/^\s+at /m);
});
