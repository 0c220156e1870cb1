import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { GlobalTable } from '../../src/infra/global-table.ts';
import { ReplicaStream } from '../../src/infra/replica-stream.ts';
import { contextOf, functionIn, type Regions } from './backend-fixture.ts';

const TYPE = 'Custom::ReplicaStream';

/** In a stack that knows neither account nor Region, which is what Amplify's is. */
function synthesized(regions: Regions = ['eu-west-1', 'eu-central-1']) {
  const stack = new Stack(new App(), 'Platform');
  const context = contextOf({}, { regions });
  const table = new GlobalTable(context.tableName);
  const props = { context, table, lookup: functionIn(stack, 'Lookup'), lookupTimeoutSeconds: 120 };
  const { streamArn } = new ReplicaStream(stack, 'Stream', props);
  return { template: Template.fromStack(stack), streamArn: stack.resolve(streamArn) };
}

describe('ReplicaStream', () => {
  test('ReplicaStream asks the function itself, with nothing between', () => {
    const { template, streamArn } = synthesized();
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
    synthesized().template.hasResourceProperties(TYPE, { ServiceTimeout: '300' });
  });

  test('ReplicaStream changes, so that it is looked up again, when a replica comes or goes', () => {
    const propertiesOf = (regions: Regions) =>
      Object.values(synthesized(regions).template.findResources(TYPE))[0]?.Properties;
    expect(propertiesOf(['eu-west-1'])).not.toEqual(propertiesOf(['eu-west-1', 'eu-central-1']));
  });
});
