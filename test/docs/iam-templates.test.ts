import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const list = z.union([z.string(), z.array(z.unknown())]).transform((given) => [given].flat());
const statement = z.strictObject({
  Sid: z.string().regex(/^[A-Za-z0-9]+$/),
  Effect: z.literal('Allow'),
  Action: list.pipe(z.array(z.string().regex(/^[a-z0-9-]+:[A-Za-z]+$/))),
  Resource: z.union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())]),
  Condition: z.record(z.string(), z.unknown()).optional(),
});
const policy = z.object({ Version: z.literal('2012-10-17'), Statement: z.array(statement) });
const trust = z.object({
  Version: z.literal('2012-10-17'),
  Statement: z
    .array(
      z.strictObject({
        Sid: z.string(),
        Effect: z.literal('Allow'),
        Principal: z.union([
          z.strictObject({ Federated: z.unknown() }),
          z.strictObject({ Service: z.string() }),
        ]),
        Action: z.string(),
        Condition: z.record(z.string(), z.record(z.string(), z.unknown())),
      }),
    )
    .length(1),
});
const resources = z.record(
  z.string(),
  z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
);

/** Reads a template as CloudFormation would: unknown types, properties and references are errors. */
function included(name: string) {
  const stack = new Stack(new App(), 'Stack');
  const templateFile = join(import.meta.dirname, '../../docs/iam', name);
  new CfnInclude(stack, 'Included', { templateFile });
  const template = Template.fromStack(stack).toJSON();
  const reasons = z.record(z.string(), z.string()).parse(template.Metadata?.WildcardReasons);
  return { resources: resources.parse(template.Resources), reasons };
}

function policiesOf(properties: Record<string, unknown>): z.infer<typeof policy>[] {
  const inline = z.array(z.object({ PolicyDocument: policy })).parse(properties.Policies ?? []);
  const own = properties.PolicyDocument === undefined ? [] : [policy.parse(properties.PolicyDocument)];
  return [...inline.map(({ PolicyDocument }) => PolicyDocument), ...own];
}

const FILES = ['deploy-role.yaml', 'hosting-role.yaml'] as const;

describe.each(FILES)('docs/iam/%s', (file) => {
  const { resources: all, reasons } = included(file);
  const statements = Object.values(all).flatMap(({ Properties }) =>
    policiesOf(Properties).flatMap(({ Statement }) => Statement),
  );

  test('each statement that names every resource has its reason', () => {
    const wide = statements.filter(({ Resource }) => Resource === '*').map(({ Sid }) => Sid);
    expect(statements.length).toBeGreaterThan(0);
    expect([...new Set(wide)].sort()).toEqual(Object.keys(reasons).sort());
    for (const reason of Object.values(reasons)) expect(reason).toMatch(/^[A-Z].{20,}\.$/);
  });

  test('no statement allows an action by a pattern, and none that makes users, keys or roles', () => {
    for (const { Action } of statements) {
      for (const action of Action) expect(action).not.toMatch(/\*|^iam:(?!CreateServiceLinkedRole$)/);
    }
  });

  test('resources are of this account, but for what belongs to none', () => {
    const named = statements.filter(({ Resource }) => Resource !== '*');
    for (const { Resource } of named) {
      for (const one of [Resource].flat()) {
        expect(JSON.stringify(one)).toMatch(/AWS::AccountId|route53:::/);
      }
    }
  });

  test('each role is taken by one kind of caller only', () => {
    const roles = Object.values(all).filter(({ Type }) => Type === 'AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(0);
    for (const { Properties } of roles) {
      const [only] = trust.parse(Properties.AssumeRolePolicyDocument).Statement;
      expect(Object.keys(only?.Condition.StringEquals ?? {}).length).toBeGreaterThan(0);
    }
  });
});

describe('docs/iam/deploy-role.yaml', () => {
  const { resources: all } = included('deploy-role.yaml');
  const trustOf = (name: string) => trust.parse(all[name]?.Properties.AssumeRolePolicyDocument).Statement[0];
  const actionsOf = (name: string) =>
    policiesOf(all[name]?.Properties ?? {}).flatMap(({ Statement }) =>
      Statement.flatMap(({ Action }) => Action),
    );

  test.each([
    ['DeployRole', /^repo:\$\{Repository\}:environment:\$\{Environment\}$/],
    ['TeardownRole', /^repo:\$\{Repository\}:environment:\$\{Environment\}-teardown$/],
  ])('%s is for one environment of one repository', (role, subject) => {
    expect(trustOf(role)).toMatchObject({
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
          'token.actions.githubusercontent.com:sub': { 'Fn::Sub': expect.stringMatching(subject) },
        },
      },
    });
    expect(Object.keys(trustOf(role)?.Condition ?? {})).toEqual(['StringEquals']);
  });

  test('what deploys every day can delete neither a table nor what is complete', () => {
    const actions = actionsOf('DeployRole');
    expect(actions.filter((action) => action.startsWith('dynamodb:'))).toEqual(['dynamodb:DescribeTable']);
    expect(actions).toContain('sts:AssumeRole');
    expect(actions.filter((action) => /:Delete/.test(action)).sort()).toEqual([
      'cloudformation:DeleteStack',
      'ssm:DeleteParameter',
    ]);
  });

  test.each([
    ['DeployRole', ['table']],
    ['TeardownRole', ['edge', 'table']],
  ])('%s may delete, beside Amplify’s, the root stacks of its own stage', (role, own) => {
    const deletes = policiesOf(all[role]?.Properties ?? {}).flatMap(({ Statement }) =>
      Statement.filter(({ Action }) => Action.includes('cloudformation:DeleteStack')),
    );
    const named = deletes.flatMap(({ Resource }) => JSON.stringify(Resource).match(/stack\/[^"]+/g) ?? []);
    expect(named.sort()).toEqual(
      [...own.map((part) => `stack/\${Project}-\${Stage}-${part}/*`), 'stack/amplify-*'].sort(),
    );
  });

  test('a table can be replicated in every Region by who makes it', () => {
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2gt_IAM.html
    const needed = [
      'UpdateTable',
      'CreateTable',
      'CreateTableReplica',
      'Scan',
      'Query',
      'UpdateItem',
      'PutItem',
    ]
      .concat(['GetItem', 'DeleteItem', 'BatchWriteItem', 'DeleteTable', 'DeleteTableReplica'])
      .map((action) => `dynamodb:${action}`);
    expect(actionsOf('ReplicaPolicy')).toEqual(expect.arrayContaining(needed));
  });
});
