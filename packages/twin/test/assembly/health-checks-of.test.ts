import { describe, expect, test } from 'vitest';
import { CHECKER_REGIONS } from '../../src/assembly/health-checks-of.ts';
import { errorOf } from './assembly-fixture.ts';
import { checkOf, HTTPS, recordOf, resolveWithZones, route53Of, VALUES } from './route53-fixture.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;

describe('resolveAssembly() reads health checks', () => {
  test('of an endpoint, with what the template says and with Route 53’s defaults', () => {
    const { checks } = route53Of({
      Full: checkOf(
        {
          ...HTTPS,
          Type: 'HTTPS_STR_MATCH',
          FullyQualifiedDomainName: 'EU-West-1.api.gsp.test.',
          Port: '8443',
          ResourcePath: '/control/evacuations/eu-west-1?a=1',
          SearchString: 'evacuated',
          RequestInterval: '10',
          FailureThreshold: 1,
          Regions: ['eu-west-1', 'us-east-1', 'us-west-2'],
          Inverted: 'true',
          Disabled: true,
        },
        [
          { Key: 'Stage', Value: 'main' },
          { Key: 'Name', Value: 'gsp-main-eu-west-1' },
        ],
      ),
      Bare: checkOf({ ...HTTPS, ResourcePath: 'health' }),
      Tcp: checkOf({ Type: 'TCP', IPAddress: '192.0.2.7', Port: 53 }),
    });
    expect(checks).toEqual([
      {
        kind: 'endpoint',
        id: expect.stringMatching(UUID),
        name: 'gsp-main-eu-west-1',
        protocol: 'HTTPS',
        host: 'eu-west-1.api.gsp.test',
        port: 8443,
        path: '/control/evacuations/eu-west-1?a=1',
        searchString: 'evacuated',
        intervalSeconds: 10,
        failureThreshold: 1,
        checkerRegions: ['eu-west-1', 'us-east-1', 'us-west-2'],
        inverted: true,
        disabled: true,
      },
      {
        kind: 'endpoint',
        id: expect.stringMatching(UUID),
        name: 'Bare',
        protocol: 'HTTPS',
        host: 'eu-west-1.api.gsp.test',
        port: 443,
        path: '/health',
        intervalSeconds: 30,
        failureThreshold: 3,
        checkerRegions: [...CHECKER_REGIONS],
        inverted: false,
        disabled: false,
      },
      expect.objectContaining({ protocol: 'TCP', host: '192.0.2.7', port: 53 }),
    ]);
    expect(CHECKER_REGIONS).toHaveLength(8);
    expect(new Set(checks.map(({ id }) => id)).size).toBe(3);
  });

  test('that are calculated, by the ids of their children', () => {
    const calculated = {
      Type: 'CALCULATED',
      ChildHealthChecks: [{ Ref: 'Own' }, { 'Fn::GetAtt': ['Peer', 'HealthCheckId'] }],
      HealthThreshold: 2,
    };
    const resources = {
      All: checkOf(calculated),
      Own: checkOf(HTTPS),
      Peer: checkOf({ ...HTTPS, Inverted: true }),
    };
    const { checks } = route53Of(resources);
    expect(checks.at(-1)).toEqual({
      kind: 'calculated',
      id: expect.stringMatching(UUID),
      name: 'All',
      children: [checks[0]?.id, checks[1]?.id],
      threshold: 2,
      inverted: false,
      disabled: false,
    });
    expect(route53Of(resources)).toEqual(route53Of(resources));
  });

  test('and names those that it cannot run, and what counts on them', () => {
    const alarm = {
      Type: 'CLOUDWATCH_METRIC',
      AlarmIdentifier: { Name: { Ref: 'Alarm' }, Region: 'eu-west-1' },
    };
    const { route53, notEmulated } = resolveWithZones({
      Alarm: { Type: 'AWS::CloudWatch::Alarm' },
      OfAlarm: checkOf(alarm),
      OfSwitch: checkOf({ Type: 'RECOVERY_CONTROL', RoutingControlArn: 'arn' }),
      V6: checkOf({ ...HTTPS, FullyQualifiedDomainName: undefined, IPAddress: '2001:db8::1' }),
      Both: checkOf({ ...HTTPS, IPAddress: '192.0.2.7' }),
      All: checkOf({ Type: 'CALCULATED', ChildHealthChecks: [{ Ref: 'OfAlarm' }], HealthThreshold: 1 }),
      Counted: recordOf({ ...VALUES, HealthCheckId: { Ref: 'All' } }),
    });
    expect(route53.checks).toMatchObject([{ host: '192.0.2.7' }]);
    expect(route53.records).toHaveLength(1);
    expect(route53.records[0]).not.toHaveProperty('healthCheckId');
    expect(notEmulated).toEqual([
      { type: 'AWS::CloudWatch::Alarm', logicalIds: ['Alarm'] },
      { type: 'AWS::Route53::HealthCheck FullyQualifiedDomainName beside IPAddress', logicalIds: ['Both'] },
      { type: 'AWS::Route53::HealthCheck of a check that is not run', logicalIds: ['All'] },
      { type: 'AWS::Route53::HealthCheck of an IPv6 address', logicalIds: ['V6'] },
      { type: 'AWS::Route53::HealthCheck of type CLOUDWATCH_METRIC', logicalIds: ['OfAlarm'] },
      { type: 'AWS::Route53::HealthCheck of type RECOVERY_CONTROL', logicalIds: ['OfSwitch'] },
      {
        type: 'AWS::Route53::RecordSet HealthCheckId of a check that is not run (it counts as healthy)',
        logicalIds: ['Counted'],
      },
    ]);
  });

  test.each<[string, object, RegExp]>([
    ['no endpoint', { Type: 'HTTPS' }, /FullyQualifiedDomainName or an IPAddress/],
    ['TCP without a port', { ...HTTPS, Type: 'TCP' }, /needs a Port/],
    ['nothing to search for', { ...HTTPS, Type: 'HTTP_STR_MATCH' }, /SearchString/],
    ['a text to search for in vain', { ...HTTPS, SearchString: 'x' }, /SearchString/],
    ['two checker regions', { ...HTTPS, Regions: ['eu-west-1', 'us-east-1'] }, /Regions/],
    [
      'a region without checkers',
      { ...HTTPS, Regions: ['eu-central-1', 'eu-west-1', 'us-east-1'] },
      /Regions/,
    ],
    ['an interval of its own', { ...HTTPS, RequestInterval: 20 }, /RequestInterval/],
    ['a threshold of zero', { ...HTTPS, FailureThreshold: 0 }, /FailureThreshold/],
    ['a calculation over nothing', { Type: 'CALCULATED', HealthThreshold: 1 }, /ChildHealthChecks/],
    [
      'a calculation without a threshold',
      { Type: 'CALCULATED', ChildHealthChecks: ['x'] },
      /HealthThreshold/,
    ],
  ])('and fails on %s', (_, config, message) => {
    const error = errorOf(() => resolveWithZones({ C: checkOf(config) }));
    expect(error).toMatchObject({ code: 'InvalidResource', logicalId: 'C' });
    expect((error as Error).message).toMatch(message);
  });
});
