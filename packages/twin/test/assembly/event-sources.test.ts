import { describe, expect, test } from 'vitest';
import type { ResolvedRegion } from '../../src/assembly/resolved-region.ts';
import { deferredText } from '../../src/custom-resources/deferred-value.ts';
import { streamLabelOf } from '../../src/dynamodb/streams/stream-label.ts';
import { mappingOf } from '../event-sources/mapping-fixture.ts';
import { errorOf, functionWith, resolveFiles } from './assembly-fixture.ts';

const TABLE = {
  Type: 'AWS::DynamoDB::GlobalTable',
  Properties: {
    TableName: 't',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    Replicas: [{ Region: 'eu-west-1' }, { Region: 'eu-central-1' }],
  },
};
const PREFIX = 'arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/';
const STREAM_ARN = `${PREFIX}${streamLabelOf({ region: 'eu-west-1', tableName: 't' })}`;

function mapping(properties: object = {}): object {
  const Properties = {
    FunctionName: { Ref: 'F' },
    EventSourceArn: { 'Fn::GetAtt': ['T', 'StreamArn'] },
    StartingPosition: 'TRIM_HORIZON',
    ...properties,
  };
  return { Type: 'AWS::Lambda::EventSourceMapping', Properties };
}

function lookup(properties: object = {}, type = 'Custom::ReplicaStream'): object {
  const ServiceToken = { 'Fn::GetAtt': ['L', 'Arn'] };
  return { Type: type, Properties: { ServiceToken, tableName: 't', ...properties } };
}

function resolve(resources: object, sections: object = {}): ResolvedRegion {
  const Resources = {
    T: TABLE,
    F: functionWith({}),
    L: functionWith({}, { FunctionName: 'lookup' }),
    ...resources,
  };
  return resolveFiles({ 'Root.template.json': { ...sections, Resources } });
}

const told = ({ notEmulated }: ResolvedRegion) =>
  notEmulated.map(({ type }) => type).filter((type) => !type.includes('run by Node.js'));

describe('resolveAssembly() of event source mappings', () => {
  test('gives Lambda’s defaults, and the stream that the replica has', () => {
    const resolved = resolve({ M: mapping() });
    expect(resolved.eventSourceMappings).toEqual([
      {
        ...mappingOf({ logicalId: 'M', eventSourceArn: STREAM_ARN }),
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/),
      },
    ]);
    expect(told(resolved)).toEqual([]);
  });

  test('reads every setting, a queue of the templates, and a qualified function', () => {
    const pattern = { eventName: ['MODIFY'] };
    const resolved = resolve({
      Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'failed' } },
      P: { Type: 'AWS::SQS::QueuePolicy', Properties: {} },
      M: mapping({
        FunctionName: 'arn:aws:lambda:eu-west-1:123456789012:function:f:live',
        BatchSize: '10',
        BisectBatchOnFunctionError: 'true',
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Q', 'Arn'] } } },
        Enabled: false,
        FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumBatchingWindowInSeconds: 2,
        MaximumRecordAgeInSeconds: 3_600,
        MaximumRetryAttempts: 5,
        ParallelizationFactor: 3,
        StartingPosition: 'LATEST',
        TumblingWindowInSeconds: 0,
      }),
    });
    expect(resolved.eventSourceMappings).toMatchObject([
      {
        ...{
          functionName: 'f',
          enabled: false,
          startingPosition: 'LATEST',
          batchSize: 10,
          batchingWindowMs: 2_000,
        },
        ...{ parallelizationFactor: 3, filters: [pattern], bisectBatchOnFunctionError: true },
        ...{ maximumRetryAttempts: 5, maximumRecordAgeSeconds: 3_600, reportBatchItemFailures: true },
        onFailureQueueName: 'failed',
      },
    ]);
    expect(told(resolved)).toEqual(['AWS::SQS::QueuePolicy (permissions are not enforced)']);
  });

  test.each<[string, object, string]>([
    [
      'a tumbling window',
      { TumblingWindowInSeconds: 30 },
      'AWS::Lambda::EventSourceMapping with a tumbling window',
    ],
    [
      'SQS',
      { EventSourceArn: 'arn:aws:sqs:eu-west-1:1:q' },
      'AWS::Lambda::EventSourceMapping with a source in sqs',
    ],
    [
      'Kinesis',
      { EventSourceArn: { 'Fn::GetAtt': ['K', 'Arn'] } },
      'AWS::Lambda::EventSourceMapping with a source of type AWS::Kinesis::Stream',
    ],
    [
      'another function',
      { FunctionName: 'elsewhere' },
      'AWS::Lambda::EventSourceMapping with a function that is not run',
    ],
  ])('leaves a mapping with %s out, and says so', (_, properties, type) => {
    const resolved = resolve({ M: mapping(properties), K: { Type: 'AWS::Kinesis::Stream' } });
    expect(resolved.eventSourceMappings).toEqual([]);
    expect(told(resolved)).toContain(type);
  });

  test.each<[string, unknown, string]>([
    ['a topic of the templates', { Ref: 'S' }, 'AWS::SNS::Topic'],
    ['a bucket', 'arn:aws:s3:::bucket', 'in s3'],
    ['a foreign queue', 'arn:aws:sqs:eu-west-1:123456789012:other', 'a queue outside the templates'],
  ])('runs a mapping without its destination when that is %s, and says so', (_, Destination, kind) => {
    const DestinationConfig = { OnFailure: { Destination } };
    const resolved = resolve({ M: mapping({ DestinationConfig }), S: { Type: 'AWS::SNS::Topic' } });
    expect(resolved.eventSourceMappings[0]).not.toHaveProperty('onFailureQueueName');
    expect(told(resolved)).toContain(
      `AWS::Lambda::EventSourceMapping with an on-failure destination that is ${kind}`,
    );
  });

  test('names a queue that nothing sends to', () => {
    expect(told(resolve({ Q: { Type: 'AWS::SQS::Queue' } }))).toEqual([
      'AWS::SQS::Queue that is no on-failure destination',
    ]);
  });

  test.each<[object, RegExp]>([
    [{ StartingPosition: 'AT_TIMESTAMP' }, /StartingPosition/],
    [{ StartingPosition: undefined }, /StartingPosition/],
    [{ BatchSize: 10_001 }, /BatchSize/],
    [{ MaximumRecordAgeInSeconds: 30 }, /-1 or 60 seconds at least/],
    [{ ParallelizationFactor: 11 }, /ParallelizationFactor/],
    [{ FilterCriteria: { Filters: [{ Pattern: '{' }] } }, /FilterCriteria.*the filter pattern is wrong/],
    [{ FilterCriteria: { Filters: [{ Pattern: '{"a":"b"}' }] } }, /a is "b", a list or an object is needed/],
    [
      { EventSourceArn: 'arn:aws:dynamodb:eu-west-1:1:table/t' },
      /no ARN of a DynamoDB stream. Take the StreamArn/,
    ],
  ])('refuses what Lambda does not take (%#)', (properties, message) => {
    const error = errorOf(() => resolve({ M: mapping(properties) }));
    expect(error).toMatchObject({
      code: 'InvalidResource',
      logicalId: 'M',
      message: expect.stringMatching(message),
    });
  });

  test('Ref of a queue is its URL, and attributes are its name and ARN', () => {
    const Q = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } };
    const variables = {
      URL: { Ref: 'Q' },
      ARN: { 'Fn::GetAtt': ['Q', 'Arn'] },
      NAME: { 'Fn::GetAtt': ['Q', 'QueueName'] },
      MAPPING: { Ref: 'M' },
    };
    const { functions, eventSourceMappings } = resolve({ Q, M: mapping(), F: functionWith(variables) });
    expect(functions[0]?.environment).toEqual({
      URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/q',
      ARN: 'arn:aws:sqs:eu-west-1:123456789012:q',
      NAME: 'q',
      MAPPING: eventSourceMappings[0]?.id,
    });
  });
});

describe('resolveAssembly() of custom resources', () => {
  const StreamArn = { 'Fn::GetAtt': ['C', 'StreamArn'] };
  const deferred = deferredText({ resourceId: 'Root/C', attribute: 'StreamArn' });

  test('defers what a mapping and a function need of one, and keeps how to make it', () => {
    const F = functionWith({ ARN: { 'Fn::Join': ['', ['x-', StreamArn]] }, ID: { Ref: 'C' } });
    const resolved = resolve({
      C: lookup({ deep: { n: 1, on: true } }),
      F,
      M: mapping({ EventSourceArn: StreamArn }),
    });
    expect(resolved.eventSourceMappings).toMatchObject([{ eventSourceArn: deferred }]);
    expect(resolved.functions[0]?.environment.ARN).toBe(`x-${deferred}`);
    expect(resolved.customResources).toEqual([
      {
        resourceId: 'Root/C',
        logicalId: 'C',
        type: 'Custom::ReplicaStream',
        stackId: expect.stringMatching(/^arn:aws:cloudformation:eu-west-1:123456789012:stack\/Root\//),
        functionName: 'lookup',
        properties: {
          ServiceToken: 'arn:aws:lambda:eu-west-1:123456789012:function:lookup',
          tableName: 't',
          deep: { n: '1', on: 'true' },
        },
        attributes: ['Ref', 'StreamArn'],
      },
    ]);
    expect(told(resolved)).toEqual([]);
    expect(JSON.parse(JSON.stringify(resolved))).toEqual(resolved);
  });

  test('says in an output that the value is known later', () => {
    const Outputs = { O: { Value: { 'Fn::Join': ['', ['at ', StreamArn]] } } };
    const { outputs } = resolve({ C: lookup(), M: mapping({ EventSourceArn: StreamArn }) }, { Outputs });
    expect(outputs).toEqual({ O: 'at [known when the region runs: C.StreamArn]' });
  });

  test('orders them by what they need of each other', () => {
    const first = { 'Fn::GetAtt': ['First', 'Value'] };
    const resolved = resolve({
      Second: lookup({ of: first }, 'AWS::CloudFormation::CustomResource'),
      First: lookup(),
      M: mapping({ EventSourceArn: { 'Fn::GetAtt': ['Second', 'StreamArn'] } }),
    });
    expect(resolved.customResources.map(({ logicalId }) => logicalId)).toEqual(['First', 'Second']);
  });

  test('leaves one alone that nothing needs, whatever it calls, and names it', () => {
    const resolved = resolve(
      { B: lookup({}, 'Custom::AmplifyBranchLinkerResource') },
      { Outputs: { O: { Value: { 'Fn::GetAtt': ['B', 'Id'] } } } },
    );
    expect(resolved.customResources).toEqual([]);
    expect(told(resolved)).toEqual(['Custom::AmplifyBranchLinkerResource']);
    expect(resolved.outputs).toEqual({ O: '[not emulated: custom resource B.Id]' });
  });

  test.each<[string, object, object, RegExp]>([
    [
      'a provider framework',
      {},
      { USER_ON_EVENT_FUNCTION_ARN: 'arn' },
      /Custom::ReplicaStream, and its function lookup is the CDK's provider framework/,
    ],
    [
      'a topic',
      { ServiceToken: 'arn:aws:sns:eu-west-1:1:t' },
      {},
      /its ServiceToken arn:aws:sns:eu-west-1:1:t is no function that is run here/,
    ],
    ['what only AWS can give', { topic: { Ref: 'S' } }, {}, /it needs \[not emulated: AWS::SNS::Topic/],
    ['itself', {}, { ARN: StreamArn }, /the custom resource C depends on itself/],
  ])('refuses one that is needed and depends on %s', (_, properties, variables, message) => {
    const resources = {
      C: lookup(properties),
      L: functionWith(variables as Record<string, unknown>, { FunctionName: 'lookup' }),
      S: { Type: 'AWS::SNS::Topic' },
      M: mapping({ EventSourceArn: StreamArn }),
    };
    expect(errorOf(() => resolve(resources))).toMatchObject({
      logicalId: 'C',
      message: expect.stringMatching(message),
    });
  });

  test.each<[string, unknown]>([
    ['Fn::Split', { 'Fn::Select': [0, { 'Fn::Split': [':', StreamArn] }] }],
    ['Fn::Base64', { 'Fn::Base64': StreamArn }],
  ])('refuses %s of what is not known yet', (_, value) => {
    const F = functionWith({ X: value });
    expect(errorOf(() => resolve({ C: lookup(), F }))).toMatchObject({
      code: 'NotEmulated',
      logicalId: 'F',
      message: expect.stringMatching(/known only when the region runs/),
    });
  });

  test('refuses a table that needs one', () => {
    const T = { ...TABLE, Properties: { ...TABLE.Properties, TableName: { 'Fn::GetAtt': ['C', 'Name'] } } };
    expect(errorOf(() => resolve({ C: lookup(), T }))).toMatchObject({
      code: 'NotEmulated',
      message: expect.stringMatching(/it needs C\.Name of a custom resource/),
    });
  });
});
