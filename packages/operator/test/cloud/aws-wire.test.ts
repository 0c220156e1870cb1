import { DescribeStacksCommand, paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesByNameCommand,
  ListTagsForResourcesCommand,
} from '@aws-sdk/client-route-53';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, expect, test, vi } from 'vitest';
import { type Cloud, openCloud } from '../../src/cloud/region-clients.ts';
import { type AwsCall, AwsFault, type AwsWire, startAwsWire } from './aws-wire.ts';

/** The server that the tests of every command stand on speaks what the real clients understand. */
let wire: AwsWire | undefined;
let cloud: Cloud | undefined;

afterEach(async () => {
  cloud?.close();
  await wire?.close();
  vi.unstubAllEnvs();
});

async function answering(answer: (call: AwsCall) => unknown) {
  wire = await startAwsWire(answer);
  for (const [key, value] of Object.entries(wire.env)) vi.stubEnv(key, value);
  cloud = openCloud();
  return { clients: cloud.region('eu-central-1'), wire };
}

const AT = new Date('2026-11-23T10:00:00Z');

test('startAwsWire() speaks query and XML: lists, times, flags and what XML reserves', async () => {
  const stack = {
    StackName: 'a<b&c',
    StackStatus: 'CREATE_COMPLETE',
    CreationTime: AT,
    EnableTerminationProtection: true,
    Tags: [{ Key: 'project', Value: 'gsp' }],
    Outputs: [{ OutputKey: 'customOutputs', OutputValue: '{"a":"b"}' }],
  };
  const { clients, wire } = await answering(() => ({ Stacks: [stack] }));
  const { Stacks } = await clients.cloudFormation.send(new DescribeStacksCommand({ StackName: 'x' }));
  expect(Stacks).toEqual([stack]);
  expect(wire.calls).toEqual([
    {
      service: 'cloudformation',
      action: 'DescribeStacks',
      region: 'eu-central-1',
      input: { StackName: 'x' },
    },
  ]);
});

test('startAwsWire() gives the pages that are asked for', async () => {
  const { clients } = await answering(({ input }) =>
    input.NextToken === 'two'
      ? { Stacks: [{ StackName: 'b' }] }
      : { Stacks: [{ StackName: 'a' }], NextToken: 'two' },
  );
  const names: unknown[] = [];
  for await (const page of paginateDescribeStacks({ client: clients.cloudFormation }, {}))
    names.push(...(page.Stacks ?? []).map(({ StackName }) => StackName));
  expect(names).toEqual(['a', 'b']);
});

test('startAwsWire() speaks the JSON of SSM, DynamoDB, CloudWatch, quotas and tagging, and STS', async () => {
  const answers: Record<string, unknown> = {
    GetParameter: { Parameter: { Value: 'v', Version: 3, LastModifiedDate: AT } },
    DescribeTable: { Table: { TableName: 't', CreationDateTime: AT, Replicas: [{ RegionName: 'x' }] } },
    GetMetricData: { MetricDataResults: [{ Id: 'a', Timestamps: [AT], Values: [1.5] }] },
    GetServiceQuota: { Quota: { Value: 10 } },
    GetResources: { ResourceTagMappingList: [{ ResourceARN: 'arn', Tags: [{ Key: 'a', Value: 'b' }] }] },
    GetCallerIdentity: { Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/x' },
  };
  const { clients, wire } = await answering(({ action }) => answers[action]);
  const { ssm, dynamoDb, cloudWatch, quotas, tagging, sts } = clients;
  expect(await ssm.send(new GetParameterCommand({ Name: 'n' }))).toMatchObject({
    Parameter: { Value: 'v', Version: 3, LastModifiedDate: AT },
  });
  expect(await dynamoDb.send(new DescribeTableCommand({ TableName: 't' }))).toMatchObject({
    Table: { CreationDateTime: AT, Replicas: [{ RegionName: 'x' }] },
  });
  const metrics = new GetMetricDataCommand({ MetricDataQueries: [], StartTime: AT, EndTime: AT });
  expect(await cloudWatch.send(metrics)).toMatchObject({
    MetricDataResults: [{ Timestamps: [AT], Values: [1.5] }],
  });
  const quota = new GetServiceQuotaCommand({ ServiceCode: 's', QuotaCode: 'q' });
  expect(await quotas.send(quota)).toMatchObject({ Quota: { Value: 10 } });
  expect(await tagging.send(new GetResourcesCommand({}))).toMatchObject({
    ResourceTagMappingList: [{ ResourceARN: 'arn', Tags: [{ Key: 'a', Value: 'b' }] }],
  });
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '123456789012' });
  expect(wire.calls.map(({ service }) => service)).toEqual([
    'ssm',
    'dynamodb',
    'monitoring',
    'servicequotas',
    'tagging',
    'sts',
  ]);
});

test('startAwsWire() speaks Route 53: paths, query and lists by their elements', async () => {
  const answers: Record<string, unknown> = {
    ListHostedZonesByName: {
      HostedZones: [{ Id: '/hostedzone/Z1', Name: 'example.com.', CallerReference: 'r' }],
      IsTruncated: false,
      MaxItems: 1,
    },
    ListTagsForResources: {
      ResourceTagSets: [{ ResourceId: 'h', Tags: [{ Key: 'stage', Value: 'main' }] }],
    },
    ChangeResourceRecordSets: { ChangeInfo: { Id: 'c', Status: 'PENDING', SubmittedAt: AT } },
  };
  const { clients, wire } = await answering(({ action }) => answers[action]);
  const byName = new ListHostedZonesByNameCommand({ DNSName: 'example.com', MaxItems: 1 });
  expect(await clients.route53.send(byName)).toMatchObject({
    HostedZones: [{ Id: '/hostedzone/Z1' }],
    IsTruncated: false,
  });
  const tags = new ListTagsForResourcesCommand({ ResourceType: 'healthcheck', ResourceIds: ['h'] });
  expect(await clients.route53.send(tags)).toMatchObject({
    ResourceTagSets: [{ Tags: [{ Key: 'stage', Value: 'main' }] }],
  });
  const record = { Name: 'a.', Type: 'A' as const, TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] };
  const change = new ChangeResourceRecordSetsCommand({
    HostedZoneId: 'Z1',
    ChangeBatch: { Changes: [{ Action: 'DELETE', ResourceRecordSet: record }] },
  });
  expect(await clients.route53.send(change)).toMatchObject({ ChangeInfo: { SubmittedAt: AT } });
  expect(wire.calls.map(({ input }) => input)).toEqual([
    { DNSName: 'example.com', MaxItems: '1' },
    { ResourceType: 'healthcheck', ResourceIds: ['h'] },
    {
      HostedZoneId: 'Z1',
      ChangeBatch: { Changes: [{ Action: 'DELETE', ResourceRecordSet: { ...record, TTL: '60' } }] },
    },
  ]);
});

test('startAwsWire() gives faults by their code in every protocol, and notes what was not expected', async () => {
  const { clients, wire } = await answering(({ service }) =>
    service === 'tagging' ? undefined : new AwsFault('AccessDenied', 'no', 403),
  );
  for (const call of [
    () => clients.sts.send(new GetCallerIdentityCommand({})),
    () => clients.ssm.send(new GetParameterCommand({ Name: 'n' })),
    () => clients.route53.send(new ListHostedZonesByNameCommand({})),
  ]) {
    await expect(call()).rejects.toMatchObject({ name: 'AccessDenied', message: 'no' });
  }
  expect(wire.unexpected).toEqual([]);
  await expect(clients.tagging.send(new GetResourcesCommand({}))).rejects.toThrow('No answer for tagging');
  expect(wire.unexpected).toMatchObject([{ action: 'GetResources' }]);
});
