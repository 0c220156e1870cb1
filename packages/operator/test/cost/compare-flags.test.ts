import { changeSettings, DEFAULT_SETTINGS, type StageChanges, stageIssues } from '@gsp/platform/topology';
import { describe, expect, test } from 'vitest';
import { compareFlags } from '../../src/cost/compare-flags.ts';
import { flagsOf, joinChanges } from '../../src/cost/flags.ts';
import type { Inventory } from '../../src/cost/take-inventory.ts';
import { healthCheck, lambda, PROBE_PATH, REGIONS, resource, stageOf, TRAFFIC } from './cost-fixture.ts';

const ZONE = { zoneName: 'example.org', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };

const STAGES = {
  'as it comes': DEFAULT_SETTINGS,
  'with all of it': changeSettings(DEFAULT_SETTINGS, {
    domain: ZONE,
    observability: { alarmTopic: true, alarmEmails: ['ops@example.com'] },
    edge: { cloudFront: true, waf: 'count' },
    budget: { monthlyUsd: 5, emails: ['ops@example.com'] },
    faultInjection: true,
  }),
  'with nothing': changeSettings(DEFAULT_SETTINGS, {
    observability: { heartbeat: false, alarms: false, dashboard: false },
  }),
  'under weights': changeSettings(DEFAULT_SETTINGS, {
    domain: ZONE,
    routing: { policy: 'weighted', weights: { 'eu-west-1': 1 } },
  }),
};

describe('flagsOf()', () => {
  test.each(Object.entries(STAGES))('flagsOf() names settings that a stage %s may have', (_, settings) => {
    for (const { name, needs, on, off } of flagsOf(settings, REGIONS)) {
      for (const changes of [on, off]) {
        const changed = changeSettings(settings, joinChanges(needs, changes));
        expect(stageIssues({ regions: REGIONS, settings: changed }), name).toEqual([]);
      }
    }
  });

  test('flagsOf() has every setting that is on or off', () => {
    const names = flagsOf(DEFAULT_SETTINGS, REGIONS).map(({ name }) => name);
    // Time to live is no choice: a strongly consistent table has none, every other has it.
    for (const group of [DEFAULT_SETTINGS.observability, DEFAULT_SETTINGS.table])
      for (const [name, value] of Object.entries(group))
        if (typeof value === 'boolean' && name !== 'timeToLive') expect(names).toContain(name);
    expect(names).toEqual(expect.arrayContaining(['cloudFront', 'waf', 'faultInjection', 'budget']));
  });

  test('flagsOf() leaves out failover where there are more than two Regions', () => {
    const names = flagsOf(DEFAULT_SETTINGS, [...REGIONS, 'eu-west-3']).map(({ name }) => name);
    expect(names).not.toContain('latency, not failover');
  });
});

/** A stage as those settings would make it, as far as the test looks at it. */
function stageWith(settings: typeof DEFAULT_SETTINGS): Inventory {
  return stageOf([
    lambda('api'),
    ...(settings.observability.dashboard ? [resource('AWS::CloudWatch::Dashboard')] : []),
    ...(settings.domain === null ? [] : [healthCheck(PROBE_PATH), resource('AWS::Route53::RecordSet')]),
  ]);
}

async function compare(settings: typeof DEFAULT_SETTINGS) {
  const asked: (StageChanges | undefined)[] = [];
  const told: string[] = [];
  const costs = await compareFlags({
    ...{ settings, regions: REGIONS, traffic: TRAFFIC, onProgress: (flag: string) => told.push(flag) },
    inventoryOf: async (changes) => {
      asked.push(changes);
      return stageWith(changes === undefined ? settings : changeSettings(settings, changes));
    },
  });
  return { costs, asked, told, costOf: (name: string) => costs.find(({ flag }) => flag === name) };
}

describe('compareFlags()', () => {
  test('compareFlags() tells what a flag adds, whether the stage has it or not', async () => {
    for (const dashboard of [true, false]) {
      const { costOf } = await compare(changeSettings(DEFAULT_SETTINGS, { observability: { dashboard } }));
      expect(costOf('dashboard')).toMatchObject({
        isOn: dashboard,
        idleUsd: expect.closeTo(6, 6),
        usd: expect.closeTo(6, 6),
      });
    }
  });

  test('compareFlags() knows what a stage has', async () => {
    const { costs } = await compare(STAGES['with all of it']);
    expect(costs.filter(({ isOn }) => !isOn).map(({ flag }) => flag)).toEqual([
      ...['jwt, several issuers', 'pointInTimeRecovery', 'deletionProtection', 'latency, not failover'],
    ]);
  });

  test('compareFlags() does not charge a flag for what it needs', async () => {
    const { costOf } = await compare(DEFAULT_SETTINGS);
    expect(costOf('domain, failover')?.idleUsd).toBeGreaterThan(3.5);
    expect(costOf('cloudFront')).toMatchObject({ isOn: false, idleUsd: 0, usd: 0 });
  });

  test('compareFlags() looks at the same settings once, and at the stage as it is without changes', async () => {
    const { asked, told, costs } = await compare(DEFAULT_SETTINGS);
    expect(asked.filter((changes) => changes === undefined)).toHaveLength(1);
    expect(new Set(asked.map((changes) => JSON.stringify(changes))).size).toBe(asked.length);
    expect(told).toEqual(costs.map(({ flag }) => flag));
    // 13 flags, of which each alone would be two.
    expect(asked.length).toBeLessThanOrEqual(14);
  });
});
