import { CfnWaitConditionHandle, Stack } from 'aws-cdk-lib';
import { RootConstruct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { addEdge } from '../../../src/infra/edge/edge-stack.ts';
import { ZONE } from '../domain-fixture.ts';
import { deployedEdge, edgeContext } from './edge-fixture.ts';

describe('addEdge()', () => {
  test('makes a root stack of the same app in us-east-1, in the account of whoever deploys', () => {
    const { app, edge } = deployedEdge();
    expect(edge?.nestedStackParent).toBeUndefined();
    expect(edge?.node.scope).toBe(app);
    const { stacks } = app.synth();
    expect(stacks.map(({ stackName, environment }) => [stackName, environment.region])).toContainEqual([
      'shop-main-edge',
      'us-east-1',
    ]);
    expect(app.synth().getStackByName('shop-main-edge').environment.account).toBe('unknown-account');
  });

  test('has the backend deployed after the edge, and refers to it neither way', () => {
    const { app, backend, edge } = deployedEdge();
    expect(backend.dependencies).toEqual([edge]);
    for (const { template } of app.synth().stacks) {
      expect(JSON.stringify(template)).not.toContain('Fn::ImportValue');
      expect(template.Outputs ?? {}).toEqual({});
    }
  });

  test('has everything found by the tags of the stage', () => {
    const { app } = deployedEdge();
    expect(app.synth().getStackByName('shop-main-edge').tags).toEqual({
      project: 'shop',
      stage: 'main',
      region: 'us-east-1',
    });
  });

  test.each([
    ['the stage has no CloudFront', { edge: { cloudFront: false } }, {}],
    ['the stage has no domain', { domain: null, edge: { cloudFront: false } }, {}],
    ['the zone is still to be made', { domain: { ...ZONE, hostedZoneId: null } }, {}],
    ['the Region is a secondary', {}, { region: 'eu-central-1' }],
  ])('makes nothing when %s', (_, settings, target) => {
    const { app, backend, edge } = deployedEdge(settings, target);
    expect(edge).toBeUndefined();
    expect(app.node.children.filter((child) => child instanceof Stack)).toEqual([backend]);
    expect(backend.dependencies).toEqual([]);
  });

  test('makes one of several Regions place the edge, and no other', () => {
    const regions = ['eu-west-1', 'eu-central-1', 'us-east-1'] as const;
    const made = regions.map((region) => deployedEdge({}, { regions: [...regions], region }).edge?.stackName);
    expect(made).toEqual(['shop-main-edge', undefined, undefined]);
  });

  test('says what is needed where the stack belongs to no app', () => {
    const backend = new Stack(new RootConstruct('Nothing'), 'Backend');
    const add = () => addEdge(backend, edgeContext());
    expect(add).toThrow(/^Cannot put a stack beside .*: it belongs to no app\. Synthesize with/);
  });

  test.each(['count', 'block'] as const)(
    'makes a template that the validation of CDK has nothing against, with waf %s',
    (waf) => {
      const { app, backend } = deployedEdge({ edge: { waf } }, { strict: true });
      new CfnWaitConditionHandle(backend, 'Anything');
      expect(() => app.synth()).not.toThrow();
    },
  );
});
