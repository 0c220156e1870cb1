// Goal: each function may do what its code does, on what it works with, and nothing else. Method: whole policies of
// the synthesized backend are compared, so that a statement that is added anywhere fails here.

import { canaryPk, evacuationsPk } from '@gsp/platform/store';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  functionNamed,
  logGroupNamed,
  refIn,
  resourcesOf,
  statementsOf,
  stringsIn,
} from '../../packages/platform/test/infra/template-queries.ts';
import { topology } from '../project/topology.ts';
import { type SynthesizedBackend, synthesizedBackend } from './synthesized-backend.ts';

const FUNCTIONS = ['health', 'control', 'api', 'authorizer', 'conflicts', 'heartbeat', 'stream-lookup'];

let backends: SynthesizedBackend[];

beforeAll(async () => {
  const options = { name: 'main', regions: topology.regions, validate: true };
  backends = await synthesizedBackend('branch', options);
}, 240_000);

/** This Region's replica or a peer's, or what lies below it. */
const replica = (below = '', peer?: string) => ({
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ...(peer === undefined ? [':dynamodb:', { Ref: 'AWS::Region' }, ':'] : [`:dynamodb:${peer}:`]),
      { Ref: 'AWS::AccountId' },
      `:table/gsp-main-items${below}`,
    ],
  ],
});
const onTable = (...Action: string[]) => ({
  Effect: 'Allow',
  Action: Action.length === 1 ? Action[0] : Action,
  Resource: replica(),
});

describe('roles', () => {
  test('roles allow exact actions on what the function works with, and nothing else', () => {
    for (const { region, platform } of backends) {
      const { Resources } = platform;
      const logs = (name: string) => ({
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [logGroupNamed(Resources, `/aws/lambda/gsp-main-${name}`), 'Arn'] },
      });
      const [[queueId] = []] = resourcesOf(platform, 'AWS::SQS::Queue');
      const onCanary = {
        ...onTable('dynamodb:GetItem', 'dynamodb:PutItem'),
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [`sys#health#${region}`] } },
      };
      const found = FUNCTIONS.map((name) => [name, statementsOf(Resources, `gsp-main-${name}`)]);
      expect(Object.fromEntries(found)).toEqual({
        health: [
          logs('health'),
          onCanary,
          {
            ...onTable('dynamodb:Query'),
            Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['sys#evacuation-audit'] } },
          },
        ],
        control: [
          logs('control'),
          onCanary,
          {
            ...onTable('dynamodb:PutItem', 'dynamodb:Query'),
            Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['sys#evacuation-audit'] } },
          },
        ],
        api: [
          logs('api'),
          onTable('dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'),
          {
            ...onTable('dynamodb:PutItem', 'dynamodb:UpdateItem'),
            Effect: 'Deny',
            Condition: {
              'ForAnyValue:StringLike': {
                'dynamodb:LeadingKeys': [
                  'sys#conflict#*',
                  'sys#conflicts',
                  'sys#health#*',
                  'sys#heartbeat#*',
                  'sys#evacuation-audit',
                ],
              },
            },
          },
        ],
        conflicts: [
          logs('conflicts'),
          {
            ...onTable('dynamodb:PutItem', 'dynamodb:UpdateItem'),
            Condition: {
              'ForAllValues:StringLike': {
                'dynamodb:LeadingKeys': ['sys#conflict#*', 'sys#conflicts', 'sys#counter#*'],
              },
            },
          },
          {
            Effect: 'Allow',
            Action: [
              'dynamodb:DescribeStream',
              'dynamodb:GetRecords',
              'dynamodb:GetShardIterator',
              'dynamodb:ListStreams',
            ],
            Resource: replica('/stream/*'),
          },
          { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': [queueId, 'Arn'] } },
        ],
        authorizer: [logs('authorizer')],
        heartbeat: [
          logs('heartbeat'),
          {
            ...onTable('dynamodb:PutItem'),
            Condition: {
              'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [`sys#heartbeat#${region}`] },
            },
          },
          {
            ...onTable('dynamodb:GetItem'),
            Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['sys#heartbeat#*'] } },
          },
          {
            ...onTable('dynamodb:GetItem'),
            Resource: replica('', region === topology.regions[0] ? topology.regions[1] : topology.regions[0]),
            Condition: {
              'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [`sys#heartbeat#${region}`] },
            },
          },
        ],
        'stream-lookup': [logs('stream-lookup'), onTable('dynamodb:DescribeTable')],
      });
    }
  });

  test('roles have no managed policy, and one wildcard: the stream of the replica', () => {
    for (const { platform } of backends) {
      const roles = resourcesOf(platform, 'AWS::IAM::Role');
      expect(roles).toHaveLength(FUNCTIONS.length);
      for (const [id, { Properties }] of roles)
        expect(Properties, id).not.toHaveProperty('ManagedPolicyArns');
      const granted = FUNCTIONS.flatMap((name) => statementsOf(platform.Resources, `gsp-main-${name}`))
        .map((statement) => Object(statement))
        .flatMap(({ Action, Resource }) => stringsIn([Action, Resource]));
      expect(granted.filter((text) => text.includes('*'))).toEqual([':table/gsp-main-items/stream/*']);
    }
  });

  test('roles are one for each function', () => {
    for (const { platform } of backends) {
      const roles = FUNCTIONS.map((name) =>
        refIn(functionNamed(platform.Resources, `gsp-main-${name}`).Properties?.Role),
      );
      expect(new Set(roles).size).toBe(FUNCTIONS.length);
    }
  });

  test('roles let an operator call the guarded routes of this Region, and nothing else', () => {
    for (const { region, platform } of backends) {
      const [[apiId] = []] = resourcesOf(platform, 'AWS::ApiGatewayV2::Api');
      const invocation = (call: string) => ({
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':execute-api:',
            { Ref: 'AWS::Region' },
            ':',
            { Ref: 'AWS::AccountId' },
            ':',
            { Ref: apiId },
            `/*/${call}`,
          ],
        ],
      });
      const policies = resourcesOf(platform, 'AWS::IAM::ManagedPolicy').map(
        ([, { Properties }]) => Properties,
      );
      expect(policies).toEqual([
        {
          ManagedPolicyName: `gsp-main-operator-${region}`,
          Description: expect.any(String),
          Path: '/',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: 'execute-api:Invoke',
                Resource: [
                  'GET/control/evacuations',
                  'HEAD/control/evacuations',
                  'PUT/control/evacuations/*',
                  'DELETE/control/evacuations/*',
                ].map(invocation),
              },
            ],
          },
        },
      ]);
    }
  });

  test("roles let the api function read a Region's canary and evacuations but not write them", () => {
    for (const { region, platform } of backends) {
      const denied = statementsOf(platform.Resources, 'gsp-main-api').find(
        (statement) => Object(statement).Effect === 'Deny',
      );
      const patterns: string[] = Object(denied).Condition['ForAnyValue:StringLike']['dynamodb:LeadingKeys'];
      const isDenied = (key: string) =>
        patterns.some((pattern) =>
          pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern,
        );
      for (const key of [canaryPk(region), evacuationsPk]) expect(isDenied(key), key).toBe(true);
      for (const key of ['demo', 'sys#counter#visits', 'conflicts']) expect(isDenied(key), key).toBe(false);
    }
  });
});
