import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableStackName } from '@gsp/platform/topology';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { testProject } from '../../../../test/project/test-project.ts';
import { topology } from '../../../../test/project/topology.ts';
import { type Cloud, openCloud } from '../../src/cloud/region-clients.ts';
import { type StageTarget, stageTarget } from '../../src/cloud/stage-target.ts';
import { checkForecast } from '../../src/forecast/check-forecast.ts';
import { forecastStage } from '../../src/forecast/forecast-stage.ts';
import { synthesize } from '../../src/synthesis/synthesize.ts';
import { type AwsCall, AwsFault, type AwsWire, startAwsWire } from '../cloud/aws-wire.ts';

const signal = new AbortController().signal;
const rootDir = await testProject();
// As npm start synthesizes it, so that the assembly is in the cache more often than not.
const app = 'local';

interface Deployed {
  readonly root: string;
  readonly platform: string;
  readonly table: string | undefined;
}

let target: StageTarget;
let deployed: ReadonlyMap<string, Deployed>;
let wire: AwsWire;
let cloud: Cloud;

beforeAll(async () => {
  target = stageTarget(topology, { stage: 'main' });
  const backend = { type: 'branch', namespace: app, name: target.branch } as const;
  const made = await synthesize({ rootDir, regions: target.regions, backend, signal });
  deployed = new Map(
    await Promise.all(
      made.map(async ({ region, assemblyDir }) => [region, await readTemplates(assemblyDir)] as const),
    ),
  );
}, 180_000);

async function readTemplates(dir: string): Promise<Deployed> {
  const files = (await readdir(dir)).filter((name) => name.endsWith('.template.json'));
  const texts = new Map<string, string>();
  for (const name of files) texts.set(name, await readFile(join(dir, name), 'utf8'));
  const find = (pattern: RegExp) => [...texts].find(([name]) => pattern.test(name))?.[1];
  return {
    root: find(/^amplify-.*\d\.template/) ?? '',
    platform: find(/nested\.template/) ?? '',
    table: find(/^Table\.template/),
  };
}

afterEach(async () => {
  cloud.close();
  vi.unstubAllEnvs();
  await wire.close();
});

/** What is deployed is what is synthesized, but for these words in a region's templates. */
async function account(changes: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {}) {
  wire = await startAwsWire((call) => answer(call, changes));
  for (const [name, value] of Object.entries(wire.env)) vi.stubEnv(name, value);
  cloud = openCloud();
}

function answer(
  { action, region, input }: AwsCall,
  changes: Readonly<Record<string, readonly (readonly [RegExp, string])[]>>,
): unknown {
  const stacks = deployed.get(region);
  const name = String(input.StackName ?? '');
  const templates: Readonly<Record<string, string | undefined>> = {
    backend: stacks?.root,
    nested: stacks?.platform,
    [tableStackName(target.project, target.stage)]: stacks?.table,
  };
  const stack = (StackName: string, Tags: object[]) => ({
    ...{ StackName, StackId: StackName, StackStatus: 'UPDATE_COMPLETE', CreationTime: new Date(0), Tags },
  });
  const tags = Object.entries({
    ...{ project: target.project, stage: target.stage, region },
    ...{ 'amplify:app-id': app, 'amplify:branch-name': target.branch },
  }).map(([Key, Value]) => ({ Key, Value }));
  if (action === 'DescribeStacks' && name === '') return { Stacks: [stack('backend', tags)] };
  if (action === 'DescribeStacks')
    return templates[name] === undefined
      ? new AwsFault('ValidationError', `Stack with id ${name} does not exist`)
      : { Stacks: [stack(name, [])] };
  if (action === 'GetTemplate') {
    const words = changes[region] ?? [];
    return {
      TemplateBody: words.reduce((text, [from, to]) => text.replace(from, to), templates[name] ?? ''),
    };
  }
  if (action !== 'ListStackResources') return undefined;
  const [nestedId] = /"(platform[0-9A-F]{8})"/.exec(stacks?.root ?? '')?.slice(1) ?? [];
  const nested = { ResourceType: 'AWS::CloudFormation::Stack', PhysicalResourceId: 'nested' };
  return {
    StackResourceSummaries:
      name === 'backend'
        ? [
            {
              ...nested,
              LogicalResourceId: nestedId,
              ResourceStatus: 'CREATE_COMPLETE',
              LastUpdatedTimestamp: new Date(0),
            },
          ]
        : [],
  };
}

const forecast = (allowed: string[] = []) => forecastStage({ rootDir, cloud, target, allowed, signal });

describe('forecastStage()', () => {
  test('finds that nothing changes where what is synthesized is deployed', async () => {
    await account();
    const found = await forecast();
    expect(found).toMatchObject({ isClear: true });
    expect(found?.stacks.map(({ region, stack, isNew, changes }) => [region, stack, isNew, changes])).toEqual(
      [
        ['eu-west-1', 'backend', false, []],
        ['eu-west-1', tableStackName(target.project, target.stage), false, []],
        ['eu-central-1', 'backend', false, []],
      ],
    );
    expect(wire.unexpected).toEqual([]);
  });

  test('stops at a table and an API that would be replaced, and says so before anything is touched', async () => {
    await account({
      'eu-west-1': [
        [/"AttributeName": "pk",\s+"KeyType": "HASH"/, '"AttributeName": "id", "KeyType": "HASH"'],
        [/"ProtocolType": "HTTP"/, '"ProtocolType": "WEBSOCKET"'],
      ],
    });
    const found = await checkForecast({ rootDir, cloud, target, allowed: [], signal });
    const faults = found.filter(({ level }) => level === 'fault').map(({ what }) => what);
    expect(faults).toEqual([
      expect.stringMatching(
        /^eu-west-1: replaced platform\w+\/Api\w+, AWS::ApiGatewayV2::Api \(ProtocolType\): loses its address/,
      ),
      expect.stringMatching(
        /^eu-west-1: AWS would refuse Items\w+: .* would be replaced \(KeySchema\) and keeps its name/,
      ),
      expect.stringMatching(
        /^eu-west-1: replaced Items\w+, AWS::DynamoDB::GlobalTable \(KeySchema\): loses its items/,
      ),
    ]);
    const api = /replaced (platform\S+),/.exec(faults[0] ?? '')?.[1] ?? '';
    const { stacks = [] } = (await forecast([api])) ?? {};
    expect(stacks[0]).toMatchObject({ losses: [], refusals: [] });
    expect(stacks[0]?.changes.length).toBeGreaterThan(20);
    expect(wire.calls.every(({ action }) => /^(Get|List|Describe)/.test(action))).toBe(true);
  });

  test('says that there is nothing to compare with where nothing is deployed', async () => {
    wire = await startAwsWire(({ action }) => (action === 'DescribeStacks' ? { Stacks: [] } : undefined));
    for (const [name, value] of Object.entries(wire.env)) vi.stubEnv(name, value);
    cloud = openCloud();
    expect(await forecast()).toBeNull();
    expect(await checkForecast({ rootDir, cloud, target, allowed: [], signal })).toMatchObject([
      { level: 'note', what: 'Nothing is deployed yet: the first deploy makes everything' },
    ]);
  });

  test('says that it could not be examined where AWS does not let it', async () => {
    wire = await startAwsWire(() => new AwsFault('AccessDenied', 'not you'));
    for (const [name, value] of Object.entries(wire.env)) vi.stubEnv(name, value);
    cloud = openCloud();
    expect(await checkForecast({ rootDir, cloud, target, allowed: [], signal })).toMatchObject([
      { level: 'warning', what: 'eu-west-1: could not be examined' },
    ]);
  });
});
