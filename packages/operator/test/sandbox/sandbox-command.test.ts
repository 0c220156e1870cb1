import { execFile } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { testProject } from '../../../../test/project/test-project.ts';
import { startAwsWire } from '../cloud/aws-wire.ts';
import { FakeAws } from '../teardown/fake-aws.ts';
import { fakeAmpx } from './fake-ampx.ts';

const ROOT = await testProject();

/** The real command, with the topology of tests, which gives sandboxes one region. */
function sandbox(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'scripts/sandbox.ts', ...args],
      { cwd: ROOT, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } },
      (_, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}

test('npm run sandbox says that it does not watch', async () => {
  const { status, stdout } = await sandbox(['--help']);
  expect(status).toBe(0);
  expect(stdout).toContain('does not watch');
  expect(stdout).toContain('npx ampx sandbox');
}, 30_000);

test('npm run sandbox fails with the lines to write when the topology gives sandboxes one region', async () => {
  const { status, stderr } = await sandbox(['--identifier', 'kim', '--regions', 'eu-west-1,eu-central-1']);
  expect(status).toBe(1);
  expect(stderr).toContain("sandbox: { regions: ['eu-west-1', 'eu-central-1'] },");
  expect(stderr).not.toContain('    at ');
}, 30_000);

test('npm run sandbox is misused when an option is unknown', async () => {
  expect((await sandbox(['--watch'])).status).toBe(2);
}, 30_000);

test('npm run sandbox -- --delete prints JSON and nothing else on standard output', async () => {
  const wire = await startAwsWire(new FakeAws().answer);
  onTestFinished(() => wire.close());
  const ampx = await fakeAmpx(() => ({}));
  const { status, stdout } = await sandbox(['--identifier', 'kim', '--delete', '--json'], wire.env);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ stage: 'sandbox-kim', deleted: [], leftovers: [] });
  expect(ampx.starts).toEqual([]);
}, 30_000);
