import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import { GlobalTable } from '../../src/infra/global-table.ts';
import { ReplicaStream } from '../../src/infra/replica-stream.ts';

const TYPE = 'Custom::ReplicaStream';

/** In a stack that knows neither account nor Region, which is what Amplify's is. */
function synthesized(isOwner: boolean, replicaRegions = ['eu-west-1', 'eu-central-1']) {
  const stack = new Stack(new App(), 'Platform');
  const table = new GlobalTable(stack, 'Items', {
    tableName: 'shop-main-items',
    replicaRegions,
    isOwner,
    maxReadRequestUnits: 200,
    maxWriteRequestUnits: 100,
    replicaTags: () => ({ project: 'shop' }),
  });
  const lookup = new LambdaFunction(stack, 'Lookup', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('0'),
  });
  const props = { table, replicaRegions, lookup, lookupTimeoutSeconds: 120 };
  const { streamArn } = new ReplicaStream(stack, 'Stream', props);
  return { template: Template.fromStack(stack), streamArn: stack.resolve(streamArn) };
}

describe('ReplicaStream', () => {
  test('ReplicaStream asks the function itself, with nothing between', () => {
    const { template, streamArn } = synthesized(false);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    const [id = ''] = Object.keys(template.findResources(TYPE));
    template.hasResourceProperties(TYPE, {
      ServiceToken: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Lookup'), 'Arn'] },
      tableName: 'shop-main-items',
      replicaRegions: ['eu-west-1', 'eu-central-1'],
    });
    expect(streamArn).toEqual({ 'Fn::GetAtt': [id, 'StreamArn'] });
  });

  test('ReplicaStream waits for two runs and the minute between them, not for an hour', () => {
    synthesized(false).template.hasResourceProperties(TYPE, { ServiceTimeout: '300' });
  });

  test('ReplicaStream waits for the table where this Region owns it', () => {
    const { template } = synthesized(true);
    const [tableId] = Object.keys(template.findResources('AWS::DynamoDB::GlobalTable'));
    template.hasResource(TYPE, { DependsOn: [tableId] });
    synthesized(false).template.hasResource(TYPE, { DependsOn: Match.absent() });
  });

  test('ReplicaStream changes, so that it is looked up again, when a replica comes or goes', () => {
    const propertiesOf = (regions: string[]) =>
      Object.values(synthesized(false, regions).template.findResources(TYPE))[0]?.Properties;
    expect(propertiesOf(['eu-west-1'])).not.toEqual(propertiesOf(['eu-west-1', 'eu-central-1']));
  });
});
