import { afterEach, describe, expect, test, vi } from 'vitest';
import type { TopologyInput } from '../../../amplify/topology/topology-schema.ts';
import { bootstrapRegionsOf } from '../../../scripts/steps/doctor/cloud/check-bootstrap.ts';
import { type CloudExamination, examineCloud } from '../../../scripts/steps/doctor/examine-cloud.ts';
import type { Finding } from '../../../scripts/steps/doctor/finding.ts';
import { type AwsCall, AwsFault, CONNECTION_LOST } from '../cloud/aws-wire.ts';
import {
  ACCOUNT,
  type Answers,
  NAME_SERVERS,
  placeMain,
  stackOf,
  startAccount,
  type WiredAccount,
  ZONE,
} from './wired-account.ts';

let account: WiredAccount | undefined;

afterEach(async () => {
  account?.cloud.close();
  await account?.wire.close();
  account = undefined;
  vi.unstubAllEnvs();
});

type Asked = Partial<Pick<CloudExamination, 'resolveNs' | 'nowMs' | 'signal'>> & {
  readonly topology?: Partial<TopologyInput>;
};

const delegated = async () => [...NAME_SERVERS];

async function findings(
  answers: Answers = {},
  { topology, ...asked }: Asked = {},
): Promise<readonly Finding[]> {
  account = await startAccount(answers);
  const place = placeMain(topology);
  return examineCloud({ place, cloud: account.cloud, resolveNs: delegated, ...asked });
}

const of = (check: string, all: readonly Finding[]) => all.filter((finding) => finding.check === check);
const text = ({ what, why = '', remedy = '' }: Finding) => [what, why, remedy].join(' | ');
const faults = (all: readonly Finding[]) => all.filter(({ level }) => level === 'fault');
const inRegion = (region: string, answer: unknown, otherwise: unknown) => (call: AwsCall) =>
  call.region === region ? answer : otherwise;
const parameter = (Value: string) => ({ Parameter: { Name: 'version', Value, Version: 1 } });

describe('examineCloud()', () => {
  test('examineCloud() finds no fault in an account in which nothing stands in the way', async () => {
    const all = await findings();
    expect(faults(all)).toEqual([]);
    expect(all.filter(({ level }) => level === 'warning')).toEqual([]);
    expect([...new Set(all.map(({ check }) => check))]).toEqual([
      'credentials',
      'bootstrap',
      'stack',
      'table',
      'quotas',
      'cost',
    ]);
    expect(all.every(({ stage }) => stage === 'main')).toBe(true);
    expect(account?.wire.unexpected).toEqual([]);
  });

  test('examineCloud() changes nothing: every call reads', async () => {
    await findings({}, { topology: { domain: ZONE } });
    const actions = new Set(account?.wire.calls.map(({ action }) => action));
    expect(actions.size).toBeGreaterThan(5);
    for (const action of actions) expect(action).toMatch(/^(Get|List|Describe)/);
  });

  test('examineCloud() asks every region of the stage', async () => {
    await findings();
    for (const action of ['GetCallerIdentity', 'GetParameter', 'DescribeStacks', 'GetServiceQuota']) {
      const asked = account?.wire.calls.filter((call) => call.action === action).map(({ region }) => region);
      expect([...new Set(asked)].sort(), action).toEqual(['eu-central-1', 'eu-west-1']);
    }
  });

  test('examineCloud() gives up with its reason when it is told to', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(findings({}, { signal: stop.signal })).rejects.toThrow('enough');
  });
});

describe('credentials', () => {
  test('examineCloud() examines nothing else when there are no credentials', async () => {
    account = await startAccount();
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    account.cloud.close();
    const all = await examineCloud({ place: placeMain(), cloud: account.cloud });
    expect(all.map(({ check, level }) => [check, level])).toEqual([
      ['credentials', 'fault'],
      ['cost', 'note'],
    ]);
    expect(text(all[0] ?? { check: '', stage: null, level: 'ok', what: '' })).toMatch(
      /no AWS credentials were found.*aws sso login/,
    );
    expect(account.wire.calls).toEqual([]);
  });

  test.each([
    [
      'expired',
      new AwsFault('ExpiredToken', 'The security token is expired', 403),
      /have expired.*Sign in again/,
    ],
    [
      'unknown',
      new AwsFault('InvalidClientTokenId', 'The token is invalid', 403),
      /does not know the credentials/,
    ],
    [
      'refused in words of its own',
      new AwsFault('StrangeFault', 'Today is a holiday'),
      /StrangeFault: Today is a holiday/,
    ],
    ['unreachable', CONNECTION_LOST, /does not answer/],
  ])('examineCloud() says so once when credentials are %s in every region', async (_, answer, words) => {
    const all = await findings({ 'sts.GetCallerIdentity': answer });
    expect(faults(all)).toHaveLength(1);
    expect(all[0]).toMatchObject({ check: 'credentials', level: 'fault' });
    expect(all.map(text).join('\n')).toMatch(words);
    expect(of('bootstrap', all)).toEqual([]);
  });

  test('examineCloud() names the region that does not know the credentials when the other does', async () => {
    const answer = inRegion('eu-central-1', new AwsFault('OptInRequired', 'not subscribed', 403), {
      Account: ACCOUNT,
      Arn: 'arn',
      UserId: 'x',
    });
    const all = await findings({ 'sts.GetCallerIdentity': answer });
    expect(faults(all).map(({ what }) => what)).toEqual([expect.stringContaining('eu-central-1')]);
  });

  test('examineCloud() is a fault when regions see different accounts', async () => {
    const answer = ({ region }: AwsCall) => ({
      Account: region === 'eu-west-1' ? ACCOUNT : '999988887777',
      Arn: 'arn',
      UserId: 'x',
    });
    const all = await findings({ 'sts.GetCallerIdentity': answer });
    expect(faults(all)).toMatchObject([{ check: 'account', what: expect.stringContaining('999988887777') }]);
    expect(of('bootstrap', all)).toEqual([]);
  });

  test.each([
    [90, 'ok'],
    [59, 'warning'],
    [-1, 'warning'],
  ] as const)('examineCloud() tells credentials that last %i more minutes as %s', async (minutes, level) => {
    const expiresAt = new Date('2026-11-23T12:00:00Z');
    vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', expiresAt.toISOString());
    const all = await findings({}, { nowMs: () => expiresAt.getTime() - minutes * 60_000 });
    expect(of('credentials', all)).toMatchObject([
      { level, what: expect.stringContaining(`for ${Math.max(0, minutes)} more minutes`) },
    ]);
  });
});

describe('bootstrap', () => {
  test('examineCloud() gives the command for each region that is not bootstrapped', async () => {
    const missing = new AwsFault('ParameterNotFound', '');
    const all = await findings({ 'ssm.GetParameter': inRegion('eu-central-1', missing, parameter('21')) });
    expect(of('bootstrap', all)).toMatchObject([
      { level: 'ok', what: 'eu-west-1: version 21' },
      { level: 'fault', remedy: `npx cdk bootstrap aws://${ACCOUNT}/eu-central-1` },
    ]);
  });

  test.each([
    ['5', 'fault'],
    ['6', 'ok'],
    ['nonsense', 'fault'],
  ] as const)('examineCloud() judges version %s of a bootstrap as %s', async (version, level) => {
    const all = await findings({ 'ssm.GetParameter': parameter(version) });
    expect(of('bootstrap', all).map((finding) => finding.level)).toEqual([level, level]);
  });

  test('bootstrapRegionsOf() counts us-east-1 when the stage has something at the edge', () => {
    const place = placeMain();
    expect(bootstrapRegionsOf(place)).toEqual(['eu-west-1', 'eu-central-1']);
    const edged = { ...place, settings: { ...place.settings, edge: { waf: true } } };
    expect(bootstrapRegionsOf(edged)).toEqual(['eu-west-1', 'eu-central-1', 'us-east-1']);
  });

  test('examineCloud() goes on when one service is denied', async () => {
    const denied = new AwsFault('AccessDeniedException', 'not authorized to perform ssm:GetParameter');
    const all = await findings({ 'ssm.GetParameter': denied });
    expect(of('bootstrap', all)).toMatchObject([
      { level: 'warning', why: expect.stringContaining('permission is needed') },
      { level: 'warning' },
    ]);
    expect(of('stack', all)).toMatchObject([{ level: 'ok' }, { level: 'ok' }]);
    expect(faults(all)).toEqual([]);
  });
});

describe('stacks', () => {
  test.each([
    ['CREATE_COMPLETE', 'ok', /is CREATE_COMPLETE/],
    ['UPDATE_ROLLBACK_COMPLETE', 'note', /was taken back/],
    ['REVIEW_IN_PROGRESS', 'note', /change set/],
    ['UPDATE_IN_PROGRESS', 'warning', /wait until it is done/],
    ['ROLLBACK_COMPLETE', 'warning', /delete-stack --stack-name amplify-main\S+ --region eu-central-1/],
    ['ROLLBACK_FAILED', 'fault', /delete-stack/],
    ['UPDATE_ROLLBACK_FAILED', 'fault', /continue-update-rollback/],
    ['DELETE_FAILED', 'fault', /delete-stack/],
    ['IMPORT_ROLLBACK_FAILED', 'fault', /describe-stack-events/],
  ] as const)('examineCloud() judges a stack that is %s as %s', async (status, level, words) => {
    const describeStacks = (call: AwsCall) => ({
      Stacks: call.region === 'eu-central-1' ? [stackOf(call, status)] : [],
    });
    const all = await findings({ 'cloudformation.DescribeStacks': describeStacks });
    const [primary, secondary] = of('stack', all);
    expect(primary).toMatchObject({ level: 'ok', what: expect.stringContaining('made first') });
    expect(secondary?.level).toBe(level);
    expect(secondary === undefined ? '' : text(secondary)).toMatch(words);
  });

  test('examineCloud() is a fault when two stacks are of one stage', async () => {
    const describeStacks = (call: AwsCall) => {
      const stack = stackOf(call, 'CREATE_COMPLETE');
      return { Stacks: [stack, { ...stack, StackName: 'amplify-app-main-branch-1', StackId: 'other' }] };
    };
    const all = await findings({ 'cloudformation.DescribeStacks': describeStacks });
    expect(of('stack', all)).toMatchObject([
      { level: 'fault', what: expect.stringContaining('amplify-app-main-branch-1') },
      { level: 'fault' },
    ]);
  });
});

describe('table', () => {
  const stacks = {
    'cloudformation.DescribeStacks': (call: AwsCall) => ({ Stacks: [stackOf(call, 'CREATE_COMPLETE')] }),
  };
  const table = (replicas: readonly string[], more: Record<string, unknown> = {}) => ({
    'dynamodb.DescribeTable': {
      Table: {
        TableName: 'shop-main-items',
        TableStatus: 'ACTIVE',
        Replicas: replicas.map((RegionName) => ({ RegionName, ReplicaStatus: 'ACTIVE' })),
        ...more,
      },
    },
  });
  const deployed = (answers: Answers, topology: Partial<TopologyInput> = {}) =>
    findings({ ...stacks, ...answers }, { topology });
  const three = {
    regions: ['eu-west-1', 'eu-central-1', 'eu-west-3'],
    routing: { policy: 'latency' as const },
  };

  test('examineCloud() is content when the replicas are as in the topology', async () => {
    const all = await deployed(table(['eu-central-1']));
    expect(of('table', all)).toMatchObject([
      { level: 'ok', what: expect.stringContaining('as in the topology') },
    ]);
  });

  test('examineCloud() does not count the primary twice when DynamoDB lists it among the replicas', async () => {
    const all = await deployed(table(['eu-west-1', 'eu-central-1']));
    expect(of('table', all)).toMatchObject([{ level: 'ok' }]);
  });

  test('examineCloud() notes a replica that the next deploy adds', async () => {
    const all = await deployed(table(['eu-central-1']), three);
    expect(of('table', all)).toMatchObject([
      { level: 'note', what: expect.stringContaining('add eu-west-3') },
    ]);
  });

  test('examineCloud() warns of a replica that the next deploy removes, and of the 24 hours', async () => {
    const all = await deployed(table(['eu-central-1', 'eu-west-3']));
    expect(of('table', all)).toMatchObject([
      {
        level: 'warning',
        what: expect.stringContaining('remove eu-west-3'),
        why: expect.stringContaining('24 hours'),
      },
    ]);
  });

  test('examineCloud() is a fault with the order of steps when two replicas would change at once', async () => {
    const all = await deployed(table(['us-east-1']), {});
    expect(of('table', all)).toMatchObject([
      {
        level: 'fault',
        what: '2 replicas would change at once: add eu-central-1, remove us-east-1',
        remedy: expect.stringContaining('add eu-central-1, then remove us-east-1'),
      },
    ]);
  });

  test.each([
    [
      'a replica is being made',
      ['eu-central-1'],
      { Replicas: [{ RegionName: 'eu-central-1', ReplicaStatus: 'CREATING' }] },
    ],
    ['the table is being updated', ['eu-central-1'], { TableStatus: 'UPDATING' }],
  ])('examineCloud() is a fault while %s', async (_, replicas, more) => {
    const all = await deployed(table(replicas, more));
    expect(of('table', all)).toMatchObject([{ level: 'fault', remedy: expect.stringContaining('ACTIVE') }]);
  });

  test('examineCloud() warns of a table that changes when its own stack is what changes it', async () => {
    const all = await findings({
      'cloudformation.DescribeStacks': (call: AwsCall) => ({ Stacks: [stackOf(call, 'UPDATE_IN_PROGRESS')] }),
      ...table(['eu-central-1'], { TableStatus: 'UPDATING' }),
    });
    expect(of('table', all)).toMatchObject([{ level: 'warning', what: expect.stringContaining('UPDATING') }]);
  });

  test('examineCloud() is a fault when the stack that had the table was taken back and the table was not', async () => {
    const all = await findings({
      'cloudformation.DescribeStacks': (call: AwsCall) => ({ Stacks: [stackOf(call, 'ROLLBACK_COMPLETE')] }),
      ...table(['eu-central-1']),
    });
    expect(of('table', all)).toMatchObject([
      { level: 'fault', what: expect.stringContaining('belongs to no stack') },
    ]);
  });

  test('examineCloud() is a fault when the topology wants another consistency than the table has', async () => {
    const all = await deployed(table(['eu-central-1'], { MultiRegionConsistency: 'STRONG' }));
    expect(of('table', all)).toMatchObject([{ level: 'fault', what: expect.stringContaining("'strong'") }]);
  });

  test('examineCloud() is a fault when a table of that name is in no stack of the stage', async () => {
    const all = await findings(table([]));
    expect(of('table', all)).toMatchObject([
      { level: 'fault', what: expect.stringContaining('eu-west-1: a table shop-main-items exists') },
    ]);
  });

  test('examineCloud() is a fault when a table of that name is where a replica shall be', async () => {
    const there = table([])['dynamodb.DescribeTable'];
    const none = new AwsFault('ResourceNotFoundException', 'none');
    const all = await findings({ 'dynamodb.DescribeTable': inRegion('eu-central-1', there, none) });
    expect(of('table', all)).toMatchObject([
      {
        level: 'fault',
        what: expect.stringContaining('eu-central-1: a table'),
        remedy: expect.stringContaining('--region eu-central-1'),
      },
    ]);
  });
});

describe('zone', () => {
  const withZone = (answers: Answers, asked: Asked = {}) =>
    findings(answers, { topology: { domain: ZONE }, ...asked });
  const zone = (more: Record<string, unknown>) => ({
    'route53.GetHostedZone': {
      HostedZone: { Id: ZONE.hostedZoneId, Name: 'example.com.', CallerReference: 'x', ...more },
      DelegationSet: { NameServers: [...NAME_SERVERS] },
    },
  });
  const dnsFault = (code: string) => async () => {
    throw Object.assign(new Error(`queryNs ${code}`), { code });
  };

  test('examineCloud() is content when the world is led to the zone', async () => {
    const all = await withZone({}, { resolveNs: async () => ['NS-2.awsdns-02.net.', NAME_SERVERS[0]] });
    expect(of('zone', all)).toMatchObject([{ level: 'ok' }]);
  });

  test.each([
    [
      'does not exist',
      { 'route53.GetHostedZone': new AwsFault('NoSuchHostedZone', 'none', 404) },
      /does not exist in this account/,
    ],
    ['is of another name', zone({ Name: 'example.org.' }), /is of example\.org/],
    ['is private', zone({ Config: { PrivateZone: true } }), /is private/],
  ])('examineCloud() is a fault when the zone %s', async (_, answers, words) => {
    const all = await withZone(answers);
    expect(of('zone', all)).toMatchObject([{ level: 'fault', what: expect.stringMatching(words) }]);
  });

  test.each([
    ['elsewhere', async () => ['ns.parking.example'], 'fault', /not to its zone/],
    ['partly elsewhere', async () => [NAME_SERVERS[0], 'ns.parking.example'], 'fault', /not to its zone/],
    ['nowhere', dnsFault('ENOTFOUND'), 'fault', /not delegated/],
    [
      'who knows where, for DNS does not answer',
      dnsFault('ETIMEOUT'),
      'warning',
      /could not be examined: DNS answers ETIMEOUT/,
    ],
  ] as const)(
    'examineCloud() names the servers when the zone is delegated %s',
    async (_, resolveNs, level, words) => {
      const all = await withZone({}, { resolveNs });
      expect(of('zone', all)).toMatchObject([
        {
          level,
          what: expect.stringMatching(words),
          remedy: expect.stringContaining(NAME_SERVERS.join(', ')),
        },
      ]);
    },
  );

  test('examineCloud() does not wait for DNS when it is told to give up', async () => {
    const stop = new AbortController();
    const resolveNs = () => {
      stop.abort(new Error('Ctrl-C'));
      return new Promise<never>(() => {});
    };
    await expect(withZone({}, { resolveNs, signal: stop.signal })).rejects.toThrow('Ctrl-C');
  });

  test('examineCloud() says that the zone is made when it is still to be', async () => {
    const all = await findings({}, { topology: { domain: { ...ZONE, hostedZoneId: null } } });
    expect(of('zone', all)).toMatchObject([
      { level: 'note', what: expect.stringContaining('makes the zone') },
    ]);
  });

  test('examineCloud() warns when the account has a zone of that name and the topology does not know it', async () => {
    const listed = {
      HostedZones: [
        {
          Id: '/hostedzone/ZOLD',
          Name: 'example.com.',
          CallerReference: 'x',
          Config: { PrivateZone: false },
        },
        { Id: '/hostedzone/ZNEXT', Name: 'example.net.', CallerReference: 'y' },
      ],
      IsTruncated: false,
      MaxItems: 10,
    };
    const all = await findings(
      { 'route53.ListHostedZonesByName': listed },
      { topology: { domain: { ...ZONE, hostedZoneId: null } } },
    );
    expect(of('zone', all)).toMatchObject([{ level: 'warning', what: expect.stringMatching(/: ZOLD$/) }]);
  });
});

describe('quotas', () => {
  const quota = (code: string, Value: number) => ({
    'servicequotas.GetServiceQuota': ({ input }: AwsCall) => ({
      Quota: { Value: input.QuotaCode === code ? Value : 100_000 },
    }),
  });

  test.each([
    ['L-B99A9384', 10, '10 concurrent executions of Lambda, but 500 are needed (5000 requests/s of 100 ms)'],
    ['L-8A5B8E43', 7_019, '7,019 requests/s of API Gateway, but 7,020 are needed'],
    ['L-AB614373', 3_999, '3,999 write units/s of a DynamoDB table, but 4,000 are needed'],
  ])('examineCloud() warns when %s is %i', async (code, value, words) => {
    const warned = of('quotas', await findings(quota(code, value))).filter(
      ({ level }) => level === 'warning',
    );
    expect(warned.map(({ what }) => what)).toEqual([
      expect.stringContaining(`eu-west-1: ${words}`),
      expect.stringContaining(`eu-central-1: ${words}`),
    ]);
    for (const { remedy } of warned) expect(remedy).toContain(code);
  });

  test('examineCloud() takes the default when AWS has no value of the account', async () => {
    const none = new AwsFault('NoSuchResourceException', 'none');
    const all = await findings({
      'servicequotas.GetServiceQuota': none,
      'servicequotas.GetAWSDefaultServiceQuota': { Quota: { Value: 1 } },
    });
    expect(of('quotas', all).map(({ level }) => level)).toEqual(Array(6).fill('warning'));
    const unknown = await findings({
      'servicequotas.GetServiceQuota': none,
      'servicequotas.GetAWSDefaultServiceQuota': none,
    });
    expect(of('quotas', unknown).map(({ level }) => level)).toEqual(Array(6).fill('note'));
  });

  test('examineCloud() says what it could not examine when Service Quotas is not there', async () => {
    const all = await findings({
      'servicequotas.GetServiceQuota': new AwsFault('UnknownOperationException', 'what?'),
    });
    expect(of('quotas', all)).toHaveLength(6);
    for (const finding of of('quotas', all)) {
      expect(finding).toMatchObject({
        level: 'warning',
        what: expect.stringContaining('could not be examined'),
      });
    }
    expect(faults(all)).toEqual([]);
  });

  test.each([
    [0, 200, 'ok'],
    [194, 200, 'ok'],
    [195, 200, 'note'],
    [3, 5, 'warning'],
  ] as const)('examineCloud() judges %i of %i health checks in use as %s', async (Count, Value, level) => {
    const limit = { Limit: { Type: 'MAX_HEALTH_CHECKS_BY_OWNER', Value }, Count };
    const all = await findings({ 'route53.GetAccountLimit': limit }, { topology: { domain: ZONE } });
    const [found] = of('quotas', all).filter(({ what }) => what.includes('health checks'));
    expect(found).toMatchObject({ level, what: expect.stringContaining('6 are needed') });
  });
});
