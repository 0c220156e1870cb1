// Goal: what finds lost writes is there in every Region of every topology that can lose them, and nowhere else.
// Method: the whole definition is synthesized with other topologies than that of tests.
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  functionNamed,
  one,
  refIn,
  resourcesOf,
  statementsOf,
} from '../../packages/platform/test/infra/template-queries.ts';
import { type SynthesizedBackend, synthesizedBackend, synthesizedVariant } from './synthesized-backend.ts';

const THREE = ['eu-west-1', 'eu-central-1', 'eu-west-3'];
/** The owner of the table, and one that is not: the third differs from the second in its name. */
const LOOKED_AT = ['eu-west-1', 'eu-west-3'];
/** What exists only to find lost writes. */
const CONSUMER_TYPES = [
  'Custom::ReplicaStream',
  'AWS::Lambda::EventSourceMapping',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
];

function countsOf({ platform }: SynthesizedBackend): Record<string, number> {
  return Object.fromEntries(CONSUMER_TYPES.map((type) => [type, resourcesOf(platform, type).length]));
}

function patternsOf({ platform }: SynthesizedBackend): unknown[] {
  const [[, mapping] = []] = resourcesOf(platform, 'AWS::Lambda::EventSourceMapping');
  return Object(mapping?.Properties?.FilterCriteria).Filters.map(({ Pattern }: { Pattern: string }) =>
    JSON.parse(Pattern),
  );
}

const expectedPatterns = (region: string, oursOrRetired: unknown) => {
  const OldImage = { region: { S: [oursOrRetired] } };
  const NewImage = { region: { S: [{ 'anything-but': [region] }] } };
  return [
    { eventName: ['MODIFY'], dynamodb: { OldImage, NewImage } },
    { eventName: ['REMOVE'], userIdentity: { type: [{ exists: false }] }, dynamodb: { OldImage } },
  ];
};

describe('with three Regions', () => {
  let backends: SynthesizedBackend[];

  beforeAll(async () => {
    const table = { tombstoneTtlSeconds: 86_400, conflictTtlSeconds: 7_200, idempotencyTtlSeconds: 600 };
    backends = await synthesizedVariant(
      { project: 'shop', regions: THREE, routing: { policy: 'latency' }, table, stages: { main: {} } },
      { name: 'main', regions: LOOKED_AT },
    );
  }, 240_000);

  test('each Region has its own consumer, which leaves to its peers what they wrote', () => {
    for (const backend of backends) {
      const { region } = backend;
      expect(Object.values(countsOf(backend)), region).toEqual([1, 1, 1, 1]);
      const peers = THREE.filter((peer) => peer !== region);
      expect(patternsOf(backend)).toEqual(expectedPatterns(region, { 'anything-but': peers }));
    }
  });

  test('each Region looks its own stream up and feeds it to the consumer', () => {
    for (const { region, platform } of backends) {
      const [[lookupId, lookup] = []] = resourcesOf(platform, 'Custom::ReplicaStream');
      const [[, mapping] = []] = resourcesOf(platform, 'AWS::Lambda::EventSourceMapping');
      const [[queueId, queue] = []] = resourcesOf(platform, 'AWS::SQS::Queue');
      const handlerOf = (value: unknown) => platform.Resources[refIn(value)]?.Properties?.FunctionName;
      expect(lookup?.Properties, region).toMatchObject({
        tableName: 'shop-main-items',
        replicaRegions: THREE,
        ServiceTimeout: '660',
      });
      expect(handlerOf(lookup?.Properties?.ServiceToken)).toBe('shop-main-stream-lookup');
      expect(mapping?.Properties?.EventSourceArn).toEqual({ 'Fn::GetAtt': [lookupId, 'StreamArn'] });
      expect(handlerOf(mapping?.Properties?.FunctionName)).toBe('shop-main-conflicts');
      expect(mapping?.Properties?.DestinationConfig).toEqual({
        OnFailure: { Destination: { 'Fn::GetAtt': [queueId, 'Arn'] } },
      });
      expect(queue?.Properties?.QueueName).toBe('shop-main-lost-batches');
    }
  });

  test("only the owner's app has the table, and no template needs another one's values", () => {
    for (const { region, root, platform, table } of backends) {
      expect(table !== undefined, region).toBe(region === THREE[0]);
      // Template.fromJSON refuses cycles.
      expect(() => [root, platform].map((template) => Template.fromJSON({ ...template }))).not.toThrow();
      expect(JSON.stringify([root, platform, table])).not.toContain('Fn::ImportValue');
    }
  });

  test('functions are told the periods of the topology', () => {
    for (const { platform } of backends) {
      for (const name of ['api', 'conflicts']) {
        expect(functionNamed(platform.Resources, `shop-main-${name}`).Properties?.Environment).toMatchObject({
          Variables: {
            REGIONS: THREE.join(','),
            TOMBSTONE_TTL_SECONDS: '86400',
            CONFLICT_TTL_SECONDS: '7200',
            IDEMPOTENCY_TTL_SECONDS: '600',
            CONSISTENCY: 'eventual',
          },
        });
      }
    }
  });
});

describe('with strong consistency', () => {
  let strong: SynthesizedBackend;

  beforeAll(async () => {
    const table = { consistency: 'strong', timeToLive: false, witnessRegion: 'eu-west-2' } as const;
    const [made] = await synthesizedVariant(
      { project: 'shop', regions: ['eu-west-1', 'eu-central-1'], table, stages: { main: {} } },
      { name: 'main', regions: ['eu-west-1'] },
    );
    strong = one(made);
  }, 240_000);

  test('nothing reads the stream, as no write is lost unseen', () => {
    expect(Object.values(countsOf(strong))).toEqual([0, 0, 0, 0]);
  });

  test('the functions that would are there, and may write their log only', () => {
    const { Resources } = strong.platform;
    for (const name of ['shop-main-conflicts', 'shop-main-stream-lookup']) {
      expect(statementsOf(Resources, name), name).toMatchObject([
        { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] },
      ]);
      expect(functionNamed(Resources, name).Properties?.Environment).toMatchObject({
        Variables: { CONSISTENCY: 'strong' },
      });
    }
  });
});

describe('in a sandbox', () => {
  test('a single Region has its consumer, which looks after Regions that are gone', async () => {
    const regions = ['eu-central-1'];
    const [sandbox] = await synthesizedBackend('sandbox', { name: 'ann', regions, validate: false });
    expect(Object.values(countsOf(one(sandbox)))).toEqual([1, 1, 1, 1]);
    expect(patternsOf(one(sandbox))).toEqual(expectedPatterns('eu-central-1', { exists: true }));
    const [[, queue] = []] = resourcesOf(one(sandbox).platform, 'AWS::SQS::Queue');
    expect(queue?.Properties?.QueueName).toBe('gsp-sandbox-ann-lost-batches');
  }, 240_000);
});
