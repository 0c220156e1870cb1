import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { GlobalTable, type GlobalTableProps } from '../../src/infra/global-table.ts';

const TYPE = 'AWS::DynamoDB::GlobalTable';
const base: GlobalTableProps = {
  tableName: 'shop-main-items',
  replicaRegions: ['eu-west-1', 'eu-central-1'],
  isOwner: true,
  maxReadRequestUnits: 200,
  maxWriteRequestUnits: 100,
  indexPool: 5,
  replicaTags: (region) => ({ project: 'shop', region }),
};

/** Turns every finding of CDK's template validation into an error. */
const STRICT = { '@aws-cdk/core:validateAgainstDefaultRules': true };

/** In a stack that knows neither account nor Region, which is what Amplify's is. */
function templateOf(props: Partial<GlobalTableProps> = {}): Template {
  const stack = new Stack(new App({ context: STRICT }), 'Platform');
  new GlobalTable(stack, 'Items', { ...base, ...props });
  return Template.fromStack(stack);
}

describe('GlobalTable', () => {
  test('GlobalTable has keys, streams, expiry, encryption and on-demand capacity with maximums', () => {
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

  test('GlobalTable has no index when the pool is empty', () => {
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

  test('GlobalTable says for each replica what DynamoDB does not synchronise', () => {
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
            { Key: 'region', Value: Region },
          ],
        })),
      },
    );
  });

  test('GlobalTable protects nothing and goes away with its stack when no flag is set', () => {
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

  test('GlobalTable outlives its stack when it is protected', () => {
    templateOf({ deletionProtection: true }).hasResource(TYPE, {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('GlobalTable is strongly consistent, with a witness and without time to live, when told so', () => {
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

  test('GlobalTable has no witness when three replicas are strongly consistent', () => {
    const replicaRegions = ['eu-west-1', 'eu-central-1', 'eu-west-3'];
    templateOf({ replicaRegions, consistency: 'strong', timeToLive: false }).hasResourceProperties(TYPE, {
      MultiRegionConsistency: 'STRONG',
      GlobalTableWitnesses: Match.absent(),
      Replicas: replicaRegions.map((Region) => Match.objectLike({ Region })),
    });
  });

  test('GlobalTable has one replica when there is one Region', () => {
    templateOf({ replicaRegions: ['eu-west-1'] }).hasResourceProperties(TYPE, {
      Replicas: [Match.objectLike({ Region: 'eu-west-1' })],
    });
  });

  test('GlobalTable is a name and an ARN of this Region when another Region owns it', () => {
    const stack = new Stack(new App(), 'Platform');
    const table = new GlobalTable(stack, 'Items', { ...base, isOwner: false });
    expect(stack.node.findAll().filter(CfnResource.isCfnResource)).toEqual([]);
    expect(table.tableName).toBe('shop-main-items');
    expect(stack.resolve(table.replicaArn)['Fn::Join'][1]).toContainEqual({ Ref: 'AWS::Region' });
  });
});
