import { defineTopology, type TopologyInput } from '@gsp/platform/topology';
import { vi } from 'vitest';
import { type Cloud, openCloud } from '../../src/cloud/region-clients.ts';
import { type StageTarget, stageTarget } from '../../src/cloud/stage-target.ts';
import { type AwsCall, AwsFault, type AwsWire, startAwsWire } from '../cloud/aws-wire.ts';

/** What AWS answers to `service.Action`; with a function it can tell regions and inputs apart. */
export type Answers = Readonly<Record<string, unknown | ((call: AwsCall) => unknown)>>;

export const ACCOUNT = '111122223333';
export const NAME_SERVERS = ['ns-1.awsdns-01.com', 'ns-2.awsdns-02.net'] as const;
export const ZONE = { zoneName: 'example.com', hostedZoneId: 'Z0123456789ABC' } as const;

const AMPLE = { Quota: { Value: 100_000 } };

/** An account in which nothing is deployed, and nothing is in the way. */
const FIT: Answers = {
  'sts.GetCallerIdentity': { Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/ann`, UserId: 'AIDA' },
  'ssm.GetParameter': { Parameter: { Name: 'version', Value: '21', Version: 1 } },
  'cloudformation.DescribeStacks': { Stacks: [] },
  'dynamodb.DescribeTable': new AwsFault('ResourceNotFoundException', 'Requested resource not found'),
  'servicequotas.GetServiceQuota': AMPLE,
  'servicequotas.GetAWSDefaultServiceQuota': AMPLE,
  'route53.GetHostedZone': {
    HostedZone: { Id: `/hostedzone/${ZONE.hostedZoneId}`, Name: 'example.com.', CallerReference: 'x' },
    DelegationSet: { NameServers: [...NAME_SERVERS] },
  },
  'route53.ListHostedZonesByName': { HostedZones: [], IsTruncated: false, MaxItems: 10 },
  'route53.GetAccountLimit': {
    Limit: { Type: 'MAX_HEALTH_CHECKS_BY_OWNER', Value: 200 },
    Count: 0,
  },
};

/** An account at the end of a real connection, and what was asked of it. */
export interface WiredAccount {
  readonly cloud: Cloud;
  readonly wire: AwsWire;
}

/** Starts a fit account in which `answers` differ. Every client made until the environment is restored speaks to it. */
export async function startAccount(answers: Answers = {}): Promise<WiredAccount> {
  const wire = await startAwsWire((call) => {
    const key = `${call.service}.${call.action}`;
    const answer = key in answers ? answers[key] : FIT[key];
    return typeof answer === 'function' ? answer(call) : answer;
  });
  for (const [key, value] of Object.entries(wire.env)) vi.stubEnv(key, value);
  for (const key of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) vi.stubEnv(key, undefined);
  return { cloud: openCloud(), wire };
}

/** Stage `main` of a topology with these changes. */
export function mainTarget(changes: Partial<TopologyInput> = {}): StageTarget {
  const topology = defineTopology({
    project: 'shop',
    regions: ['eu-west-1', 'eu-central-1'],
    stages: { main: {} },
    ...changes,
  });
  return stageTarget(topology, { stage: 'main', backendType: 'standalone' });
}

/** The root stack of stage `main` as CloudFormation tells it; in the call's region. */
export function stackOf({ region }: AwsCall, StackStatus: string): Record<string, unknown> {
  const name = 'amplify-main-backend-standalone-0123456789';
  return {
    StackName: name,
    StackId: `arn:aws:cloudformation:${region}:${ACCOUNT}:stack/${name}/0`,
    StackStatus,
    CreationTime: new Date('2026-11-01T00:00:00Z'),
    Tags: Object.entries({ project: 'shop', stage: 'main', region }).map(([Key, Value]) => ({ Key, Value })),
  };
}
