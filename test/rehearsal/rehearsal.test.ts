import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPlatformClient } from '../../src/client/fetch.ts';
import { whyNoPython } from '../python/python-environment.ts';
import { type Checkout, checkOut } from './checkout.ts';
import { bootstrapRegion } from './emulator/bootstrap-region.ts';
import { type Emulator, startEmulator } from './emulator/start-emulator.ts';

const REGIONS = ['eu-west-1', 'eu-central-1'] as const;
const [PRIMARY, SECONDARY] = REGIONS;

/** The lines that each step stands for are in README.md and docs/deploying.md. */
const STAGE = ['--stage', 'main'];

/** Two deployments and their proofs, on a machine that has others to serve. */
const COMMAND_LIMIT_MS = 400_000;

const unable = await whyNoPython();
if (unable !== null) console.error(`\n*** THE REHEARSAL OF A DEPLOYMENT WAS SKIPPED: ${unable} ***\n`);

let emulator: Emulator;
let checkout: Checkout;

interface Ended {
  /** Exit status, or the signal that ended it. */
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookS: number;
}

/** Runs a command of the platform as a person does, in the checkout, against the emulator. */
function npm(script: string, args: readonly string[] = []): Promise<Ended> {
  const startedAt = performance.now();
  const child = spawn('npm', ['run', '--silent', script, '--', ...args], {
    cwd: checkout.dir,
    env: emulator.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that everything below it ends with it.
    detached: true,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const timer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), COMMAND_LIMIT_MS);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const tookS = (performance.now() - startedAt) / 1000;
      resolve({ status: code ?? String(signal), stdout, stderr, tookS });
    });
  });
}

async function stackOf(region: string): Promise<Stack | undefined> {
  const client = new CloudFormationClient(clientOf(region));
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
  client.destroy();
  return Stacks.find(({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === 'stage' && Value === 'main'));
}

function clientOf(region: string) {
  return {
    region,
    endpoint: emulator.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
}

/** What the API of each Region says to an unknown route, which the second revision says differently. */
const remedies = () =>
  Promise.all(
    REGIONS.map(async (region) => {
      const answer = await fetch(`${emulator.endpoints[region]}/nowhere`, {
        signal: AbortSignal.timeout(20_000),
      });
      return String(((await answer.json()) as { remedy?: unknown }).remedy);
    }),
  );

const liveRevisions = () =>
  Promise.all(
    REGIONS.map(async (region) => {
      const answer = await fetch(`${emulator.endpoints[region]}/health/live`, {
        signal: AbortSignal.timeout(20_000),
      });
      return ((await answer.json()) as { revision?: unknown }).revision;
    }),
  );

describe.skipIf(unable !== null)('the road to AWS', () => {
  let first = '';
  let second = '';
  const report: string[] = [];

  beforeAll(async () => {
    [emulator, checkout] = await Promise.all([startEmulator(REGIONS), checkOut()]);
    first = await checkout.revision();
  });
  afterAll(async () => {
    console.log(`\nRehearsal, seconds: ${report.join(', ')}`);
    await emulator?.end();
    await checkout?.remove();
  });

  test('npm run doctor says that the Regions are not bootstrapped, and how to do it', async () => {
    const { status, stdout } = await npm('doctor', STAGE);
    expect(status, stdout).toBe(1);
    for (const region of REGIONS) expect(stdout).toContain(`cdk bootstrap aws://000000000000/${region}`);
  });

  test('npm run deploy makes both Regions, the primary first, and proves them', async () => {
    for (const region of REGIONS) await bootstrapRegion(emulator, region);
    const deployed = await npm('deploy', [...STAGE, '--bake', '1s', '--json']);
    report.push(`first deployment ${deployed.tookS.toFixed(0)}`);
    expect(deployed.status, deployed.stdout + deployed.stderr).toBe(0);
    for (const region of REGIONS) expect((await stackOf(region))?.StackStatus).toBe('CREATE_COMPLETE');
    expect(await liveRevisions()).toEqual([first, first]);
    const assembly = join(checkout.dir, '.amplify/artifacts/cdk.out/validation-report.json');
    expect(JSON.parse(await readFile(assembly, 'utf8'))).toMatchObject({ pluginReports: [] });
  });

  test('a client with what npm run outputs writes is answered by each Region, and sees its writes in the other', async () => {
    const file = join(checkout.dir, '.amplify/outputs.json');
    const { status, stderr } = await npm('outputs', [...STAGE, '--out', file]);
    expect(status, stderr).toBe(0);
    const client = createPlatformClient({
      outputs: JSON.parse(await readFile(file, 'utf8')),
      timeoutMs: 20_000,
    });
    try {
      expect(client.regions().map(({ region }) => region)).toEqual([...REGIONS]);
      const { item } = await client.writeItem({ pk: 'rehearsal', data: { n: 1 } }, { region: PRIMARY });
      const seen = await client.getItem({ pk: item.pk, sk: item.sk }, { region: SECONDARY });
      expect(seen.item).toEqual(item);
      expect(seen.item.region).toBe(PRIMARY);
    } finally {
      client.close();
    }
  });

  test('npm run status finds nothing amiss, and the same revision in both', async () => {
    const { status, stdout, stderr } = await npm('status', [...STAGE, '--json']);
    expect(status, stdout + stderr).toBe(0);
    expect(stdout.split(first).length - 1).toBeGreaterThanOrEqual(2);
  });

  test('a second deployment swaps the code, and begins where the least traffic is', async () => {
    // ampx checks types where there is a configuration for it: 16 s each time, and the first deployment did twice.
    await checkout.without('amplify/tsconfig.json');
    second = await checkout.change('amplify/contract/problems.ts', {
      from: 'Ask for a path that /openapi.json lists.',
      to: 'Ask for another path.',
    });
    const deployed = await npm('deploy', [...STAGE, '--bake', '1s', '--json']);
    report.push(`second ${deployed.tookS.toFixed(0)}`);
    expect(deployed.status, deployed.stdout + deployed.stderr).toBe(0);
    expect(await remedies()).toEqual(['Ask for another path.', 'Ask for another path.']);
    expect(await liveRevisions()).toEqual([second, second]);
  });

  test('a deployment that breaks the API is taken back in its Region, and touches no other', async () => {
    const before = await stackOf(PRIMARY);
    const broken = await checkout.change('amplify/functions/api/handler.ts', {
      from: 'export const handler',
      to: "if (process.env.TABLE_NAME !== undefined) throw new Error('broken on purpose');\nexport const handler",
    });
    const deployed = await npm('deploy', [...STAGE, '--json']);
    report.push(`broken and taken back ${deployed.tookS.toFixed(0)}`);
    expect(deployed.status, deployed.stdout + deployed.stderr).toBe(1);
    expect(deployed.stderr).toContain(SECONDARY);
    expect(await liveRevisions()).toEqual([second, second]);
    expect(await liveRevisions()).not.toContain(broken);
    expect(await remedies()).toEqual(['Ask for another path.', 'Ask for another path.']);
    expect((await stackOf(PRIMARY))?.LastUpdatedTime).toEqual(before?.LastUpdatedTime);
  });

  test('npm run teardown --dry-run shows what would go, and changes nothing', async () => {
    const { status, stdout, stderr } = await npm('teardown', [...STAGE, '--delete-data', '--dry-run']);
    expect(status, stdout + stderr).toBe(0);
    for (const region of REGIONS) expect(stdout).toContain(region);
    for (const region of REGIONS) expect((await stackOf(region))?.StackStatus).toBe('UPDATE_COMPLETE');
  });

  test('npm run teardown takes everything away, and nothing is left', async () => {
    const torn = await npm('teardown', [...STAGE, '--delete-data', '--yes-delete', 'main']);
    report.push(`teardown ${torn.tookS.toFixed(0)}`);
    expect(torn.status, torn.stdout + torn.stderr).toBe(0);
    for (const region of REGIONS) {
      expect(await stackOf(region)).toBeUndefined();
      const dynamoDb = new DynamoDBClient(clientOf(region));
      expect((await dynamoDb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
      const ssm = new SSMClient(clientOf(region));
      const { Parameters = [] } = await ssm.send(new DescribeParametersCommand({}));
      expect(Parameters.map(({ Name }) => Name).filter((name) => name?.startsWith('/gsp/'))).toEqual([]);
    }
  });
});
