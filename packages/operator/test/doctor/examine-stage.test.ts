import { spawn } from 'node:child_process';
import { defineTopology } from '@gsp/platform/topology';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { testProject } from '../../../../test/project/test-project.ts';
import { examineStage } from '../../src/doctor/examine-cloud.ts';
import { AwsFault } from '../cloud/aws-wire.ts';
import { ACCOUNT, type Answers, startAccount, type WiredAccount } from './wired-account.ts';

const ROOT = await testProject();
const topology = defineTopology({
  project: 'shop',
  regions: ['eu-west-1', 'eu-central-1'],
  stages: { prod: { branch: 'main' }, 'release/2': {} },
});

let account: WiredAccount | undefined;

afterEach(async () => {
  await account?.wire.close();
  account = undefined;
  vi.unstubAllEnvs();
});

async function examined(stage: string, answers: Answers = {}) {
  account = await startAccount(answers);
  return examineStage(topology, stage, { rootDir: ROOT, cloud: account.cloud, entities: [] });
}

describe('examineStage()', () => {
  test('examineStage() calls a stage as the topology does, whatever it is called on AWS', async () => {
    const all = await examined('release/2');
    expect(new Set(all.map(({ stage }) => stage))).toEqual(new Set(['release/2']));
    expect(all.find(({ check }) => check === 'table')?.what).toMatch(/^shop-release-2-[0-9a-f]{8}-items/);
  });

  test('examineStage() looks at the stage of that name when it is deployed from another branch', async () => {
    const all = await examined('prod');
    expect(all.find(({ check }) => check === 'table')?.what).toMatch(/^shop-prod-items/);
  });

  test('examineStage() warns, and says what was not examined, when nobody is signed in', async () => {
    const all = await examined('prod', { 'sts.GetCallerIdentity': new AwsFault('ExpiredToken', 'old', 403) });
    expect(all[0]).toMatchObject({
      check: 'credentials',
      level: 'warning',
      why: expect.stringContaining('Not examined'),
    });
    expect(all.some(({ level }) => level === 'fault')).toBe(false);
  });

  test('examineStage() leaves a fault a fault when the regions are of different accounts', async () => {
    const answer = ({ region }: { region: string }) => ({
      Account: region === 'eu-west-1' ? ACCOUNT : '999988887777',
      Arn: 'arn',
      UserId: 'x',
    });
    const all = await examined('prod', { 'sts.GetCallerIdentity': answer });
    expect(all[0]).toMatchObject({ check: 'account', level: 'fault' });
  });

  test.each(['preview', 'sandbox'])('examineStage() asks nobody about stage %s', async (stage) => {
    const all = await examined(stage);
    expect(all).toMatchObject([{ level: 'note' }]);
    expect(account?.wire.calls).toEqual([]);
  });
});

describe('npm run doctor', () => {
  const report = z.object({
    isFit: z.boolean(),
    findings: z.array(z.object({ check: z.string(), level: z.string() })),
  });

  test('npm run doctor -- --stage asks AWS, and is content without an account', async () => {
    const { status, stdout } = await doctor(['--stage', 'main', '--json']);
    const { isFit, findings } = report.parse(JSON.parse(stdout));
    expect(findings).toContainEqual(expect.objectContaining({ check: 'credentials', level: 'warning' }));
    expect(findings).toContainEqual(expect.objectContaining({ check: 'tools', level: 'ok' }));
    expect({ status, isFit }).toEqual({ status: 0, isFit: true });
  });

  test.each([[['--stage', 'main', '--offline', '--json']], [['--json']]])(
    'npm run doctor -- %j asks nobody',
    async (args) => {
      const { stdout } = await doctor(args);
      const { findings } = report.parse(JSON.parse(stdout));
      expect(findings.map(({ check }) => check)).not.toContain('credentials');
      expect(findings.map(({ check }) => check)).toContain('failover budget');
    },
  );
});

/** Runs the command on the project of tests, as somebody who is signed in nowhere. */
function doctor(args: readonly string[]): Promise<{ status: number | null; stdout: string }> {
  const { AWS_PROFILE: _, AWS_ACCESS_KEY_ID: __, AWS_SECRET_ACCESS_KEY: ___, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/doctor.ts', ...args], {
    cwd: ROOT,
    env: {
      ...env,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  });
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout: Buffer.concat(parts).toString('utf8') }));
  });
}
