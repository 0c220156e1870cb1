import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/contract/limits.ts';
import { defineTopology } from '../../src/topology/define-topology.ts';
import { TopologyError } from '../../src/topology/topology-error.ts';
import type { TopologyInput } from '../../src/topology/topology-schema.ts';
import { nearest, plain, strong } from './topologies.ts';
import { mistakes } from './topology-mistakes.ts';

describe('defineTopology', () => {
  test.each(mistakes)(
    'defineTopology() names value, allowed values and remedy when given $name',
    (mistake) => {
      const error = errorOf(mistake.input);
      const issue = error.issues.find(({ path }) => path === mistake.path);
      const line =
        error.message.split('\n').find((text) => text.includes(`${mistake.path}: given`)) ?? error.message;
      expect(issue, error.message).toBeDefined();
      expect(line).toContain(`${mistake.path}: given ${mistake.given}, allowed `);
      expect(line).toContain(mistake.allowed);
      expect(issue?.needed, 'a remedy after the allowed values').toMatch(/^allowed .+\. [A-Z].+\.$/);
    },
  );

  test('defineTopology() lists every issue when there are several', () => {
    const { issues, message } = errorOf({
      project: 'X',
      regions: ['eu-west-1', 'mars'],
      http: { bodyLimitBytes: 0 },
      stages: { main: { logs: { retentionDays: 2 } } },
    });
    expect(issues.map(({ path }) => path)).toEqual([
      'project',
      'regions[1]',
      'http.bodyLimitBytes',
      'stages.main.logs.retentionDays',
    ]);
    expect(message.split('\n')).toHaveLength(5);
  });

  test('defineTopology() tells an issue once when stages inherit it', () => {
    const { issues } = errorOf({
      ...plain,
      table: { witnessRegion: 'eu-west-2' },
      stages: { main: {}, dev: {} },
    });
    expect(issues.map(({ path }) => path)).toEqual(['table.witnessRegion']);
  });

  test('defineTopology() names the stage when only its own change is at fault', () => {
    const { issues } = errorOf({ ...plain, stages: { main: { table: strong }, dev: {} } });
    expect(issues.map(({ path }) => path)).toEqual(['stages.main.regions']);
  });

  test('defineTopology() accepts strong consistency when there are three replicas, or two and a witness', () => {
    expect(
      defineTopology({ ...plain, table: { ...strong, witnessRegion: 'eu-west-2' } }).settings.table,
    ).toMatchObject({
      consistency: 'strong',
      witnessRegion: 'eu-west-2',
    });
    const three = ['eu-west-1', 'eu-central-1', 'eu-west-3'];
    expect(defineTopology({ ...plain, ...nearest, regions: three, table: strong }).regions).toEqual(three);
  });

  test('defineTopology() fills in the defaults when a topology says nothing', () => {
    const { settings } = defineTopology(plain);
    expect(settings.table).toMatchObject({
      consistency: 'eventual',
      timeToLive: true,
      deletionProtection: false,
      defaultTtlSeconds: 3_600,
      tombstoneTtlSeconds: 7 * 86_400,
      conflictTtlSeconds: 30 * 86_400,
      idempotencyTtlSeconds: 3_600,
      indexPool: 5,
    });
    expect(settings.http.bodyLimitBytes).toBe(4_096);
    expect(settings.domain).toBeNull();
    expect(settings.routing).toEqual({
      policy: 'failover',
      weights: {},
      dualStack: true,
      failoverBudgetSeconds: 150,
      healthCheck: {
        intervalSeconds: 30,
        failureThreshold: 3,
        checkerRegions: ['eu-west-1', 'us-east-1', 'us-west-2'],
      },
    });
    expect(settings.throttle).toEqual({
      probe: { rateLimit: 50, burstLimit: 50 },
      health: { rateLimit: 20, burstLimit: 20 },
      control: { rateLimit: 20, burstLimit: 20 },
      traffic: { rateLimit: 50, burstLimit: 100 },
    });
  });

  test('defineTopology() accepts each stage with a zone of its own', () => {
    const stages = {
      main: { domain: { zoneName: 'example.com', hostedZoneId: 'Z0ABC' } },
      dev: { domain: { zoneName: 'dev.example.com', hostedZoneId: null } },
      old: {},
    };
    expect(defineTopology({ ...plain, stages }).stages).toEqual(stages);
  });

  test('defineTopology() lets a stage take itself out of the zone of the topology', () => {
    const { settings, stages } = defineTopology({
      ...plain,
      domain: { zoneName: 'example.com', hostedZoneId: null },
      stages: { main: {}, dev: { domain: null } },
    });
    expect(settings.domain).toEqual({ zoneName: 'example.com', hostedZoneId: null });
    expect(stages.dev?.domain).toBeNull();
  });

  test('defineTopology() accepts weights that a stage inherits and has no use for', () => {
    const weighted = { policy: 'weighted', weights: { 'eu-west-1': 3, 'eu-central-1': 0 } } as const;
    const stages = { one: { regions: ['eu-central-1'] }, other: { routing: { policy: 'latency' as const } } };
    expect(defineTopology({ ...plain, routing: weighted, stages }).settings.routing).toMatchObject(weighted);
  });

  test('defineTopology() accepts exactly the checks that keep within the budget', () => {
    const checks = fc.record({
      intervalSeconds: fc.constantFrom(10 as const, 30 as const),
      failureThreshold: fc.integer({ min: 1, max: 10 }),
    });
    fc.assert(
      fc.property(checks, fc.integer({ min: 70, max: 400 }), (healthCheck, failoverBudgetSeconds) => {
        const fits = healthCheck.intervalSeconds * healthCheck.failureThreshold + 60 <= failoverBudgetSeconds;
        const define = () => defineTopology({ ...plain, routing: { failoverBudgetSeconds, healthCheck } });
        if (fits) expect(define).not.toThrow();
        else expect(define).toThrow(/^Cannot use the topology: routing\.failoverBudgetSeconds: given/);
      }),
    );
  });

  test('defineTopology() allows no setting when functions would refuse it', () => {
    const lives = (seconds: number) => ({
      defaultTtlSeconds: seconds,
      tombstoneTtlSeconds: seconds,
      conflictTtlSeconds: seconds,
      idempotencyTtlSeconds: seconds,
    });
    const highest = {
      http: { bodyLimitBytes: limits.bodyLimitBytesMax },
      table: lives(limits.ttlSecondsMax),
    };
    expect(defineTopology({ ...plain, ...highest }).settings).toMatchObject(highest);
    const { issues } = errorOf({
      ...plain,
      http: { bodyLimitBytes: limits.bodyLimitBytesMax + 1 },
      table: lives(limits.ttlSecondsMax + 1),
    });
    expect(issues.map(({ path }) => path)).toEqual([
      'http.bodyLimitBytes',
      'table.defaultTtlSeconds',
      'table.tombstoneTtlSeconds',
      'table.conflictTtlSeconds',
      'table.idempotencyTtlSeconds',
    ]);
  });

  test('defineTopology() throws a TopologyError and nothing else when given anything at all', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), damagedTopology()), (input) => {
        try {
          defineTopology(input as TopologyInput);
        } catch (error) {
          expect(error).toBeInstanceOf(TopologyError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function errorOf(input: unknown): TopologyError {
  try {
    defineTopology(input as TopologyInput);
  } catch (error) {
    if (error instanceof TopologyError) return error;
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(input)}`);
}

function damagedTopology(): fc.Arbitrary<unknown> {
  const group = fc.oneof(fc.anything(), fc.dictionary(fc.string(), fc.anything()));
  return fc
    .record(
      {
        domain: group,
        routing: group,
        cors: group,
        throttle: group,
        logs: group,
        http: group,
        table: group,
        stages: group,
      },
      { requiredKeys: [] },
    )
    .map((groups) => ({ ...plain, ...groups }));
}
