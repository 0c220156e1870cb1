import { RegionHealth } from '@gsp/platform/infra';
import { regionalName } from '@gsp/platform/topology';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { checkCost, healthChecksOf, idleCostOf } from '../../src/doctor/cloud/check-cost.ts';
import { mainTarget, ZONE } from './wired-account.ts';

const fast = { routing: { healthCheck: { intervalSeconds: 10 as const } } };

describe('idleCostOf()', () => {
  test('idleCostOf() is nothing when there is no domain', () => {
    expect(idleCostOf(mainTarget())).toEqual({ zone: 0, healthChecks: 0, probes: 0, total: 0 });
    const what = expect.stringContaining('no health checks');
    expect(checkCost(mainTarget())).toMatchObject({ level: 'note', what });
  });

  test('idleCostOf() is the zone alone while that is still to be made', () => {
    expect(idleCostOf(mainTarget({ domain: { ...ZONE, hostedZoneId: null } }))).toMatchObject({
      zone: 0.5,
      healthChecks: 0,
      probes: 0,
      total: 0.5,
    });
  });

  test('idleCostOf() counts each check with its options, and the probes they send', () => {
    const cost = idleCostOf(mainTarget({ domain: ZONE }));
    // Four endpoint checks at 0.50 + 1.00 for HTTPS, two calculated ones at 0.50.
    expect(cost.healthChecks).toBe(7);
    // 4 checks x 1,800 an hour x 3 of 8 regions x 730 hours = 1.971 million, half of them at 1.11 dollars for the API
    // and half at 1.20, and 0.20 + 0.17 for the function.
    expect(cost.probes).toBeCloseTo(1.971 * ((1.11 + 1.2) / 2 + 0.2 + 12_500 * 0.0000133334), 6);
    expect(cost.total).toBeCloseTo(cost.zone + cost.healthChecks + cost.probes, 10);
    expect(checkCost(mainTarget({ domain: ZONE })).what).toContain(`$${cost.total.toFixed(2)} a month`);
  });

  test('idleCostOf() counts the short interval, its option and its probes', () => {
    const slow = idleCostOf(mainTarget({ domain: ZONE }));
    const quick = idleCostOf(mainTarget({ domain: ZONE, ...fast }));
    expect(quick.healthChecks - slow.healthChecks).toBe(4);
    expect(quick.probes / slow.probes).toBeCloseTo(3_900 / 1_800, 10);
  });
});

describe('healthChecksOf()', () => {
  test.each([
    [['eu-west-1'], 2],
    [['eu-west-1', 'eu-central-1'], 6],
    [['eu-west-1', 'eu-central-1', 'eu-west-3'], 12],
  ])('healthChecksOf() counts them for %j as the definition makes them', (regions, total) => {
    expect(healthChecksOf({ regions, domain: ZONE })).toMatchObject({ total });
    const made = regions.map((region) => healthChecksMadeIn(region, regions));
    expect(made.reduce((sum, count) => sum + count, 0)).toBe(total);
  });
});

/** How many health checks the definition makes in a region. */
function healthChecksMadeIn(region: string, regions: readonly string[]): number {
  const stack = new Stack(new App(), 'Stack');
  const named = (of: string) => ({ region: of, regionalName: regionalName(ZONE.zoneName, of) });
  new RegionHealth(stack, 'Health', {
    name: region,
    probePath: '/health/probe',
    ...named(region),
    peers: regions.filter((peer) => peer !== region).map(named),
    ...mainTarget().settings.routing.healthCheck,
  });
  return Object.keys(Template.fromStack(stack).findResources('AWS::Route53::HealthCheck')).length;
}
