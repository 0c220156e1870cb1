import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimate, estimateUse } from '../../src/cost/estimate-use.ts';
import { probesPerMonth } from '../../src/cost/probes.ts';
import type { Traffic } from '../../src/cost/request-use.ts';
import type { Inventory } from '../../src/cost/take-inventory.ts';
import { healthCheck, lambda, PROBE_PATH, REGIONS, resource, stageOf, TRAFFIC } from './cost-fixture.ts';

const functions = ['api', 'health', 'heartbeat', 'conflicts', 'authorizer'].map((name) => lambda(name));
const plain = stageOf(functions);
const idle: Traffic = { ...TRAFFIC, requests: 0 };

const useOf = (inventory: Inventory, traffic: Traffic, region = 'eu-west-1') =>
  estimateUse(inventory, traffic).find((use) => use.region === region)?.quantities ?? {};
const total = (inventory: Inventory, traffic: Traffic) => estimate(inventory, traffic).bill.totalUsd;

describe('estimateUse()', () => {
  test('estimateUse() bills a write in every Region and a read once', () => {
    for (const region of REGIONS) {
      const { writeUnits, httpApiRequests, lambdaRequests, readUnits = 0 } = useOf(plain, TRAFFIC, region);
      expect({ writeUnits, httpApiRequests, lambdaRequests }).toEqual({
        ...{ writeUnits: 3e6, httpApiRequests: 5e6, lambdaRequests: 5e6 },
      });
      // 3.5 million at half a unit, and a glance at evacuations in five seconds: 525,600 at half a unit.
      expect(readUnits).toBeCloseTo(1.75e6 + 262_800, 6);
    }
    expect(useOf(plain, { ...TRAFFIC, isStrong: true }).readUnits).toBeCloseTo(3.5e6 + 262_800, 6);
  });

  test('estimateUse() bills each index that an item is in as one more write and one more copy, in every Region', () => {
    const expiring: Inventory = { ...plain, expires: true };
    for (const region of REGIONS) {
      const without = useOf(expiring, TRAFFIC, region);
      const { writeUnits, storageGb, recoveryGb } = useOf(expiring, { ...TRAFFIC, indexes: 2 }, region);
      expect(writeUnits).toBe(3 * (without.writeUnits ?? 0));
      expect(storageGb).toBeCloseTo(3 * (without.storageGb ?? 0), 9);
      expect(recoveryGb).toBe(without.recoveryGb);
    }
  });

  test('estimateUse() sends all traffic to the primary where that answers alone', () => {
    const traffic: Traffic = { ...TRAFFIC, share: 'primary' };
    expect(useOf(plain, traffic).httpApiRequests).toBe(10e6);
    expect(useOf(plain, traffic, 'eu-central-1')).toMatchObject({
      writeUnits: 3e6,
      storageGb: expect.any(Number),
    });
    expect(useOf(plain, traffic, 'eu-central-1').httpApiRequests).toBeUndefined();
  });

  test('estimateUse() uses nothing where nothing stands and nobody calls', () => {
    expect(estimate(plain, idle).idle.totalUsd).toBe(0);
  });

  test('estimateUse() counts probes as requests, canaries in every Region, and metrics of both routes', () => {
    const stage = resource('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { DetailedMetricsEnabled: true },
    });
    const checks = [healthCheck(PROBE_PATH), healthCheck('/control/evacuations/eu-west-1')];
    const use = useOf(stageOf([...functions, stage, ...checks]), idle);
    // 1,800 an hour x 3 of 8 Regions of checkers x 730 hours, from each of the two checks.
    expect(use).toMatchObject({
      ...{ httpApiRequests: 985_500, lambdaRequests: 985_500, writeUnits: 2 * 492_750 },
      ...{ readUnits: 492_750 + 0.5 * 985_500, customMetrics: 1 + 2 * 6 },
    });
    expect(use.lambdaGbSeconds).toBeCloseTo(985_500 * 0.025 * 0.5, 6);
  });

  test('estimateUse() writes no more than one canary a second, however often it is asked', () => {
    const many = Array.from({ length: 10 }, () => healthCheck(PROBE_PATH, 10));
    expect(useOf(stageOf([...functions, ...many]), idle).writeUnits).toBe(2 * 730 * 3_600);
  });

  test('estimateUse() counts heartbeats: a write in every Region, reads here and at the peer, two metrics a peer', () => {
    const beating = [...functions, resource('AWS::Events::Rule')];
    const minutes = 43_800;
    expect(useOf(stageOf(beating), idle)).toMatchObject({
      ...{ lambdaRequests: minutes, lambdaGbSeconds: minutes * 0.5, writeUnits: 2 * minutes },
      ...{ readUnits: minutes * 13, customMetrics: 2 },
    });
    const three = stageOf(beating, { regions: [...REGIONS, 'eu-west-3'] });
    expect(useOf(three, idle)).toMatchObject({
      ...{ writeUnits: 3 * minutes, readUnits: minutes * (3 + 2 * 11), customMetrics: 4 },
    });
    expect(useOf(stageOf(beating, { regions: ['eu-west-1'] }), idle)).toEqual({});
  });

  test('estimateUse() counts what expires as a write in each other Region, and a call where it was written', () => {
    const mapping = resource('AWS::Lambda::EventSourceMapping');
    const once = [
      resource('AWS::DynamoDB::GlobalTable', {
        TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' },
      }),
    ];
    const use = useOf(stageOf([...functions, mapping], { once }), TRAFFIC);
    // Half of 3 million items expire first in the other Region; of those half were written here.
    expect(use.writeUnits).toBe(3e6 + 1.5e6);
    expect(use.lambdaRequests).toBe(5e6 + 0.75e6);
  });

  test("estimateUse() counts the edge: its requests and bytes instead of the Regions' own, and its secrets", () => {
    const withEdge = [lambda('api', { ORIGIN_SECRETS: 'one,other' })];
    const once = [
      resource('AWS::CloudFront::Distribution'),
      resource('AWS::WAFv2::WebACL', { Rules: [{}, {}, {}, {}, {}] }),
      resource('AWS::SecretsManager::Secret', { ReplicaRegions: [{ Region: 'eu-central-1' }] }),
    ];
    const inventory = stageOf(withEdge, { once });
    const use = useOf(inventory, TRAFFIC);
    expect(use).toMatchObject({ secrets: 1, secretCalls: 2 * 8_760 });
    expect(useOf(inventory, TRAFFIC, 'eu-central-1').secrets).toBe(1);
    expect(use.internetGb).toBeUndefined();
    expect(useOf(inventory, TRAFFIC, 'global')).toMatchObject({
      ...{ edgeRequests: 10e6, wafRequests: 10e6, webAcls: 1, wafRules: 5 },
    });
    expect(useOf(inventory, TRAFFIC, 'global').edgeGb).toBeCloseTo((10e6 * (1_024 + 600)) / 1024 ** 3, 6);
  });

  test('estimateUse() counts a function that verifies tokens', () => {
    const native = resource('AWS::ApiGatewayV2::Authorizer', { AuthorizerType: 'JWT' });
    const own = resource('AWS::ApiGatewayV2::Authorizer', { AuthorizerType: 'REQUEST' });
    expect(useOf(stageOf([...functions, native]), TRAFFIC).lambdaRequests).toBe(5e6);
    expect(useOf(stageOf([...functions, own]), TRAFFIC).lambdaRequests).toBe(5e6 + 0.5e6);
  });

  test('estimateUse() counts experiments and how often their bucket is asked', () => {
    const asking = ['api', 'health'].map((name) => lambda(name, { AWS_FIS_CONFIGURATION_LOCATION: 'here' }));
    const use = useOf(stageOf(asking), { ...TRAFFIC, experimentMinutes: 20 });
    // Without health checks nobody keeps the function of health warm.
    expect(use).toMatchObject({ bucketLists: 43_800, experimentMinutes: 20 });
  });
});

describe('estimate()', () => {
  test('estimate() grows with requests, by its price of a million as soon as there are enough', () => {
    const { perMillionUsd } = estimate(plain, TRAFFIC);
    fc.assert(
      fc.property(fc.integer({ min: 2e6, max: 1e9 }), (requests) => {
        const usd = total(plain, { ...TRAFFIC, requests });
        expect(total(plain, { ...TRAFFIC, requests: requests + 1e6 }) - usd).toBeCloseTo(perMillionUsd, 4);
        expect(usd).toBeGreaterThan(total(plain, { ...TRAFFIC, requests: requests / 2 }));
      }),
      { numRuns: 30 },
    );
  });

  test('estimate() tells apart what idles and what the first caller adds', () => {
    const { idle: quiet, awakeUsd } = estimate(plain, TRAFFIC);
    expect(quiet.totalUsd).toBe(0);
    // Requests and Latency, in two Regions.
    expect(awakeUsd).toBeCloseTo(4 * 0.3, 4);
  });
});

describe('probesPerMonth()', () => {
  test('probesPerMonth() counts by interval and Regions of checkers', () => {
    expect(probesPerMonth([{ intervalSeconds: 30, checkerRegions: 3 }])).toBe(492_750);
    expect(probesPerMonth([{ intervalSeconds: 10, checkerRegions: 3 }])).toBe(1_067_625);
    expect(probesPerMonth([{ intervalSeconds: 10, checkerRegions: 8 }])).toBe(2_847_000);
  });
});
