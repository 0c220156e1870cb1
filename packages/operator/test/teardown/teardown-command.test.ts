import { spawn } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { testProject } from '../../../../test/project/test-project.ts';
import { type AwsWire, startAwsWire } from '../cloud/aws-wire.ts';
import { FakeAws, isMutating } from './fake-aws.ts';

/** Goal: what a person or a pipeline sees of `npm run teardown`. Method: the real process, without a terminal, against a world in memory. */

const ROOT = await testProject();

async function openWorld(): Promise<{ aws: FakeAws; wire: AwsWire }> {
  const aws = new FakeAws();
  const wire = await startAwsWire(aws.answer);
  onTestFinished(() => wire.close());
  // The primary is all that stands: each region takes seconds, since the command asks as seldom as it does on AWS.
  aws.deploy({ project: 'gsp', stage: 'dev', regions: ['eu-west-1'] });
  return { aws, wire };
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function teardown(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/teardown.ts', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (status) => resolve({ status, stdout, stderr })),
  );
  return { child, ended };
}

describe('npm run teardown', { timeout: 60_000 }, () => {
  test('is misused when there is nobody to confirm', async () => {
    const { wire } = await openWorld();
    const { status, stderr } = await teardown(['--stage', 'dev'], wire.env).ended;
    expect(status).toBe(2);
    expect(stderr).toContain('--yes-delete dev');
    expect(wire.calls).toEqual([]);
  });

  test('is misused when no stage is named, or a region is empty', async () => {
    expect((await teardown([], {}).ended).status).toBe(2);
    expect((await teardown(['--stage', 'dev', '--regions', 'eu-west-1,'], {}).ended).status).toBe(2);
  });

  test('fails and changes nothing when another stage was confirmed', async () => {
    const { wire } = await openWorld();
    const { status, stderr } = await teardown(['--stage', 'dev', '--yes-delete', 'main'], wire.env).ended;
    expect(status).toBe(1);
    expect(stderr).toContain('Nothing was changed');
    expect(wire.calls.filter(isMutating)).toEqual([]);
  });

  test('prints the plan as JSON and nothing else on standard output when it is a dry run', async () => {
    const { wire } = await openWorld();
    const { status, stdout, stderr } = await teardown(['--stage', 'dev', '--dry-run', '--json'], wire.env)
      .ended;
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as { isDryRun: boolean; plan: { steps: { kind: string }[] } };
    expect(report.isDryRun).toBe(true);
    expect(report.plan.steps.map(({ kind }) => kind)).toEqual(['stack', 'stack', 'parameter']);
    expect(stderr).toContain("Teardown of 'dev'");
    expect(wire.calls.filter(isMutating)).toEqual([]);
  });

  test('takes the stage away when a machine confirms it', async () => {
    const { aws, wire } = await openWorld();
    const { status, stdout } = await teardown(['--stage', 'dev', '--yes-delete', 'dev'], wire.env).ended;
    expect(status).toBe(0);
    expect(stdout).toContain('3 of 3 steps done.');
    expect(stdout).toContain('Nothing else is left.');
    expect(aws.roots).toEqual([]);
    expect([...aws.parameters]).toEqual([]);
  });

  test('fails with one line when a region is not in the topology', async () => {
    const { wire } = await openWorld();
    const { status, stderr } = await teardown(
      ['--stage', 'dev', '--regions', 'ap-south-1', '--dry-run'],
      wire.env,
    ).ended;
    expect(status).toBe(1);
    expect(stderr).toContain('ap-south-1');
    expect(stderr).not.toContain('    at ');
  });

  test('gives the lock back and fails when it is interrupted; the next run goes on', async () => {
    const { aws, wire } = await openWorld();
    aws.intercept = ({ action, region }) => {
      if (action === 'DeleteStack' && region === 'eu-west-1') child.kill('SIGINT');
      return undefined;
    };
    const { child, ended } = teardown(['--stage', 'dev', '--yes-delete', 'dev'], wire.env);
    const { status, stderr } = await ended;
    expect(status).toBe(1);
    expect(stderr).toContain('told to end (SIGINT)');
    expect(aws.parameters.has('eu-west-1/gsp/dev/deploy-lock')).toBe(false);
    aws.intercept = () => undefined;
    const again = await teardown(['--stage', 'dev', '--yes-delete', 'dev', '--json'], wire.env).ended;
    expect(again.status).toBe(0);
    expect(aws.roots).toEqual([]);
  });
});
