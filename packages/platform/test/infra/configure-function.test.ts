import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { describe, expect, test } from 'vitest';
import { type ConfigureFunctionOptions, configureFunction } from '../../src/infra/configure-function.ts';
import { GlobalTable } from '../../src/infra/global-table.ts';
import { backendFunction, contextOf, functionIn, type Regions } from './backend-fixture.ts';

function templateOf(
  regions: Regions,
  options: Partial<Pick<ConfigureFunctionOptions, 'peerReadKeys' | 'readableSecrets' | 'tableAccess'>>,
): Template {
  const context = contextOf(regions.length > 2 ? { routing: { policy: 'latency' } } : {}, { regions });
  const stack = new Stack(new App(), 'Platform');
  const lambda = functionIn(stack, 'Heartbeat', { logGroup: new LogGroup(stack, 'Log') });
  const table = new GlobalTable(context.tableName);
  configureFunction(backendFunction(lambda), {
    context,
    name: 'heartbeat',
    table,
    tableAccess: [],
    ...options,
  });
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

describe('configureFunction()', () => {
  test('configureFunction() lets a function read those keys in each peer’s replica, and not in its own by that', () => {
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

  test('configureFunction() lets a function read the secrets that it names, and none whose name begins so', () => {
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

  test('configureFunction() gives no right on a secret when none is named', () => {
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
  ])('configureFunction() gives no right on the table when $name', ({ regions, peerReadKeys }) => {
    const policies = templateOf(regions, { peerReadKeys }).findResources('AWS::IAM::Policy');
    expect(JSON.stringify(policies)).toContain('logs:PutLogEvents');
    expect(JSON.stringify(policies)).not.toContain('dynamodb:');
  });
});
