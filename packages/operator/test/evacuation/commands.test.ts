import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeTwin, startFakeTwin } from './fake-twin.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(script: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', `scripts/${script}.ts`, ...args],
      { cwd: ROOT, timeout: 60_000 },
      (error, stdout, stderr) => resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

let twin: FakeTwin;
beforeAll(async () => {
  twin = await startFakeTwin();
});
afterAll(() => twin.close());

describe('npm run evacuate', () => {
  test('npm run evacuate prints nothing but JSON on standard output when it is asked to, and progress beside it', async () => {
    const args = ['eu-west-1', '--reason', 'test', '--for', '2m', '--twin', `${twin.control}/`, '--json'];
    const { status, stdout, stderr } = await run('evacuate', ...args);
    expect(stderr).toContain('Traffic has left eu-west-1');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      via: 'eu-central-1',
      evacuation: { region: 'eu-west-1', reason: 'test', inForce: true },
      moved: { cachesSeconds: expect.any(Number) },
    });
    const list = await run('evacuate', '--list', '--twin', twin.control);
    expect(list.stdout).toMatch(/Evacuated.*Until/);
    const restored = await run('restore', 'eu-west-1', '--twin', twin.control);
    expect(restored.status).toBe(0);
    expect(restored.stdout).toMatch(/In service +│ eu-west-1/);
  });

  test.each([
    [['eu-west-1'], /required option '--reason <text>' not specified/],
    [['--reason', 'x'], /missing required argument 'region'/],
    [['eu-west-1', '--reason', ' '], /A reason has 1 to 200 characters/],
    [['eu-west-1', '--reason', 'x', '--for', '5s'], /5s is not within 1m and 24h/],
    [
      ['eu-west-1', '--reason', 'x', '--twin', 'http://x', '--target', 'y'],
      /cannot be used with option '--twin/,
    ],
    [['eu-west-1', '--reason', 'x', '--nonsense'], /unknown option '--nonsense'/],
  ])('npm run evacuate -- %j ends with status 2 and the help', async (args, message) => {
    const { status, stderr } = await run('evacuate', ...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toContain('Usage: npm run evacuate --');
  });

  test('npm run evacuate ends with status 1 and one clear message when there is no such region', async () => {
    const { status, stderr, stdout } = await run('evacuate', 'mars', '--reason', 'x', '--twin', twin.control);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/Cannot evacuate mars: 'mars' is no region of this platform/);
  });
});

describe('npm run doctor', () => {
  test('npm run doctor finds this checkout fit and prints JSON when it is asked to', async () => {
    const { status, stdout } = await run('doctor', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ isFit: true });
  });
});
