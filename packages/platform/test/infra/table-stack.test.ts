import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { addTable, TableStack } from '../../src/infra/table-stack.ts';
import type { StageInput } from '../../src/topology/topology-schema.ts';
import { contextOf, type Regions, STRICT } from './backend-fixture.ts';

const TYPE = 'AWS::DynamoDB::GlobalTable';

function templateOf(table: NonNullable<StageInput['table']> = {}, regions?: Regions): Template {
  const limits = { maxReadRequestUnits: 200, maxWriteRequestUnits: 100 };
  const routing = { policy: 'latency' } as const;
  const context = contextOf({ routing, table: { ...limits, ...table } }, regions && { regions });
  return Template.fromStack(new TableStack(new App({ context: STRICT }), 'Table', context));
}

describe('TableStack', () => {
  test('TableStack has keys, streams, expiry, encryption and on-demand capacity with maximums', () => {
    templateOf().hasResourceProperties(TYPE, {
      TableName: 'shop-main-items',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: Match.arrayWith([
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ]),
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      SSESpecification: { SSEEnabled: false },
      WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 100 },
    });
  });

  test.each([1, 5, 20])(
    'GlobalTable has a pool of %i generic indexes, with limits of their own',
    (indexPool) => {
      const slots = Array.from({ length: indexPool }, (_, index) => index + 1);
      const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
      const readLimit = { ReadOnDemandThroughputSettings: { MaxReadRequestUnits: 200 } };
      templateOf({ indexPool }).hasResourceProperties(TYPE, {
        AttributeDefinitions: [
          text('pk'),
          text('sk'),
          ...slots.flatMap((slot) => [text(`g${slot}p`), text(`g${slot}s`)]),
        ],
        GlobalSecondaryIndexes: slots.map((slot) => ({
          IndexName: `gsi${slot}`,
          KeySchema: [
            { AttributeName: `g${slot}p`, KeyType: 'HASH' },
            { AttributeName: `g${slot}s`, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
          WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 100 },
        })),
        Replicas: ['eu-west-1', 'eu-central-1'].map((Region) =>
          Match.objectLike({
            Region,
            GlobalSecondaryIndexes: slots.map((slot) => ({ IndexName: `gsi${slot}`, ...readLimit })),
          }),
        ),
      });
    },
  );

  test('TableStack has no index when the pool is empty', () => {
    templateOf({ indexPool: 0 }).hasResourceProperties(TYPE, {
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: Match.absent(),
      Replicas: [{ GlobalSecondaryIndexes: Match.absent() }, { GlobalSecondaryIndexes: Match.absent() }].map(
        (each) => Match.objectLike(each),
      ),
    });
  });

  test('TableStack says for each replica what DynamoDB does not synchronise', () => {
    templateOf({ indexPool: 0, pointInTimeRecovery: true, deletionProtection: true }).hasResourceProperties(
      TYPE,
      {
        Replicas: ['eu-west-1', 'eu-central-1'].map((Region) => ({
          Region,
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          ReadOnDemandThroughputSettings: { MaxReadRequestUnits: 200 },
          Tags: [
            { Key: 'project', Value: 'shop' },
            { Key: 'stage', Value: 'main' },
            { Key: 'region', Value: Region },
          ],
        })),
      },
    );
  });

  test('TableStack protects nothing and goes away with its stack when no flag is set', () => {
    const template = templateOf();
    template.hasResource(TYPE, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    template.hasResourceProperties(TYPE, {
      MultiRegionConsistency: Match.absent(),
      GlobalTableWitnesses: Match.absent(),
      Replicas: Match.arrayWith([
        Match.objectLike({
          Region: 'eu-central-1',
          DeletionProtectionEnabled: false,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
        }),
      ]),
    });
  });

  test('TableStack outlives its stack when it is protected, but not a creation that fails', () => {
    templateOf({ deletionProtection: true }).hasResource(TYPE, {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('TableStack is strongly consistent, with a witness and without time to live, when told so', () => {
    templateOf({
      consistency: 'strong',
      witnessRegion: 'eu-west-2',
      timeToLive: false,
    }).hasResourceProperties(TYPE, {
      MultiRegionConsistency: 'STRONG',
      GlobalTableWitnesses: [{ Region: 'eu-west-2' }],
      TimeToLiveSpecification: Match.absent(),
    });
  });

  test('TableStack has no witness when three replicas are strongly consistent', () => {
    const replicaRegions: Regions = ['eu-west-1', 'eu-central-1', 'eu-west-3'];
    templateOf({ consistency: 'strong', timeToLive: false }, replicaRegions).hasResourceProperties(TYPE, {
      MultiRegionConsistency: 'STRONG',
      GlobalTableWitnesses: Match.absent(),
      Replicas: replicaRegions.map((Region) => Match.objectLike({ Region })),
    });
  });

  test('TableStack has one replica when there is one Region', () => {
    templateOf({}, ['eu-west-1']).hasResourceProperties(TYPE, {
      Replicas: [Match.objectLike({ Region: 'eu-west-1' })],
    });
  });

  test('TableStack is named and tagged by its stage, so that nobody looks its name up', () => {
    const app = new App();
    new TableStack(app, 'Table', contextOf());
    const [stack] = app.synth().stacks;
    expect(stack?.stackName).toBe('shop-main-table');
    expect(stack?.tags).toEqual({ project: 'shop', stage: 'main', region: 'eu-west-1' });
  });
});

describe('addTable()', () => {
  /** With something in it, as a stack must have. */
  const backendIn = (app: App) => {
    const stack = new Stack(app, 'Backend');
    new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic' });
    return stack;
  };

  test('makes the table in a root stack before the backend, to which neither refers', () => {
    const app = new App();
    const backend = backendIn(app);
    const table = addTable(backend, contextOf());
    const { stacks } = app.synth();
    expect(stacks.map(({ stackName }) => stackName)).toEqual(['shop-main-table', 'Backend']);
    expect(stacks[1]?.dependencies.map(({ id }) => id)).toContain('Table');
    expect(stacks[0]?.template.Outputs).toBeUndefined();
    expect(backend.resolve(table.replicaArn)).toEqual({
      'Fn::Join': [
        '',
        [
          'arn:',
          { Ref: 'AWS::Partition' },
          ':dynamodb:',
          { Ref: 'AWS::Region' },
          ':',
          { Ref: 'AWS::AccountId' },
          ':table/shop-main-items',
        ],
      ],
    });
  });

  test('is a name and nothing else where another Region owns the table', () => {
    const app = new App();
    const table = addTable(backendIn(app), contextOf({}, { region: 'eu-central-1' }));
    expect(app.synth().stacks.map(({ stackName }) => stackName)).toEqual(['Backend']);
    expect(table.tableName).toBe('shop-main-items');
  });
});
