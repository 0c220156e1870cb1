import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { ReplicaStream } from '../../src/infra/replica-stream.ts';
import { contextOf, functionIn, type Regions, tableIn } from './backend-fixture.ts';

const TYPE = 'Custom::ReplicaStream';

/** In a stack that knows neither account nor Region, which is what Amplify's is. */
function synthesized(isOwner: boolean, regions: Regions = ['eu-west-1', 'eu-central-1']) {
  const stack = new Stack(new App(), 'Platform');
  const context = contextOf({}, { regions });
  const table = tableIn(stack, context, isOwner);
  const props = { context, table, lookup: functionIn(stack, 'Lookup'), lookupTimeoutSeconds: 120 };
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
    const propertiesOf = (regions: Regions) =>
      Object.values(synthesized(false, regions).template.findResources(TYPE))[0]?.Properties;
    expect(propertiesOf(['eu-west-1'])).not.toEqual(propertiesOf(['eu-west-1', 'eu-central-1']));
  });
});
