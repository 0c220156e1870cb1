import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { createClient } from '@gsp/client/fetch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoPython } from '../python/python-environment.ts';
import { type Checkout, checkOut } from './checkout.ts';
import { bootstrapRegion } from './emulator/bootstrap-region.ts';
import { standingResources } from './emulator/standing-resources.ts';
import { type Emulator, startEmulator } from './emulator/start-emulator.ts';
import { npmRun } from './npm-run.ts';

const REGIONS = ['eu-west-1', 'eu-central-1'] as const;
const [PRIMARY, SECONDARY] = REGIONS;

/** The lines that each step stands for are in README.md and docs/deploying.md. */
const STAGE = ['--stage', 'main'];

/** By it `ampx` checks types, for 16 s each time: one deployment has it, of code that changes nothing about types. */
const TYPE_CHECK = 'amplify/tsconfig.json';

/** A heartbeat comes every minute, the first one a minute after the Region: before the step that looks for it. */
const HEARTBEAT_LIMIT_MS = 90_000;

/** Kinds of what each Region has after its first deployment, as far as the emulator lists them. */
const KINDS = ['API', 'alarm', 'composite alarm', 'dashboard', 'function', 'queue', 'rule', 'saved query'];

const TABLE = 'gsp-main-items';
const TABLE_STACK = 'gsp-main-table';
const MARK = { pk: { S: 'written' }, sk: { S: 'before the first deployment was well' } };

/** Fails the primary's API stack once its table is made: the lookup of the table's stream answers CloudFormation with an error. */
const FIRST_FAULT = {
  file: 'packages/platform/src/functions/stream-lookup/find-stream.ts',
  right: 'while (!signal.aborted && errors < errorsMax) {',
  wrong: 'while (!signal.aborted && errors > errorsMax) {',
} as const;

const unable = await whyNoPython();
if (unable !== null) console.error(`\n*** THE REHEARSAL OF A DEPLOYMENT WAS SKIPPED: ${unable} ***\n`);

let emulator: Emulator;
let checkout: Checkout;

const npm = (script: string, args: readonly string[] = []) =>
  npmRun(script, { args, cwd: checkout.dir, env: emulator.env });

/** The stage's root stacks in a Region. */
async function stacksIn(region: string): Promise<readonly Stack[]> {
  const client = new CloudFormationClient(clientOf(region));
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
  client.destroy();
  const isOfStage = ({ ParentId, Tags = [] }: Stack) =>
    ParentId === undefined && Tags.some(({ Key, Value }) => Key === 'stage' && Value === 'main');
  return Stacks.filter(isOfStage);
}

/** That of a Region's backend. */
async function stackOf(region: string): Promise<Stack | undefined> {
  return (await stacksIn(region)).find(({ StackName }) => StackName !== TABLE_STACK);
}

/** Status of the backend's stack and of the table's. */
async function statusesIn(region: string) {
  const stacks = await stacksIn(region);
  const status = (isTable: boolean) =>
    stacks.find(({ StackName }) => (StackName === TABLE_STACK) === isTable)?.StackStatus;
  return { table: status(true), backend: status(false) };
}

async function withDynamoDb<T>(region: string, ask: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  const client = new DynamoDBClient(clientOf(region));
  try {
    return await ask(client);
  } finally {
    client.destroy();
  }
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

/** Regions whose heartbeats a Region has measured. */
async function heardIn(region: string): Promise<readonly unknown[]> {
  const answer = await fetch(`${emulator.endpoints[region]}/replication`, {
    signal: AbortSignal.timeout(20_000),
  });
  const { peers = [] } = (await answer.json()) as { peers?: { region: unknown; lagMs: unknown }[] };
  return peers.filter(({ lagMs }) => typeof lagMs === 'number').map((peer) => peer.region);
}

const standing = () => Promise.all(REGIONS.map((region) => standingResources(emulator.url, region)));

describe.skipIf(unable !== null)('the road to AWS', () => {
  let first = '';
  let second = '';
  const report: string[] = [];

  beforeAll(async () => {
    [emulator, checkout] = await Promise.all([startEmulator(REGIONS), checkOut(TYPE_CHECK)]);
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

  test('a first deployment whose API stack fails leaves the table, and nothing else', async () => {
    await Promise.all(REGIONS.map((region) => bootstrapRegion(emulator, region)));
    expect(await standing()).toEqual([{}, {}]);
    await checkout.change(FIRST_FAULT.file, { from: FIRST_FAULT.right, to: FIRST_FAULT.wrong });
    const failed = await npm('deploy', [...STAGE, '--bake', '1s', '--json']);
    report.push(`first deployment, broken ${failed.tookS.toFixed(0)}`);
    expect(failed.status, failed.stdout + failed.stderr).toBe(1);
    expect(failed.stderr).toContain('ROLLBACK_COMPLETE');
    expect(await statusesIn(PRIMARY)).toEqual({ table: 'CREATE_COMPLETE', backend: 'ROLLBACK_COMPLETE' });
    expect(await standing()).toEqual([{}, {}]);
    // It is known again by this, whatever is deployed from now on.
    await withDynamoDb(PRIMARY, (client) =>
      client.send(new PutItemCommand({ TableName: TABLE, Item: MARK })),
    );
    first = await checkout.change(FIRST_FAULT.file, { from: FIRST_FAULT.wrong, to: FIRST_FAULT.right });
  });

  test('the same command makes both Regions with that table, the primary first, and proves them', async () => {
    const deployed = await npm('deploy', [...STAGE, '--bake', '1s', '--json']);
    report.push(`first deployment ${deployed.tookS.toFixed(0)}`);
    expect(deployed.status, deployed.stdout + deployed.stderr).toBe(0);
    for (const region of REGIONS) expect((await stackOf(region))?.StackStatus).toBe('CREATE_COMPLETE');
    expect(await liveRevisions()).toEqual([first, first]);
    for (const stood of await standing()) {
      expect(Object.keys(stood).sort()).toEqual(KINDS);
      expect(stood['composite alarm']).toEqual(['gsp-main-region-impaired']);
      // Of metrics, and of an expression over several.
      expect(stood.alarm).toEqual(expect.arrayContaining(['gsp-main-unhealthy', 'gsp-main-api-errors']));
    }
    const { Item } = await withDynamoDb(SECONDARY, (client) =>
      client.send(new GetItemCommand({ TableName: TABLE, Key: MARK })),
    );
    expect(Item).toEqual(MARK);
    await withDynamoDb(PRIMARY, (client) =>
      client.send(new DeleteItemCommand({ TableName: TABLE, Key: MARK })),
    );
    const assembly = join(checkout.dir, '.amplify/artifacts/cdk.out/validation-report.json');
    expect(JSON.parse(await readFile(assembly, 'utf8'))).toMatchObject({ pluginReports: [] });
  });

  test('a client with what npm run outputs writes is answered by each Region, and sees its writes in the other', async () => {
    const file = join(checkout.dir, '.amplify/outputs.json');
    const { status, stderr } = await npm('outputs', [...STAGE, '--out', file]);
    expect(status, stderr).toBe(0);
    const client = createClient({
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

  test('a second deployment swaps the code, gives the alarms a topic, and begins where the least traffic is', async () => {
    await checkout.change('amplify/topology.ts', {
      from: 'main: { table: { deletionProtection: true } },',
      to: "main: { table: { deletionProtection: true }, observability: { alarmTopic: true, alarmEmails: ['ops@example.com'] } },",
    });
    second = await checkout.change('packages/platform/src/contract/problems.ts', {
      from: 'Ask for a path that /openapi.json lists.',
      to: 'Ask for another path.',
    });
    const deployed = await npm('deploy', [...STAGE, '--bake', '1s', '--json']);
    report.push(`second ${deployed.tookS.toFixed(0)}`);
    expect(deployed.status, deployed.stdout + deployed.stderr).toBe(0);
    expect(await remedies()).toEqual(['Ask for another path.', 'Ask for another path.']);
    expect(await liveRevisions()).toEqual([second, second]);
    for (const { topic, subscription, alarm } of await standing()) {
      expect(topic).toEqual([expect.stringMatching(/:gsp-main-alarms$/)]);
      expect(subscription).toHaveLength(1);
      expect(alarm).toContain('gsp-main-api-errors');
    }
  });

  test('a deployment that breaks the API is taken back in its Region, and touches no other', async () => {
    const before = await stackOf(PRIMARY);
    await checkout.bringBack(TYPE_CHECK);
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

  test('the rule of each Region has its heartbeat given, and the other hears it', async () => {
    const options = { timeout: HEARTBEAT_LIMIT_MS, interval: 500 };
    await expect.poll(() => heardIn(PRIMARY), options).toEqual([SECONDARY]);
    await expect.poll(() => heardIn(SECONDARY), options).toEqual([PRIMARY]);
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
    expect(await standing()).toEqual([{}, {}]);
    for (const region of REGIONS) {
      expect(await stacksIn(region)).toEqual([]);
      const { TableNames } = await withDynamoDb(region, (client) => client.send(new ListTablesCommand({})));
      expect(TableNames).toEqual([]);
      const ssm = new SSMClient(clientOf(region));
      const { Parameters = [] } = await ssm.send(new DescribeParametersCommand({}));
      expect(Parameters.map(({ Name }) => Name).filter((name) => name?.startsWith('/gsp/'))).toEqual([]);
    }
  });
});
