import { describe, expect, test } from 'vitest';
import { billedAs, standingUse } from '../../src/cost/billed-types.ts';
import { calculateBill } from '../../src/cost/calculate-bill.ts';
import { placeResources } from '../../src/cost/read-resources.ts';
import { healthCheck, PROBE_PATH, resource } from './cost-fixture.ts';

type Given = ReturnType<typeof resource>;

const usdOf = (...resources: readonly Given[]) =>
  calculateBill(standingUse(placeResources(resources, 'eu-west-1'))).totalUsd;

const stat = { MetricStat: {} };

describe('standingUse()', () => {
  test.each<[string, Given, number]>([
    ['an alarm', resource('AWS::CloudWatch::Alarm', { MetricName: '5xx' }), 0.1],
    ['an alarm on two metrics', resource('AWS::CloudWatch::Alarm', { Metrics: [stat, stat, {}] }), 0.2],
    ['an alarm of alarms', resource('AWS::CloudWatch::CompositeAlarm'), 0.5],
    ['a dashboard', resource('AWS::CloudWatch::Dashboard'), 3],
    ['a slow check by HTTPS', healthCheck(PROBE_PATH), 1.5],
    ['a fast check by HTTPS', healthCheck(PROBE_PATH, 10), 2.5],
    [
      'a calculated check',
      resource('AWS::Route53::HealthCheck', { HealthCheckConfig: { Type: 'CALCULATED' } }),
      0.5,
    ],
    ['a zone', resource('AWS::Route53::HostedZone'), 0.5],
    ['a secret', resource('AWS::SecretsManager::Secret'), 0.4],
    ['a key', resource('AWS::KMS::Key'), 1],
    ['a web ACL of three rules', resource('AWS::WAFv2::WebACL', { Rules: [{}, {}, {}] }), 8],
    ['a budget', resource('AWS::Budgets::Budget'), 0],
  ])('standingUse() knows the price of %s', (_, given, usd) => {
    expect(usdOf(given)).toBeCloseTo(usd, 10);
  });

  test('standingUse() counts a secret where it is and wherever it is copied to', () => {
    const ReplicaRegions = [{ Region: 'eu-west-1' }, { Region: 'eu-central-1' }];
    const secret = resource('AWS::SecretsManager::Secret', { ReplicaRegions });
    expect(standingUse(placeResources([secret], 'us-east-1'))).toEqual(
      ['us-east-1', 'eu-west-1', 'eu-central-1'].map((region) => ({ region, quantities: { secrets: 1 } })),
    );
  });

  test('standingUse() counts a zone once, whether the stage makes it or has records in one', () => {
    const [record, zone] = [resource('AWS::Route53::RecordSet'), resource('AWS::Route53::HostedZone')];
    expect(usdOf(record, record)).toBe(0.5);
    expect(usdOf(record, zone)).toBe(0.5);
  });
});

describe('billedAs()', () => {
  test('billedAs() knows nothing of a type that nobody has looked at, and any custom resource', () => {
    expect(billedAs('AWS::EC2::NatGateway')).toBeUndefined();
    expect(billedAs('constructor')).toBeUndefined();
    expect(billedAs('Custom::ReplicaStream')).toMatchObject({ kind: 'free' });
  });
});
