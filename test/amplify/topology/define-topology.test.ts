import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../amplify/contract/limits.ts';
import { defineTopology } from '../../../amplify/topology/define-topology.ts';
import { TopologyError } from '../../../amplify/topology/topology-error.ts';
import type { TopologyInput } from '../../../amplify/topology/topology-schema.ts';

const plain = { project: 'shop', regions: ['eu-west-1', 'eu-central-1'] };
const strong = { consistency: 'strong', timeToLive: false } as const;

/** A topology that a user could get wrong, which path is at fault, and the value that must be named. */
interface Mistake {
  readonly name: string;
  readonly input: unknown;
  readonly path: string;
  readonly given: string;
  readonly allowed: string;
}

const mistakes: readonly Mistake[] = [
  {
    name: 'a Region twice',
    input: { ...plain, regions: ['eu-west-1', 'eu-west-1'] },
    path: 'regions',
    given: '["eu-west-1","eu-west-1"]',
    allowed: 'each once',
  },
  {
    name: 'a Region that does not exist',
    input: { ...plain, regions: ['eu-west-1', 'eu-west-9'] },
    path: 'regions[1]',
    given: "'eu-west-9'",
    allowed: "'eu-west-1'",
  },
  {
    name: 'a Region of another partition',
    input: { ...plain, regions: ['eu-west-1', 'cn-north-1'] },
    path: 'regions[1]',
    given: "'cn-north-1'",
    allowed: 'aws partition',
  },
  {
    name: 'no secondary',
    input: { ...plain, regions: ['eu-west-1'] },
    path: 'regions',
    given: '["eu-west-1"]',
    allowed: 'at least two Regions',
  },
  {
    name: 'a stage without a Region',
    input: { ...plain, stages: { main: { regions: [] } } },
    path: 'stages.main.regions',
    given: '[]',
    allowed: 'a list of Regions',
  },
  {
    name: 'strong consistency with time to live',
    input: { ...plain, table: { consistency: 'strong', timeToLive: true, witnessRegion: 'eu-west-2' } },
    path: 'table.timeToLive',
    given: 'true',
    allowed: 'false with consistency',
  },
  {
    name: 'eventual consistency without time to live',
    input: { ...plain, table: { timeToLive: false } },
    path: 'table.timeToLive',
    given: 'false',
    allowed: 'true with consistency',
  },
  {
    name: 'strong consistency with two replicas only',
    input: { ...plain, table: strong },
    path: 'regions',
    given: '["eu-west-1","eu-central-1"]',
    allowed: 'exactly 3 replicas, or 2 and a witnessRegion',
  },
  {
    name: 'strong consistency with three replicas and a witness',
    input: {
      ...plain,
      regions: ['eu-west-1', 'eu-west-2', 'eu-west-3'],
      table: { ...strong, witnessRegion: 'eu-central-1' },
    },
    path: 'regions',
    given: '["eu-west-1","eu-west-2","eu-west-3"]',
    allowed: 'exactly 3 replicas',
  },
  {
    name: 'a witness that is a replica',
    input: { ...plain, table: { ...strong, witnessRegion: 'eu-central-1' } },
    path: 'table.witnessRegion',
    given: "'eu-central-1'",
    allowed: 'other than the replicas',
  },
  {
    name: 'a witness outside of the Region set',
    input: { ...plain, table: { ...strong, witnessRegion: 'us-east-1' } },
    path: 'table.witnessRegion',
    given: '["eu-west-1","eu-central-1","us-east-1"]',
    allowed: 'Regions of one set',
  },
  {
    name: 'strong consistency across Region sets',
    input: { ...plain, regions: ['eu-west-1', 'us-east-1', 'us-east-2'], table: strong },
    path: 'regions',
    given: '["eu-west-1","us-east-1","us-east-2"]',
    allowed: 'us-east-1, us-east-2, us-west-2',
  },
  {
    name: 'a witness with eventual consistency',
    input: { ...plain, table: { witnessRegion: 'eu-west-2' } },
    path: 'table.witnessRegion',
    given: "'eu-west-2'",
    allowed: 'null with consistency',
  },
  {
    name: 'every origin with credentials',
    input: { ...plain, cors: { allowOrigins: ['*'], allowCredentials: true } },
    path: 'cors.allowOrigins',
    given: '["*"]',
    allowed: "origins other than '*'",
  },
  {
    name: 'an origin without TLS',
    input: { ...plain, cors: { allowOrigins: ['http://shop.example.com'] } },
    path: 'cors.allowOrigins[0]',
    given: "'http://shop.example.com'",
    allowed: "'https://host[:port]'",
  },
  {
    name: 'an origin with a trailing slash',
    input: { ...plain, cors: { allowOrigins: ['https://shop.example.com/'] } },
    path: 'cors.allowOrigins[0]',
    given: "'https://shop.example.com/'",
    allowed: "'https://host[:port]'",
  },
  {
    name: 'a bucket that refuses every request',
    input: { ...plain, throttle: { probe: { burstLimit: 0 } } },
    path: 'throttle.probe.burstLimit',
    given: '0',
    allowed: 'a whole number 1..100000',
  },
  {
    name: 'a body larger than Lambda takes',
    input: { ...plain, http: { bodyLimitBytes: 6 * 1024 * 1024 + 1 } },
    path: 'http.bodyLimitBytes',
    given: '6291457',
    allowed: 'a whole number 1..200000',
  },
  {
    name: 'a time to live that functions refuse',
    input: { ...plain, table: { defaultTtlSeconds: 0 } },
    path: 'table.defaultTtlSeconds',
    given: '0',
    allowed: 'a whole number 1..31536000',
  },
  {
    name: 'a retention that CloudWatch Logs refuses',
    input: { ...plain, logs: { retentionDays: 4 } },
    path: 'logs.retentionDays',
    given: '4',
    allowed: '1, 3, 5, 7, 14',
  },
  {
    name: 'a maximum of no capacity at all',
    input: { ...plain, table: { maxWriteRequestUnits: 0 } },
    path: 'table.maxWriteRequestUnits',
    given: '0',
    allowed: 'a whole number 1..40000',
  },
  {
    name: 'a project name that AWS would refuse',
    input: { ...plain, project: 'My Shop' },
    path: 'project',
    given: "'My Shop'",
    allowed: '2..24 lower case letters',
  },
  {
    name: 'a stage name that makes function names too long',
    input: { ...plain, stages: { ['x'.repeat(45)]: {} } },
    path: `stages.${'x'.repeat(45)}.name`,
    given: `'${'x'.repeat(45)}'`,
    allowed: "1..44 characters beside project 'shop'",
  },
  {
    name: 'a stage named like a preview',
    input: { ...plain, stages: { 'preview-x': {} } },
    path: "stages['preview-x'].name",
    given: "'preview-x'",
    allowed: "do not begin with 'preview-'",
  },
  {
    name: 'deletion protection in sandboxes',
    input: { ...plain, stages: { sandbox: { table: { deletionProtection: true } } } },
    path: 'stages.sandbox.table.deletionProtection',
    given: 'true',
    allowed: 'false in sandbox stages',
  },
  {
    name: 'a key that is not known',
    input: { ...plain, table: { pitr: true } },
    path: 'table',
    given: '["pitr"]',
    allowed: 'an object with the keys consistency',
  },
  {
    name: 'no topology',
    input: undefined,
    path: 'topology',
    given: 'nothing',
    allowed: 'an object with the keys project',
  },
];

describe('defineTopology', () => {
  test.each(mistakes)(
    'defineTopology() names value, allowed values and remedy when given $name',
    (mistake) => {
      const error = faultOf(mistake.input);
      const fault = error.faults.find(({ path }) => path === mistake.path);
      const line =
        error.message.split('\n').find((text) => text.includes(`${mistake.path}: given`)) ?? error.message;
      expect(fault, error.message).toBeDefined();
      expect(line).toContain(`${mistake.path}: given ${mistake.given}, allowed `);
      expect(line).toContain(mistake.allowed);
      expect(fault?.needed, 'a remedy after the allowed values').toMatch(/^allowed .+\. [A-Z].+\.$/);
    },
  );

  test('defineTopology() lists every fault when there are several', () => {
    const { faults, message } = faultOf({
      project: 'X',
      regions: ['eu-west-1', 'mars'],
      http: { bodyLimitBytes: 0 },
      stages: { main: { logs: { retentionDays: 2 } } },
    });
    expect(faults.map(({ path }) => path)).toEqual([
      'project',
      'regions[1]',
      'http.bodyLimitBytes',
      'stages.main.logs.retentionDays',
    ]);
    expect(message.split('\n')).toHaveLength(5);
  });

  test('defineTopology() tells a fault once when stages inherit it', () => {
    const { faults } = faultOf({
      ...plain,
      table: { witnessRegion: 'eu-west-2' },
      stages: { main: {}, dev: {} },
    });
    expect(faults.map(({ path }) => path)).toEqual(['table.witnessRegion']);
  });

  test('defineTopology() names the stage when only its own change is at fault', () => {
    const { faults } = faultOf({ ...plain, stages: { main: { table: strong }, dev: {} } });
    expect(faults.map(({ path }) => path)).toEqual(['stages.main.regions']);
  });

  test('defineTopology() accepts strong consistency when there are three replicas, or two and a witness', () => {
    expect(
      defineTopology({ ...plain, table: { ...strong, witnessRegion: 'eu-west-2' } }).settings.table,
    ).toMatchObject({
      consistency: 'strong',
      witnessRegion: 'eu-west-2',
    });
    const three = ['eu-west-1', 'eu-central-1', 'eu-west-3'];
    expect(defineTopology({ ...plain, regions: three, table: strong }).regions).toEqual(three);
  });

  test('defineTopology() fills in the defaults when a topology says nothing', () => {
    const { settings } = defineTopology(plain);
    expect(settings.table).toMatchObject({
      consistency: 'eventual',
      timeToLive: true,
      deletionProtection: false,
    });
    expect(settings.http.bodyLimitBytes).toBe(4_096);
  });

  test('defineTopology() allows no setting when functions would refuse it', () => {
    const highest = {
      http: { bodyLimitBytes: limits.bodyLimitBytesMax },
      table: { defaultTtlSeconds: limits.ttlSecondsMax },
    };
    expect(defineTopology({ ...plain, ...highest }).settings).toMatchObject(highest);
    const { faults } = faultOf({
      ...plain,
      http: { bodyLimitBytes: limits.bodyLimitBytesMax + 1 },
      table: { defaultTtlSeconds: limits.ttlSecondsMax + 1 },
    });
    expect(faults.map(({ path }) => path)).toEqual(['http.bodyLimitBytes', 'table.defaultTtlSeconds']);
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

function faultOf(input: unknown): TopologyError {
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
      { cors: group, throttle: group, logs: group, http: group, table: group, stages: group },
      { requiredKeys: [] },
    )
    .map((groups) => ({ ...plain, ...groups }));
}
