import { compilePattern, type FilterPattern } from '@gsp/twin';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { GlobalTable } from '../../src/infra/global-table.ts';
import { StreamConsumer } from '../../src/infra/stream-consumer.ts';
import { contextOf, functionIn, STRICT } from './backend-fixture.ts';

const MAPPING = 'AWS::Lambda::EventSourceMapping';
const STREAM_ARN =
  'arn:aws:dynamodb:eu-west-1:111122223333:table/shop-main-items/stream/2026-01-01T00:00:00.000';

function templateOf(region: string, peerRegions: readonly string[]): Template {
  const stack = new Stack(new App({ context: STRICT }), 'Platform');
  const context = { ...contextOf(), region, regions: [region, ...peerRegions] };
  const table = new GlobalTable(context.tableName);
  const consumer = functionIn(stack, 'Consumer');
  new StreamConsumer(stack, 'Conflicts', { context, table, streamArn: STREAM_ARN, consumer });
  return Template.fromStack(stack);
}

function filtersOf(template: Template): FilterPattern[] {
  const [mapping] = Object.values(template.findResources(MAPPING));
  return mapping?.Properties.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) =>
    JSON.parse(Pattern),
  );
}

describe('StreamConsumer', () => {
  const template = templateOf('eu-west-1', ['eu-central-1']);

  test('StreamConsumer reads from the beginning, in order, and gives up before the stream forgets', () => {
    template.hasResourceProperties(MAPPING, {
      EventSourceArn: STREAM_ARN,
      FunctionName: { Ref: Match.stringLikeRegexp('^Consumer') },
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      ParallelizationFactor: 1,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 30,
      MaximumRecordAgeInSeconds: 18 * 3_600,
    });
  });

  test('StreamConsumer keeps the position of what it gave up on, encrypted, for as long as it can', () => {
    const [queueId] = Object.keys(template.findResources('AWS::SQS::Queue'));
    template.hasResourceProperties(MAPPING, {
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queueId, 'Arn'] } } },
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'shop-main-lost-batches',
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86_400,
    });
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: queueId }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            Resource: { 'Fn::GetAtt': [queueId, 'Arn'] },
          },
        ],
      },
    });
  });

  test('StreamConsumer lets the function have its rights before the mapping wants them', () => {
    const [policyId] = Object.keys(template.findResources('AWS::IAM::Policy'));
    template.hasResource('AWS::Lambda::Function', { DependsOn: Match.arrayWith([policyId]) });
  });

  test.each([
    ['of two', 'eu-central-1', ['eu-west-1'], { 'anything-but': ['eu-west-1'] }],
    [
      'of three',
      'eu-west-3',
      ['eu-west-1', 'eu-central-1'],
      { 'anything-but': ['eu-west-1', 'eu-central-1'] },
    ],
    // A list of nothing to exclude is none that Lambda accepts.
    ['alone', 'eu-west-1', [], { exists: true }],
  ])(
    'StreamConsumer takes what was written here or in a Region that is gone when it is one %s',
    (_, region, peers, oursOrRetired) => {
      const OldImage = { region: { S: [oursOrRetired] } };
      expect(filtersOf(templateOf(region, peers))).toEqual([
        {
          eventName: ['MODIFY'],
          dynamodb: { OldImage, NewImage: { region: { S: [{ 'anything-but': [region] }] } } },
        },
        {
          eventName: ['REMOVE'],
          userIdentity: { type: [{ exists: false }] },
          dynamodb: { OldImage },
        },
      ]);
    },
  );

  test.each([
    ["another Region's write over ours", record('MODIFY', 'eu-west-1', 'eu-central-1'), true],
    ['our write over ours', record('MODIFY', 'eu-west-1', 'eu-west-1'), false],
    ["our write over another Region's", record('MODIFY', 'eu-central-1', 'eu-west-1'), false],
    ["another Region's write over its own", record('MODIFY', 'eu-central-1', 'eu-central-1'), false],
    [
      "another Region's write over one of a Region that is gone",
      record('MODIFY', 'sa-east-1', 'eu-central-1'),
      true,
    ],
    ["another Region's first write", record('INSERT', undefined, 'eu-central-1'), false],
    ['an expiry that another Region carried out on ours', record('REMOVE', 'eu-west-1', undefined), true],
    [
      'an expiry carried out here',
      { ...record('REMOVE', 'eu-west-1', undefined), userIdentity: { type: 'Service' } },
      false,
    ],
    [
      'an expiry that another Region carried out on its own',
      record('REMOVE', 'eu-central-1', undefined),
      false,
    ],
    ["the conflict log's own entries, which name no Region", record('MODIFY', undefined, undefined), false],
  ])('StreamConsumer is told of %s as it should be', (_, event, isTold) => {
    const filters = filtersOf(template).map(compilePattern);
    expect(filters.some((matches) => matches(event))).toBe(isTold);
  });
});

/** A stream record by the last writers of its images. */
function record(eventName: string, oldRegion: string | undefined, newRegion: string | undefined) {
  const imageOf = (region: string | undefined) => ({
    pk: { S: 'demo' },
    ...(region === undefined ? {} : { region: { S: region } }),
  });
  return {
    eventName,
    dynamodb: {
      ...(eventName === 'INSERT' ? {} : { OldImage: imageOf(oldRegion) }),
      ...(eventName === 'REMOVE' ? {} : { NewImage: imageOf(newRegion) }),
    },
  };
}
