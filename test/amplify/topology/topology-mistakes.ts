import { routingMistakes } from './routing-mistakes.ts';
import { plain, strong } from './topologies.ts';

/** A topology that a user could get wrong, which path is at fault, and the value that must be named. */
export interface Mistake {
  readonly name: string;
  readonly input: unknown;
  readonly path: string;
  readonly given: string;
  readonly allowed: string;
}

/** One for each rule. */
export const mistakes: readonly Mistake[] = [
  ...routingMistakes,
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
    name: 'a deletion that is forgotten during a short partition',
    input: { ...plain, table: { tombstoneTtlSeconds: 3_599 } },
    path: 'table.tombstoneTtlSeconds',
    given: '3599',
    allowed: 'a whole number 3600..31536000',
  },
  {
    name: 'a conflict log that nobody can read in time',
    input: { ...plain, table: { conflictTtlSeconds: 60 } },
    path: 'table.conflictTtlSeconds',
    given: '60',
    allowed: 'a whole number 3600..31536000',
  },
  {
    name: 'a window in which no client could retry',
    input: { ...plain, table: { idempotencyTtlSeconds: 59 } },
    path: 'table.idempotencyTtlSeconds',
    given: '59',
    allowed: 'a whole number 60..31536000',
  },
  {
    name: "a stage's deletions that are remembered for part of a second",
    input: { ...plain, stages: { main: { table: { tombstoneTtlSeconds: 86_400.5 } } } },
    path: 'stages.main.table.tombstoneTtlSeconds',
    given: '86400.5',
    allowed: 'a whole number 3600..31536000',
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
