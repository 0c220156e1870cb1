import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { testProject } from '../../../../test/project/test-project.ts';
import { startAwsWire } from '../cloud/aws-wire.ts';
import { stackFixture } from '../cloud/stack-fixture.ts';
import { regionalApi, wellAnswers } from './regional-api.ts';

/** The commands as a person starts them: what stands on standard output, and the exit status. */
const ROOT = await testProject();

function command(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part) => {
    stdout += part;
  });
  child.stderr.on('data', (part) => {
    stderr += part;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

async function deployed() {
  const endpoints = {
    'eu-west-1': await regionalApi(wellAnswers('eu-west-1', 'abc')),
    'eu-central-1': await regionalApi(wellAnswers('eu-central-1', 'abc')),
  };
  const wire = await startAwsWire(({ action, region }) => {
    const endpoint = region === 'eu-west-1' ? endpoints['eu-west-1'] : endpoints['eu-central-1'];
    if (action === 'DescribeStacks') return { Stacks: [stackFixture({ region, revision: 'abc', endpoint })] };
    if (action === 'GetMetricData') return { MetricDataResults: [] };
    if (action === 'GetParameter') return { Parameter: undefined };
    if (action !== 'DescribeTable') return undefined;
    return {
      Table: { TableStatus: 'ACTIVE', Replicas: [{ RegionName: 'eu-central-1', ReplicaStatus: 'ACTIVE' }] },
    };
  });
  onTestFinished(() => wire.close());
  return wire;
}

test('npm run status exits 0 for a stage that is well, with nothing but JSON on standard output', async () => {
  const { env } = await deployed();
  const { code, stdout, stderr } = await command(['scripts/status.ts', '--stage', 'main', '--json'], env);
  expect(stderr).not.toMatch(/Cannot|Warning/);
  expect(JSON.parse(stdout)).toMatchObject({ isWell: true });
  expect(code).toBe(0);
});

test('npm run outputs -- --stage prints what is deployed', async () => {
  const { env } = await deployed();
  const { code, stdout } = await command(['scripts/outputs.ts', '--stage', 'main', '--json'], env);
  expect(Object.keys(JSON.parse(stdout).custom.API)).toHaveLength(2);
  expect(code).toBe(0);
});

test('npm run status exits 1 with one clear line where there are no credentials', async () => {
  const { code, stdout, stderr } = await command(['scripts/status.ts', '--stage', 'main'], {
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  expect(stderr).toMatch(/\nCannot .* in eu-\S+: no AWS credentials were found/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe('');
  expect(code).toBe(1);
});

test.each([
  [['scripts/status.ts'], "required option '--stage <name>' not specified"],
  [['scripts/outputs.ts', '--partial'], '--stage is needed'],
  [['scripts/outputs.ts', '--stage', 'main', '--check'], 'cannot be used with --stage'],
  [['scripts/outputs.ts', '--stage', 'main', '--branch', 'main'], 'cannot be used with --stage'],
  [['scripts/outputs.ts', '--stage', 'main', '--json', '--out', 'x'], 'one of them is needed'],
])('%j is misuse and exits 2', async (args, message) => {
  const { code, stderr } = await command(args, {});
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});
