import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calculateBill } from '../../../scripts/steps/cost/calculate-bill.ts';
import { estimateUse, probesPerMonth, type Traffic } from '../../../scripts/steps/cost/estimate-use.ts';
import { inventoryOf } from '../../../scripts/steps/cost/read-inventory.ts';

const resources = [
  { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'gsp-main-api', MemorySize: 512 } },
  { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: '5xx' } },
  { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [{ MetricStat: {} }, { MetricStat: {} }, {}] } },
  {
    Type: 'AWS::Route53::HealthCheck',
    Properties: { HealthCheckConfig: { Type: 'HTTPS', RequestInterval: 30, Regions: ['a', 'b', 'c'] } },
  },
];
const inventories = ['eu-west-1', 'eu-central-1'].map((region) => inventoryOf(resources, region));
const traffic: Traffic = {
  ...{ requests: 10e6, writeShare: 0.3, itemBytes: 1_024, isStrong: false },
  ...{ retentionDays: 1, share: 'even' },
};
const total = (changes: Partial<Traffic>) =>
  calculateBill(estimateUse(inventories, { ...traffic, ...changes })).totalUsd;

describe('estimateUse()', () => {
  test('estimateUse() bills a write in every Region and a read once', () => {
    for (const { quantities } of estimateUse(inventories, traffic)) {
      expect(quantities).toMatchObject({ writeUnits: 3e6, readUnits: 1.75e6, alarmMetrics: 3 });
    }
  });

  test('estimateUse() counts probes when nobody calls', () => {
    expect(probesPerMonth(inventories.flatMap(({ endpointChecks }) => endpointChecks))).toBe(985_500);
    expect(estimateUse(inventories, { ...traffic, requests: 0 })[0]?.quantities.httpApiRequests).toBe(
      492_750,
    );
  });

  test('estimateUse() grows with requests, in a straight line from what stands idle', () => {
    const idle = total({ requests: 0 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (requests) => {
        const usd = total({ requests });
        expect(usd).toBeGreaterThan(idle);
        expect(total({ requests: 2 * requests }) - idle).toBeCloseTo(2 * (usd - idle), 4);
      }),
    );
  });
});
