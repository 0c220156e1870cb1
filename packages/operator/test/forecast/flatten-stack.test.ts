import { describe, expect, test } from 'vitest';
import { flattenStack } from '../../src/forecast/flatten-stack.ts';
import type { StackTree, Template } from '../../src/forecast/stack-tree.ts';

const tree = (template: Template, nested: Record<string, StackTree> = {}): StackTree => ({
  template,
  nested: new Map(Object.entries(nested)),
});
const stack = (Parameters: Record<string, unknown> = {}) => ({
  Type: 'AWS::CloudFormation::Stack',
  Properties: { TemplateURL: 'https://…', Parameters },
});
const topic = (Properties: Record<string, unknown>, more: object = {}) => ({
  Type: 'AWS::SNS::Topic',
  Properties,
  ...more,
});

describe('flattenStack()', () => {
  test('leaves one stack as it is, but for what says nothing of the resource', () => {
    const flat = flattenStack(
      tree({ Resources: { A: topic({ a: { Ref: 'AWS::Region' } }, { DependsOn: 'B', Metadata: {} }) } }),
    );
    expect(flat.Resources).toStrictEqual({ A: topic({ a: { Ref: 'AWS::Region' } }) });
  });

  test('names what is nested by what nests it, in every function that names something', () => {
    const inner = tree({
      Conditions: { Live: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] } },
      Resources: {
        B: topic({}),
        A: topic(
          {
            ref: { Ref: 'B' },
            get: { 'Fn::GetAtt': ['B', 'Arn'] },
            dotted: { 'Fn::GetAtt': 'B.Arn' },
            sub: { 'Fn::Sub': `\${B}-\${B.Arn}-\${AWS::Region}-\${!literal}` },
            map: { 'Fn::Sub': [`\${x}`, { x: { Ref: 'B' } }] },
            if: { 'Fn::If': ['Live', { Ref: 'B' }, { Ref: 'AWS::NoValue' }] },
          },
          { Condition: 'Live' },
        ),
      },
    });
    const flat = flattenStack(tree({ Resources: { n: stack() } }, { n: inner }));
    expect(flat.Resources['n/A']).toStrictEqual(
      topic(
        {
          ref: { Ref: 'n/B' },
          get: { 'Fn::GetAtt': ['n/B', 'Arn'] },
          dotted: { 'Fn::GetAtt': ['n/B', 'Arn'] },
          sub: {
            'Fn::Sub': [
              `\${B}-\${B.Arn}-\${AWS::Region}-\${!literal}`,
              { B: { Ref: 'n/B' }, 'B.Arn': { 'Fn::GetAtt': ['n/B', 'Arn'] } },
            ],
          },
          map: { 'Fn::Sub': [`\${x}`, { x: { Ref: 'n/B' } }] },
          if: { 'Fn::If': ['n/Live', { Ref: 'n/B' }, { Ref: 'AWS::NoValue' }] },
        },
        { Condition: 'n/Live' },
      ),
    );
    expect(Object.keys(flat.Resources)).toStrictEqual(['n/B', 'n/A']);
    expect(Object.keys(flat.Conditions ?? {})).toStrictEqual(['n/Live']);
  });

  test('puts what a stack is given, and what it gives, in the place of parameters and outputs', () => {
    const source = tree({ Resources: { T: topic({}) }, Outputs: { Arn: { Value: { Ref: 'T' } } } });
    const sink = tree({
      Parameters: { Given: { Type: 'String' }, Own: { Type: 'String', Default: 'x' } },
      Resources: { S: topic({ given: { Ref: 'Given' }, own: { Ref: 'Own' } }) },
    });
    // The one that uses the output stands before the one that has it.
    const resources = {
      sink: stack({ Given: { 'Fn::GetAtt': ['source', 'Outputs.Arn'] } }),
      source: stack(),
    };
    const flat = flattenStack(tree({ Resources: resources }, { sink, source }));
    expect(flat.Resources['sink/S']).toStrictEqual(
      topic({ given: { Ref: 'source/T' }, own: { Ref: 'sink/Own' } }),
    );
  });

  test('keeps a nested stack of which no template is known, and one that asks for itself', () => {
    expect(Object.keys(flattenStack(tree({ Resources: { n: stack() } })).Resources)).toStrictEqual(['n']);
    const inner = tree({
      Parameters: { P: {} },
      Resources: { T: topic({ p: { Ref: 'P' } }) },
      Outputs: { O: { Value: 1 } },
    });
    const given = stack({ P: { 'Fn::GetAtt': ['n', 'Outputs.O'] } });
    expect(flattenStack(tree({ Resources: { n: given } }, { n: inner })).Resources).toStrictEqual({
      'n/T': topic({ p: { 'Fn::GetAtt': ['n', 'Outputs.O'] } }),
    });
  });
});
