import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawRecord, eligibleRecords, type JudgedRecord } from '../../src/route53/choose-records.ts';
import { regionDistance } from '../../src/route53/region-distance.ts';
import type { RoutingDefinition } from '../../src/route53/route53-definition.ts';
import { seededRandom } from '../../src/seeded-random.ts';
import { recordSet, values, WEST } from './route53-fixture.ts';

const REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1', 'ap-southeast-2'] as const;

describe('eligibleRecords()', () => {
  test.each([
    { primary: true, secondary: true, answered: ['PRIMARY'] },
    { primary: true, secondary: false, answered: ['PRIMARY'] },
    { primary: false, secondary: true, answered: ['SECONDARY'] },
    { primary: false, secondary: false, answered: ['PRIMARY'] },
  ])(
    'with failover answers $answered when primary is $primary and secondary $secondary',
    ({ primary, secondary, answered }) => {
      const group = [
        judged({ policy: 'failover', role: 'SECONDARY' }, { id: 'SECONDARY', healthy: secondary }),
        judged({ policy: 'failover', role: 'PRIMARY' }, { id: 'PRIMARY', healthy: primary }),
      ];
      expect(identifiers(eligibleRecords(group, WEST))).toEqual(answered);
    },
  );

  test('with latency answers the nearest of the healthy, and the nearest of all when none is', () => {
    const health = fc.array(fc.boolean(), { minLength: REGIONS.length, maxLength: REGIONS.length });
    fc.assert(
      fc.property(health, fc.constantFrom(...REGIONS), (healthy, nearestRegion) => {
        const group = REGIONS.map((region, index) =>
          judged({ policy: 'latency', region }, { id: region, healthy: healthy[index] ?? false }),
        );
        const [chosen, ...others] = identifiers(eligibleRecords(group, nearestRegion));
        const candidates = healthy.includes(true) ? REGIONS.filter((_, index) => healthy[index]) : REGIONS;
        expect(others).toEqual([]);
        expect(candidates).toContain(chosen);
        const nearest = Math.min(...candidates.map((region) => regionDistance(nearestRegion, region)));
        expect(regionDistance(nearestRegion, chosen ?? '')).toBe(nearest);
      }),
    );
  });

  test('with weights answers healthy records of weight, then healthy ones without, then as if all were healthy', () => {
    const weighted = fc.record({ weight: fc.constantFrom(0, 1, 255), healthy: fc.boolean() });
    fc.assert(
      fc.property(fc.array(weighted, { minLength: 1, maxLength: 6 }), (parts) => {
        const group = parts.map(({ weight, healthy }, index) =>
          judged({ policy: 'weighted', weight }, { id: String(index), healthy }),
        );
        const among = (keep: (part: { weight: number; healthy: boolean }) => boolean) =>
          parts.flatMap((part, index) => (keep(part) ? [String(index)] : []));
        const tiers = [
          among(({ weight, healthy }) => healthy && weight > 0),
          among(({ healthy }) => healthy),
          among(({ weight }) => weight > 0),
          among(() => true),
        ];
        expect(identifiers(eligibleRecords(group, WEST))).toEqual(tiers.find((tier) => tier.length > 0));
      }),
    );
  });

  test('with simple routing answers whatever there is, healthy or not', () => {
    const group = [judged({ policy: 'simple' }, { id: 'only', healthy: false })];
    expect(identifiers(eligibleRecords(group, WEST))).toEqual(['only']);
  });
});

describe('drawRecord()', () => {
  test('draws each record by its share of the weights, and never one of weight 0 beside others', () => {
    const random = seededRandom(7, 'draw');
    const weights = [1, 3, 0];
    const records = weights.map(
      (weight, index) => judged({ policy: 'weighted', weight }, { id: String(index) }).record,
    );
    const drawn = Array.from({ length: 4_000 }, () => drawRecord(records, random)?.setIdentifier);
    const share = (id: string) => drawn.filter((each) => each === id).length / drawn.length;
    expect(share('0')).toBeCloseTo(0.25, 1);
    expect(share('1')).toBeCloseTo(0.75, 1);
    expect(share('2')).toBe(0);
  });

  test('draws any record alike when none has a weight', () => {
    const random = seededRandom(7, 'draw');
    const records = ['a', 'b'].map((id) => judged({ policy: 'weighted', weight: 0 }, { id }).record);
    const drawn = Array.from({ length: 2_000 }, () => drawRecord(records, random)?.setIdentifier);
    expect(drawn.filter((id) => id === 'a').length / drawn.length).toBeCloseTo(0.5, 1);
    expect(drawRecord([], random)).toBeUndefined();
  });
});

describe('regionDistance()', () => {
  test('finds a region nearest to itself, an unknown one farthest, and Frankfurt nearer to Ireland than Virginia', () => {
    expect(regionDistance(WEST, WEST)).toBe(0);
    expect(regionDistance(WEST, 'eu-central-1')).toBeLessThan(regionDistance(WEST, 'us-east-1'));
    expect(regionDistance(WEST, 'xx-new-1')).toBeGreaterThan(regionDistance(WEST, 'ap-southeast-2'));
    expect(regionDistance('us-east-1', WEST)).toBeCloseTo(regionDistance(WEST, 'us-east-1'));
  });
});

function judged(
  routing: RoutingDefinition,
  { id, healthy = true }: { id: string; healthy?: boolean },
): JudgedRecord {
  const record = recordSet({ name: 'api.gsp.test', setIdentifier: id, routing, target: values('127.0.0.1') });
  return { record, healthy };
}

function identifiers(records: readonly { readonly setIdentifier?: string }[]): (string | undefined)[] {
  return records.map(({ setIdentifier }) => setIdentifier);
}
