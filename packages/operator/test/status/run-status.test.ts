import { expect, test, vi } from 'vitest';
import { runStatus } from '../../src/status/run-status.ts';
import { type AwsCall, AwsFault, CONNECTION_LOST, NO_ANSWER } from '../cloud/aws-wire.ts';
import { spokenTerminal } from '../cloud/spoken-terminal.ts';
import { wiredCloud } from '../cloud/wired-cloud.ts';
import { type ApiRequest, wellAnswers } from './regional-api.ts';
import { REVISION, type Region, run, type StageFixture, topology } from './status-fixture.ts';

test('runStatus() shows a stage that is well, and fails for nothing', async () => {
  const { status, error, wire } = await run({});
  expect(error).toBeUndefined();
  expect(status).toMatchObject({
    isWell: true,
    faults: [],
    notes: [],
    table: { askedIn: 'eu-west-1', tableName: 'gsp-main-items' },
    records: { lock: null, deployment: null },
  });
  expect(status?.regions).toMatchObject([
    {
      region: 'eu-west-1',
      role: 'primary',
      stack: { status: 'CREATE_COMPLETE', revision: REVISION, deployedAt: '2026-11-23T10:00:00.000Z' },
      health: { isHealthy: true, httpStatus: 200 },
      liveRevision: REVISION,
      lag: [{ to: 'eu-central-1', lagMs: 850, source: 'cloudwatch' }],
    },
    { region: 'eu-central-1', role: 'secondary', lag: [{ to: 'eu-west-1', lagMs: 850 }] },
  ]);
  expect(wire.unexpected).toEqual([]);
  const [query] = wire.calls.filter(
    ({ action, region }) => action === 'GetMetricData' && region === 'eu-west-1',
  );
  expect(JSON.stringify(query?.input)).toContain('{"Name":"ReceivingRegion","Value":"eu-central-1"}');
});

test('runStatus() writes to no region whose edge is the only way in, and shows the measured lag', async () => {
  const asked: string[] = [];
  const api = (region: Region) => (request: ApiRequest) => {
    asked.push(`${request.method} ${request.path}`);
    return wellAnswers(region, REVISION)(request);
  };
  const edgeName = 'edge.api.example.com';
  const { status, error } = await run({
    stacks: { 'eu-west-1': { edgeName }, 'eu-central-1': { edgeName } },
    apis: { 'eu-west-1': api('eu-west-1'), 'eu-central-1': api('eu-central-1') },
    options: { probe: true },
  });
  expect(error).toBeUndefined();
  expect(asked.filter((each) => !each.startsWith('GET /health'))).toEqual([]);
  expect(status?.regions).toMatchObject([
    { stack: { edgeEndpoint: `https://${edgeName}` }, lag: [{ lagMs: 850, source: 'cloudwatch' }] },
    { stack: { edgeEndpoint: `https://${edgeName}` }, lag: [{ lagMs: 850, source: 'cloudwatch' }] },
  ]);
});

test('runStatus() prints a table for a person', async () => {
  const { text } = await run({ options: { json: false } });
  expect(text).toMatch(
    /eu-west-1 +│ primary +│ CREATE_COMPLETE +│ 0123456 +│ 2026-11-23 10:00 +│ healthy, \d+ ms/,
  );
  expect(text).toContain('to eu-central-1: 850 ms');
  expect(text).toMatch(/^Anyone may call \d+ of \d+ routes.*\n.* a day in 2 regions\.\nNobody is told/m);
  expect(text).toContain('Table gsp-main-items: eu-west-1 ACTIVE, eu-central-1 ACTIVE (asked in eu-west-1)');
});

const inCentral = (answer: unknown) => (call: AwsCall) =>
  call.region === 'eu-central-1' ? answer : undefined;
const OTHER = 'f'.repeat(40);

test.each<[string, StageFixture, RegExp]>([
  [
    'no stack in a region',
    {
      answer: ({ action, region }) =>
        action === 'DescribeStacks' && region === 'eu-central-1' ? { Stacks: [] } : undefined,
    },
    /eu-central-1 has no stack/,
  ],
  [
    'a stack that was rolled back',
    {
      stacks: {
        'eu-central-1': {
          changes: { StackStatus: 'UPDATE_ROLLBACK_COMPLETE', StackStatusReason: 'Function failed.' },
        },
      },
    },
    /eu-central-1 is UPDATE_ROLLBACK_COMPLETE \(Function failed\)/,
  ],
  [
    'a region whose AWS does not answer',
    { answer: inCentral(CONNECTION_LOST) },
    /eu-central-1 cannot be read: Cannot find the stack of 'gsp-main' in eu-central-1: AWS does not answer there/,
  ],
  [
    'a region that may not be read',
    { answer: inCentral(new AwsFault('AccessDenied', 'not you', 403)) },
    /eu-central-1 cannot be read: .*these credentials are not allowed to/,
  ],
  [
    'a region where nobody listens',
    { stacks: { 'eu-central-1': { endpoint: 'http://127.0.0.1:9' } } },
    /eu-central-1 does not answer to \/health/,
  ],
  [
    'a region that says that it is not well',
    { apis: { 'eu-central-1': () => [503, { ok: false, region: 'eu-central-1', reasons: ['evacuated'] }] } },
    /eu-central-1 answers 503 to \/health \(evacuated\)/,
  ],
  [
    'another region behind the endpoint',
    { apis: { 'eu-central-1': wellAnswers('eu-west-1', REVISION) } },
    /eu-central-1 is answered for by eu-west-1/,
  ],
  [
    'a function of another revision than the stack',
    { apis: { 'eu-central-1': wellAnswers('eu-central-1', OTHER) } },
    /eu-central-1 runs revision fffffff, its stack says 0123456/,
  ],
  [
    'revisions that differ',
    {
      stacks: { 'eu-central-1': { revision: OTHER } },
      apis: { 'eu-central-1': wellAnswers('eu-central-1', OTHER) },
    },
    /the revisions differ: eu-west-1 0123456, eu-central-1 fffffff/,
  ],
  [
    'a role that the topology does not give',
    { stacks: { 'eu-central-1': { role: 'primary' } } },
    /eu-central-1 is deployed as primary, the topology has it as secondary/,
  ],
  [
    'a replica that is missing, and one too many',
    {
      answer: ({ action }) =>
        action === 'DescribeTable'
          ? {
              Table: {
                TableStatus: 'UPDATING',
                Replicas: [{ RegionName: 'us-east-1', ReplicaStatus: 'ACTIVE' }],
              },
            }
          : undefined,
    },
    /no replica in eu-central-1; .* replica in us-east-1, where the topology has none; gsp-main-items is UPDATING in eu-west-1/,
  ],
  [
    'no table at all',
    {
      answer: ({ action }) =>
        action === 'DescribeTable' ? new AwsFault('ResourceNotFoundException', 'none') : undefined,
    },
    /the table cannot be read: eu-west-1 has no table gsp-main-items/,
  ],
])('runStatus() names %s, and exits as amiss once everything is printed', async (_, fixture, line) => {
  const { status, error } = await run(fixture);
  expect(status?.isWell).toBe(false);
  expect(error).toMatchObject({ name: 'CommandError' });
  expect(String(error)).toMatch(line);
  expect(String(error)).not.toContain('\n');
  expect(status?.regions[0]).toMatchObject({ health: { isHealthy: true } });
});

test('runStatus() asks another region for the table when the primary does not answer', async () => {
  const { status } = await run({
    answer: ({ region, action }) =>
      region === 'eu-west-1'
        ? CONNECTION_LOST
        : action === 'DescribeTable'
          ? {
              Table: {
                TableStatus: 'ACTIVE',
                Replicas: [{ RegionName: 'eu-west-1', ReplicaStatus: 'ACTIVE' }],
              },
            }
          : undefined,
  });
  expect(status).toMatchObject({ table: { askedIn: 'eu-central-1', error: null } });
  expect(status?.faults).toEqual([expect.stringContaining('eu-west-1 cannot be read')]);
  expect(status?.notes).toEqual([expect.stringContaining('What the stage noted of itself cannot be read')]);
});

test('runStatus() gives up a region that never answers HTTP, in time', async () => {
  const startedAt = performance.now();
  const { status } = await run({ apis: { 'eu-central-1': () => NO_ANSWER } });
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(status?.faults).toEqual(['eu-central-1 does not answer to /health (no answer within 3000 ms)']);
});

test('runStatus() tells who holds the lock, and what the last deployment noted', async () => {
  const noted = { revision: REVISION, previousRevision: null, at: '2026-11-23T10:00:00.000Z' };
  const record = {
    id: 'd1',
    revision: REVISION,
    startedAt: '2026-11-23T09:59:00.000Z',
    regions: { 'eu-west-1': { ...noted, state: 'proved' }, 'eu-central-1': { ...noted, state: 'failed' } },
  };
  const values: Record<string, string> = {
    '/gsp/main/deploy-lock': JSON.stringify({
      id: 'd1',
      by: 'ada@host',
      pid: 1,
      since: '2026-11-23T09:59:00.000Z',
    }),
    '/gsp/main/deployment': JSON.stringify(record),
  };
  const parameters = ({ action, input }: AwsCall) =>
    action === 'GetParameter' ? { Parameter: { Value: values[String(input.Name)], Version: 1 } } : undefined;
  const { status } = await run({ answer: parameters });
  expect(status?.records).toEqual({
    lock: { by: 'ada@host', since: '2026-11-23T09:59:00.000Z' },
    deployment: record,
    error: null,
  });
  expect(status?.notes).toEqual(['ada@host deploys, since 2026-11-23T09:59:00.000Z']);
  expect(status?.faults).toEqual(['the deployment of 0123456 failed in eu-central-1 and was not undone']);

  values['/gsp/main/deploy-lock'] = 'not JSON';
  values['/gsp/main/deployment'] = '{}';
  const unreadable = await run({ answer: parameters });
  expect(unreadable.status?.isWell).toBe(true);
  expect(unreadable.status?.notes).toEqual([
    'somebody deploys, since an unknown time',
    expect.stringContaining('Cannot read what is deployed'),
  ]);
});

test('runStatus() does without the lag where it cannot be had', async () => {
  const quiet = await run({ answer: ({ action }) => (action === 'GetMetricData' ? {} : undefined) });
  expect(quiet.status?.regions[0]?.lag).toMatchObject([{ lagMs: null, reason: 'no data' }]);
  expect(quiet.status).toMatchObject({ isWell: true, notes: [] });
  const denied = await run({
    answer: ({ action }) =>
      action === 'GetMetricData' ? new AwsFault('AccessDenied', 'no', 403) : undefined,
  });
  expect(denied.status?.isWell).toBe(true);
  expect(denied.status?.notes[0]).toContain('Lag from eu-west-1 to eu-central-1 is not known');
});

test('runStatus() says once that credentials have expired, and prints nothing', async () => {
  const { error, text } = await run({ answer: () => new AwsFault('ExpiredTokenException', 'old', 403) });
  expect(error).toMatchObject({ name: 'CloudError', reason: 'credentials' });
  expect(text).toBe('null');
});

test('runStatus() says that there are no credentials', async () => {
  const noCredentials = () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
  };
  const { wire } = await wiredCloud(() => ({}));
  noCredentials();
  const terminal = spokenTerminal();
  await expect(
    runStatus({ stage: 'main', json: true, probe: false }, { topology, terminal }),
  ).rejects.toThrow('no AWS credentials were found');
  expect(wire.calls).toEqual([]);
});

test('runStatus() doubts a name that it takes for a preview, where nothing is deployed', async () => {
  const { status, error } = await run({
    options: { stage: 'mian' },
    answer: ({ action }) =>
      action === 'DescribeStacks'
        ? { Stacks: [] }
        : action === 'DescribeTable'
          ? new AwsFault('ResourceNotFoundException', 'none')
          : undefined,
  });
  expect(status?.notes).toEqual([expect.stringContaining("does not list 'mian'")]);
  expect(String(error)).toContain('eu-west-1 has no stack');
});
