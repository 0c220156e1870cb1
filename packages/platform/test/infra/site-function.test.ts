import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnFunction, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { describe, expect, test } from 'vitest';
import { GlobalTable } from '../../src/infra/global-table.ts';
import { type PlaceFunctionOptions, placeFunction } from '../../src/infra/site-function.ts';
import { defineTopology } from '../../src/topology/define-topology.ts';
import { resolveStage } from '../../src/topology/resolve-stage.ts';

function templateOf(
  regions: [string, ...string[]],
  options: Partial<Pick<PlaceFunctionOptions, 'peerReadKeys' | 'readableSecrets' | 'tableAccess'>>,
): Template {
  const main = { regions, ...(regions.length > 2 && { routing: { policy: 'latency' as const } }) };
  const base = { project: 'shop', regions: ['eu-west-1', 'eu-central-1'] };
  const topology = defineTopology({ ...base, stages: { main } });
  const site = resolveStage(topology, { backendType: 'branch', backendName: 'main', region: 'eu-west-1' });
  const stack = new Stack(new App(), 'Platform');
  const table = new GlobalTable(stack, 'Items', {
    ...{ tableName: site.tableName, replicaRegions: site.regions, isOwner: false },
    ...{ maxReadRequestUnits: 200, maxWriteRequestUnits: 100, replicaTags: () => ({}) },
  });
  const lambda = new LambdaFunction(stack, 'Heartbeat', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('0'),
    logGroup: new LogGroup(stack, 'Log'),
  });
  const cfnFunction = lambda.node.defaultChild;
  if (!(cfnFunction instanceof CfnFunction)) throw new Error('Cannot find the function in its construct');
  const addEnvironment = (key: string, value: string) => void lambda.addEnvironment(key, value);
  const fn = { resources: { lambda, cfnResources: { cfnFunction } }, addEnvironment };
  placeFunction(fn, { ...{ site, name: 'heartbeat', table, tableAccess: [] }, ...options });
  return Template.fromStack(stack);
}

/** ARN of a Region's replica, in a stack that knows neither partition nor account. */
const replicaIn = (region: string) => ({
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      `:dynamodb:${region}:`,
      { Ref: 'AWS::AccountId' },
      ':table/shop-main-items',
    ],
  ],
});

describe('placeFunction()', () => {
  test('placeFunction() lets a function read those keys in each peer’s replica, and not in its own by that', () => {
    const template = templateOf(['eu-west-1', 'eu-central-1', 'us-east-1'], {
      peerReadKeys: ['sys#heartbeat#eu-west-1'],
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Action: 'dynamodb:GetItem',
            Resource: [replicaIn('eu-central-1'), replicaIn('us-east-1')],
            Condition: {
              'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['sys#heartbeat#eu-west-1'] },
            },
          },
        ]),
      },
    });
  });

  test('placeFunction() lets a function read the secrets that it names, and none whose name begins so', () => {
    const template = templateOf(['eu-west-1'], { readableSecrets: ['shop-main/one', 'shop-main/two'] });
    const secret = (name: string) => ({
      'Fn::Join': [
        '',
        [
          'arn:',
          { Ref: 'AWS::Partition' },
          ':secretsmanager:',
          { Ref: 'AWS::Region' },
          ':',
          { Ref: 'AWS::AccountId' },
          `:secret:shop-main/${name}-??????`,
        ],
      ],
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Action: 'secretsmanager:GetSecretValue',
            Resource: [secret('one'), secret('two')],
          },
        ]),
      },
    });
  });

  test('placeFunction() gives no right on a secret when none is named', () => {
    const template = templateOf(['eu-west-1'], {});
    expect(JSON.stringify(template.toJSON())).not.toContain('secretsmanager');
  });

  test.each([
    {
      name: 'there is no peer',
      regions: ['eu-west-1'] as [string],
      peerReadKeys: ['sys#heartbeat#eu-west-1'],
    },
    { name: 'no key is named', regions: ['eu-west-1', 'eu-central-1'] as [string, string], peerReadKeys: [] },
  ])('placeFunction() gives no right on the table when $name', ({ regions, peerReadKeys }) => {
    const policies = templateOf(regions, { peerReadKeys }).findResources('AWS::IAM::Policy');
    expect(JSON.stringify(policies)).toContain('logs:PutLogEvents');
    expect(JSON.stringify(policies)).not.toContain('dynamodb:');
  });
});
