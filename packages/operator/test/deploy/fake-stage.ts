import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { type Cloud, openCloud } from '../../src/cloud/region-clients.ts';
import { runGit } from '../../src/deploy/checkout.ts';
import { type AwsCall, AwsFault, type AwsWire, startAwsWire } from '../cloud/aws-wire.ts';
import { type FakeNpx, fakeNpx, type NpxEnd, type NpxStart } from './fake-npx.ts';
import { parameterStore } from './parameter-store.ts';
import { type RegionalApi, startRegionalApi } from './regional-api.ts';

export const PRIMARY = 'eu-west-1';
export const SECONDARY = 'eu-central-1';

/** A stack as the fake CloudFormation keeps it. */
export interface FakeStack {
  status: string;
  revision: string | null;
  updates: number;
}

/**
 * A stage of two regions: CloudFormation, Parameter Store and CloudWatch on a wire, an API in each region, an `npx`
 * that deploys to them, and a git repository whose commits are deployed.
 */
export interface FakeStage {
  readonly rootDir: string;
  readonly cloud: Cloud;
  readonly wire: AwsWire;
  readonly npx: FakeNpx;
  /** Backends, by region. */
  readonly stacks: Map<string, FakeStack>;
  /** Status of the table's own stack, which the primary has; null where there is none. */
  tableStatus: string | null;
  readonly parameters: Map<string, { value: string; version: number }>;
  readonly apis: Readonly<Record<string, RegionalApi>>;
  /** Names of alarms in ALARM. */
  readonly alarms: string[];
  /** What a revision's deployment does beside being deployed: break the API, fail, hang. */
  onDeploy: (start: NpxStart, stage: FakeStage) => Promise<NpxEnd | null> | NpxEnd | null;
  /** Answers before everything else, where it answers at all. */
  override: (call: AwsCall) => unknown;
  commit(text: string): Promise<string>;
  close(): Promise<void>;
}

/** Deploys in a region as `ampx` does when all is well. */
export function putStack(stage: FakeStage, region: string, revision: string): void {
  const { stacks, apis } = stage;
  const known = stacks.get(region);
  const status = known === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
  stacks.set(region, { status, revision, updates: (known?.updates ?? 0) + 1 });
  if (region === PRIMARY) stage.tableStatus ??= 'CREATE_COMPLETE';
  const api = apis[region];
  if (api !== undefined) api.revision = revision;
}

export async function startFakeStage(): Promise<FakeStage> {
  const rootDir = await mkdtemp(join(tmpdir(), 'deployed-'));
  const items = new Map();
  const apis = {
    [PRIMARY]: await startRegionalApi(PRIMARY, { items }),
    [SECONDARY]: await startRegionalApi(SECONDARY, { items }),
  };
  const wire = await startAwsWire((call) => {
    // An empty answer means that the override has nothing to say.
    const given = stage.override(call);
    return given === undefined ? answer(stage, call) : given;
  });
  for (const [name, value] of Object.entries(wire.env)) vi.stubEnv(name, value);
  const npx = await fakeNpx(join(rootDir, '../', `${rootDir.split('/').at(-1)}-bin`), (start) =>
    ampx(stage, start),
  );
  vi.stubEnv('PATH', npx.path);
  const cloud = openCloud();
  const stage: FakeStage = {
    rootDir,
    cloud,
    wire,
    npx,
    stacks: new Map(),
    tableStatus: null,
    parameters: new Map(),
    apis,
    alarms: [],
    onDeploy: () => null,
    override: () => undefined,
    commit: async (text) => {
      await writeFile(join(rootDir, 'code.txt'), text);
      await runGit(['add', '--all'], { cwd: rootDir });
      const author = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
      await runGit([...author, 'commit', '--quiet', '--message', text], { cwd: rootDir });
      return runGit(['rev-parse', 'HEAD'], { cwd: rootDir });
    },
    close: async () => {
      cloud.close();
      await Promise.all([wire.close(), npx.close(), ...Object.values(apis).map((api) => api.close())]);
      await rm(rootDir, { recursive: true, force: true });
      await rm(`${rootDir}-bin`, { recursive: true, force: true });
    },
  };
  await runGit(['init', '--quiet', '--initial-branch', 'main'], { cwd: rootDir });
  await writeFile(join(rootDir, 'package-lock.json'), '{}');
  await writeFile(join(rootDir, '.gitignore'), 'node_modules\n');
  return stage;
}

async function ampx(stage: FakeStage, start: NpxStart): Promise<NpxEnd> {
  const own = await stage.onDeploy(start, stage);
  if (own !== null) return own;
  putStack(stage, start.env.AWS_REGION ?? '', start.env.PLATFORM_REVISION ?? '');
  return { output: '✔ Deployment completed\n', status: 0 };
}

function answer(stage: FakeStage, call: AwsCall): unknown {
  const { service, action, region, input } = call;
  if (service === 'ssm') return parameterStore(stage.parameters, call);
  if (action === 'DescribeStacks') {
    const found = describe(stage, region, input);
    return found instanceof AwsFault ? found : { Stacks: found };
  }
  if (action === 'DescribeStackEvents') return { StackEvents: [] };
  if (action === 'ListStackResources') return { StackResourceSummaries: [] };
  if (action === 'DescribeAlarms')
    return { MetricAlarms: stage.alarms.map((AlarmName) => ({ AlarmName })), CompositeAlarms: [] };
  if (action === 'DeleteStack') {
    if (isTable(input.StackName)) stage.tableStatus = null;
    else stage.stacks.delete(region);
    return {};
  }
  return undefined;
}

const TABLE_STACK = 'gsp-main-table';

/** By a stack's name or id. */
function isTable(stack: unknown): boolean {
  return String(stack).includes(TABLE_STACK);
}

function describe(
  stage: FakeStage,
  region: string,
  { StackName }: Readonly<Record<string, unknown>>,
): unknown {
  const standing = [...tableStack(stage, region), ...backendStack(stage, region)];
  if (StackName === undefined) return standing;
  const named = standing.filter((stack) => isTable(stack.StackName) === isTable(StackName));
  if (named.length > 0) return named;
  return new AwsFault('ValidationError', `Stack with id ${String(StackName)} does not exist`);
}

function tableStack({ tableStatus }: FakeStage, region: string) {
  if (tableStatus === null || region !== PRIMARY) return [];
  return [describeStack(region, { name: TABLE_STACK, status: tableStatus, updates: 1 })];
}

function backendStack(stage: FakeStage, region: string) {
  const stack = stage.stacks.get(region);
  if (stack === undefined) return [];
  const { status, revision, updates } = stack;
  const apiName = `gsp-main-${region}`;
  const endpoint = stage.apis[region]?.endpoint;
  const regions = { [region]: { role: 'secondary', apiName, ...(revision === null ? {} : { revision }) } };
  const custom = { API: { [apiName]: { endpoint } }, platform: { project: 'gsp', stage: 'main', regions } };
  const described = describeStack(region, { name: 'amplify-main', status, updates });
  return [
    { ...described, Outputs: [{ OutputKey: 'customOutputs', OutputValue: JSON.stringify({ custom }) }] },
  ];
}

function describeStack(
  region: string,
  { name, status, updates }: { name: string; status: string; updates: number },
) {
  return {
    StackName: name,
    StackId: `arn:aws:cloudformation:${region}:000000000000:stack/${name}/1`,
    StackStatus: status,
    CreationTime: new Date(0),
    LastUpdatedTime: new Date(updates * 1_000),
    Tags: Object.entries({ project: 'gsp', stage: 'main', region }).map(([Key, Value]) => ({ Key, Value })),
  };
}
