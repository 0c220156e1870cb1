import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineTopology } from '@gsp/platform/topology';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openCloud } from '../../src/cloud/region-clients.ts';
import { deleteSandbox } from '../../src/sandbox/delete-sandbox.ts';
import { deploySandbox } from '../../src/sandbox/deploy-sandbox.ts';
import { sandboxTarget } from '../../src/sandbox/run-sandbox.ts';
import { startAwsWire } from '../cloud/aws-wire.ts';
import { FakeAws } from '../teardown/fake-aws.ts';
import { type AmpxAnswer, type AmpxStart, fakeAmpx } from './fake-ampx.ts';

/** Goal: several regions of one sandbox come and go in the right order. Method: a fake `npx` on PATH, the SDK against a world in memory. */

const REGIONS = ['eu-west-1', 'eu-central-1'];
const TWO = defineTopology({ project: 'gsp', regions: REGIONS, stages: { sandbox: { regions: REGIONS } } });
const ONE = defineTopology({ project: 'gsp', regions: REGIONS });
const STAGE = 'sandbox-kim';
const TABLE = 'gsp-sandbox-kim-items';

async function openSandbox(act: (start: AmpxStart, aws: FakeAws) => AmpxAnswer) {
  const aws = new FakeAws();
  const wire = await startAwsWire(aws.answer);
  for (const [name, value] of Object.entries(wire.env)) vi.stubEnv(name, value);
  const ampx = await fakeAmpx((start) => act(start, aws));
  const cloud = openCloud();
  onTestFinished(async () => {
    cloud.close();
    await wire.close();
  });
  const shown: string[] = [];
  const tools = {
    rootDir: ampx.rootDir,
    signal: AbortSignal.timeout(20_000),
    terminal: {
      print: (text: string) => void shown.push(text),
      during: <T>(text: string, work: (tell: (progress: string) => void) => Promise<T>) => {
        shown.push(text);
        return work((progress) => void shown.push(progress));
      },
    },
    outputsFile: join(ampx.rootDir, 'out', 'amplify_outputs.json'),
    patienceMs: 0,
    pollMs: 1,
  };
  return { aws, ampx, cloud, tools, shown };
}

/** As a deployed region of a sandbox puts it out. */
function makeRegion(aws: FakeAws, region: string): void {
  const customOutputs = JSON.stringify({
    custom: {
      API: { [`gsp-${region}`]: { endpoint: `https://${region}.test`, region, apiName: `gsp-${region}` } },
      platform: {
        project: 'gsp',
        stage: STAGE,
        regions: { [region]: { role: 'primary', apiName: `gsp-${region}` } },
      },
    },
  });
  const tags = { project: 'gsp', stage: STAGE, region };
  aws.addStack({ region, name: `amplify-gsp-kim-sandbox-${region}`, tags, customOutputs });
}

const target = (regions?: readonly string[]) => sandboxTarget(TWO, { identifier: 'kim', regions });

describe('deploySandbox()', () => {
  test('runs ampx once in each region, the primary first, and merges what they put out', async () => {
    const { ampx, cloud, tools, shown } = await openSandbox(({ region }, aws) => {
      makeRegion(aws, region);
      return { line: `deploying ${region}` };
    });
    const result = await deploySandbox(cloud, target(['eu-central-1', 'eu-west-1']), tools);
    expect(ampx.starts.map(({ region }) => region)).toEqual(REGIONS);
    expect(ampx.starts[0]?.args.slice(0, 6)).toEqual([
      '--no-install',
      'ampx',
      'sandbox',
      '--once',
      '--identifier',
      'kim',
    ]);
    expect(ampx.starts[0]?.telemetry).toBe('11');
    expect(result.regions.map(({ region }) => region)).toEqual(REGIONS);
    const outputs = JSON.parse(await readFile(tools.outputsFile, 'utf8')) as { custom: { API: object } };
    expect(Object.keys(outputs.custom.API)).toEqual(['gsp-eu-west-1', 'gsp-eu-central-1']);
    expect(shown).toContain('deploying eu-central-1');
    const log = await readFile(join(ampx.rootDir, '.deploy/sandbox/eu-west-1.log'), 'utf8');
    expect(log).toContain('deploying eu-west-1');
  });

  test('stops at the first region that fails, with the end of its log', async () => {
    const { ampx, cloud, tools } = await openSandbox(() => ({ line: 'TypeError: no', status: 1 }));
    await expect(deploySandbox(cloud, target(), tools)).rejects.toThrow(
      /in eu-west-1: ampx ended with 1.*not there.*TypeError: no/s,
    );
    expect(ampx.starts).toHaveLength(1);
  });

  test('takes a complete new stack for what counts when ampx fails after it', async () => {
    const { cloud, tools, shown } = await openSandbox(({ region }, aws) => {
      makeRegion(aws, region);
      return { status: 1 };
    });
    expect((await deploySandbox(cloud, target(), tools)).regions).toHaveLength(2);
    expect(shown.filter((line) => line.startsWith('ampx ended with 1'))).toHaveLength(2);
  });

  test('fails when ampx failed and the stack is the old one', async () => {
    const { aws, cloud, tools } = await openSandbox(() => ({ status: 1 }));
    makeRegion(aws, 'eu-west-1');
    await expect(deploySandbox(cloud, target(), tools)).rejects.toThrow(/a new complete one is needed/);
  });

  test('fails when ampx ended well and the stack was rolled back', async () => {
    const { cloud, tools } = await openSandbox(({ region }, aws) => {
      makeRegion(aws, region);
      for (const stack of aws.stacks) stack.status = 'ROLLBACK_COMPLETE';
      return {};
    });
    await expect(deploySandbox(cloud, target(), tools)).rejects.toThrow(/ROLLBACK_COMPLETE/);
  });

  test('refuses a secondary without its primary', async () => {
    const { ampx, cloud, tools } = await openSandbox(() => ({}));
    await expect(deploySandbox(cloud, target(['eu-central-1']), tools)).rejects.toThrow(
      /primary eu-west-1 is not there/,
    );
    expect(ampx.starts).toEqual([]);
  });

  test('ends ampx and what it started when it is interrupted', async () => {
    const stop = new AbortController();
    const { ampx, cloud, tools } = await openSandbox(() => ({ hang: true }));
    const running = deploySandbox(cloud, target(), { ...tools, signal: stop.signal });
    const ended = expect(running).rejects.toThrow('told to end');
    await expect.poll(() => ampx.pids.length, { timeout: 10_000 }).toBe(2);
    stop.abort(new Error('told to end'));
    await ended;
    await expect.poll(() => ampx.pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  }, 30_000);
});

describe('deleteSandbox()', () => {
  const deploy = (aws: FakeAws) => aws.deploy({ project: 'gsp', stage: STAGE, regions: REGIONS });

  test('deletes secondaries first and the primary last, then looks what is left', async () => {
    const { aws, ampx, cloud, tools } = await openSandbox(({ region }, inWorld) => {
      beginDeletion(inWorld, region);
      return {};
    });
    deploy(aws);
    const deleted = await deleteSandbox(cloud, target(), tools);
    expect(deleted.deleted).toEqual(['eu-central-1', 'eu-west-1']);
    expect(deleted.leftovers).toEqual([]);
    expect(ampx.starts.map(({ region }) => region)).toEqual(['eu-central-1', 'eu-west-1']);
    expect(ampx.starts[0]?.args).toEqual([
      '--no-install',
      'ampx',
      'sandbox',
      'delete',
      '-y',
      '--identifier',
      'kim',
    ]);
    expect(aws.dynamoDb.regionsOf(TABLE)).toEqual([]);
  });

  test('refuses the primary while another region stands', async () => {
    const { aws, ampx, cloud, tools } = await openSandbox(() => ({}));
    deploy(aws);
    await expect(deleteSandbox(cloud, target(['eu-west-1']), tools)).rejects.toThrow(
      /owns the table of eu-central-1/,
    );
    expect(ampx.starts).toEqual([]);
  });

  test('tells which resource stays and why, and a second run goes on', async () => {
    const { aws, ampx, cloud, tools } = await openSandbox(({ region }, inWorld) => {
      beginDeletion(inWorld, region);
      return { status: 1 };
    });
    deploy(aws);
    aws.dynamoDb.keepsSource = () => true;
    await expect(deleteSandbox(cloud, target(), tools)).rejects.toThrow(
      /Items \(AWS::DynamoDB::GlobalTable\).*24 hours/s,
    );
    aws.dynamoDb.keepsSource = () => false;
    expect((await deleteSandbox(cloud, target(), tools)).leftovers).toEqual([]);
    expect(ampx.starts.map(({ region }) => region)).toEqual(['eu-central-1', 'eu-west-1', 'eu-west-1']);
  });

  test('goes on where the stack of the table is all that is left', async () => {
    const { aws, ampx, cloud, tools } = await openSandbox(({ region }, inWorld) => {
      beginDeletion(inWorld, region);
      return {};
    });
    deploy(aws);
    for (const stack of aws.stacks) if (!stack.name.endsWith('-table')) stack.status = 'DELETE_COMPLETE';
    const { deleted, leftovers } = await deleteSandbox(cloud, target(), tools);
    expect({ deleted, roots: aws.roots }).toEqual({ deleted: ['eu-west-1'], roots: [] });
    expect(ampx.starts.map(({ region }) => region)).toEqual(['eu-west-1']);
    expect(leftovers).toEqual([]);
  });

  test('fails when ampx left the stack', async () => {
    const { aws, cloud, tools } = await openSandbox(() => ({ line: 'CredentialsError', status: 1 }));
    deploy(aws);
    await expect(deleteSandbox(cloud, target(), tools)).rejects.toThrow(
      /is UPDATE_COMPLETE.*CredentialsError/s,
    );
  });

  test('starts nothing where nothing stands', async () => {
    const { ampx, cloud, tools } = await openSandbox(() => ({}));
    expect(await deleteSandbox(cloud, target(), tools)).toEqual({ stage: STAGE, deleted: [], leftovers: [] });
    expect(ampx.starts).toEqual([]);
  });
});

describe('sandboxTarget()', () => {
  test('gives the lines to write when the topology does not list the regions', () => {
    expect(() => sandboxTarget(ONE, { identifier: 'kim', regions: REGIONS })).toThrow(
      "sandbox: { regions: ['eu-west-1', 'eu-central-1'] },",
    );
    expect(() => sandboxTarget(TWO, { identifier: 'kim', regions: [...REGIONS, 'eu-north-1'] })).toThrow(
      "sandbox: { regions: ['eu-west-1', 'eu-central-1', 'eu-north-1'] },",
    );
  });

  test('takes any one region when the topology lists none', () => {
    expect(sandboxTarget(ONE, { identifier: 'kim', regions: ['eu-north-1'] }).regions).toEqual([
      'eu-north-1',
    ]);
    expect(sandboxTarget(ONE, { identifier: 'kim' }).regions).toEqual(['eu-west-1']);
  });

  test('takes all of the topology’s, the primary first, when none is named', () => {
    expect(target().chosen).toEqual(REGIONS);
    expect(target(['eu-central-1', 'eu-west-1']).chosen).toEqual(REGIONS);
  });

  test.each(['', 'kim/feature', 'a-name-that-is-too-long'])('refuses the identifier %j', (identifier) => {
    expect(() => sandboxTarget(TWO, { identifier })).toThrow(/--identifier/);
  });
});

/** As `ampx sandbox delete` does before it waits. */
function beginDeletion(aws: FakeAws, region: string): void {
  for (const stack of aws.stacks) {
    const isRoot = stack.region === region && stack.parentId === undefined;
    if (isRoot && stack.status !== 'DELETE_COMPLETE')
      Object.assign(stack, { status: 'DELETE_IN_PROGRESS', looks: 1 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
