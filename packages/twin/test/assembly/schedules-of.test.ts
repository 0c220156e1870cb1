import { describe, expect, test } from 'vitest';
import type { ResolvedRegion } from '../../src/assembly/resolved-region.ts';
import { deferredText } from '../../src/custom-resources/deferred-value.ts';
import { ruleOf, targetOf } from '../schedules/schedule-fixture.ts';
import { errorOf, functionWith, resolveFiles } from './assembly-fixture.ts';

const TARGET = { Id: 'Target0', Arn: { 'Fn::GetAtt': ['F', 'Arn'] } };

function rule(properties: object = {}): object {
  const Properties = { Name: 'beat', ScheduleExpression: 'rate(1 minute)', Targets: [TARGET], ...properties };
  return { Type: 'AWS::Events::Rule', Properties };
}

const target = (properties: object) => rule({ Targets: [{ ...TARGET, ...properties }] });

function resolve(resources: object): ResolvedRegion {
  const Resources = { F: functionWith({}), ...resources };
  return resolveFiles({ 'Root.template.json': { Resources } });
}

const told = ({ notEmulated }: ResolvedRegion) =>
  notEmulated.map(({ type }) => type).filter((type) => !type.includes('run by Node.js'));

describe('resolveAssembly() of schedules', () => {
  test('gives EventBridge’s and Lambda’s defaults, and names nothing as left out', () => {
    const resolved = resolve({ Beat: rule() });
    expect(resolved.schedules).toEqual([ruleOf()]);
    expect(told(resolved)).toEqual([]);
  });

  test('reads every setting, and those of the function', () => {
    const resolved = resolve({
      Beat: rule({
        ...{
          Description: 'd',
          EventBusName: 'default',
          State: 'DISABLED',
          ScheduleExpression: 'cron(0 8 ? * 2-6 *)',
        },
        Targets: [
          { ...TARGET, Input: '{"deep":[1]}', RetryPolicy: { MaximumRetryAttempts: '3' } },
          { Id: 'Target1', Arn: 'arn:aws:lambda:eu-west-1:123456789012:function:f:live' },
        ],
      }),
      Config: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          ...{ FunctionName: { Ref: 'F' }, Qualifier: '$LATEST' },
          ...{ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        },
      },
    });
    const retries = { functionRetryAttempts: 0, functionEventAgeSeconds: 60 };
    expect(resolved.schedules).toEqual([
      ruleOf({
        expression: 'cron(0 8 ? * 2-6 *)',
        enabled: false,
        targets: [
          targetOf({ ...retries, input: { deep: [1] }, deliveryRetryAttempts: 3 }),
          targetOf({ ...retries, id: 'Target1' }),
        ],
      }),
    ]);
    expect(told(resolved)).toEqual([]);
  });

  test('names a rule as CloudFormation does when the template does not, and tells others of it', () => {
    const variables = { NAME: { Ref: 'Beat' }, ARN: { 'Fn::GetAtt': ['Beat', 'Arn'] } };
    const { functions, schedules } = resolve({ F: functionWith(variables), Beat: rule({ Name: undefined }) });
    const [schedule] = schedules;
    expect(schedule?.ruleName).toMatch(/^Root-Beat-[A-Z0-9]{12}$/);
    expect(schedule?.ruleArn).toBe(`arn:aws:events:eu-west-1:123456789012:rule/${schedule?.ruleName}`);
    expect(functions[0]?.environment).toEqual({ NAME: schedule?.ruleName, ARN: schedule?.ruleArn });
  });

  test('creates the custom resource that an input needs', () => {
    const Lookup = { Type: 'Custom::Lookup', Properties: { ServiceToken: { 'Fn::GetAtt': ['F', 'Arn'] } } };
    const Input = { 'Fn::Join': ['', ['{"value":"', { 'Fn::GetAtt': ['Lookup', 'Value'] }, '"}']] };
    const { schedules, customResources } = resolve({ Lookup, Beat: target({ Input }) });
    const value = deferredText({ resourceId: customResources[0]?.resourceId ?? '', attribute: 'Value' });
    expect(schedules[0]?.targets[0]?.input).toEqual({ value });
  });

  test.each<[string, object, string]>([
    [
      'an event pattern',
      { ScheduleExpression: undefined, EventPattern: { source: ['aws.s3'] } },
      'an event pattern',
    ],
    ['both', { EventPattern: { source: ['aws.s3'] } }, 'an event pattern beside its schedule'],
    ['a bus', { EventBusName: 'own' }, 'an event bus of its own'],
    ['a time zone', { ScheduleExpressionTimezone: 'Europe/Zurich' }, 'ScheduleExpressionTimezone'],
    ['the last day', { ScheduleExpression: 'cron(0 8 L * ? *)' }, 'the schedule cron(0 8 L * ? *)'],
    ['an input path', { Targets: [{ ...TARGET, InputPath: '$.time' }] }, 'a target that has an InputPath'],
    [
      'a transformer',
      { Targets: [{ ...TARGET, InputTransformer: {} }] },
      'a target that has an InputTransformer',
    ],
    ['a queue', { Targets: [{ Id: 'q', Arn: 'arn:aws:sqs:eu-west-1:1:f' }] }, 'a target that is in sqs'],
    [
      'a topic of the templates',
      { Targets: [{ Id: 't', Arn: { Ref: 'Topic' } }] },
      'a target that is AWS::SNS::Topic',
    ],
    [
      'a foreign function',
      { Targets: [{ Id: 'x', Arn: 'arn:aws:lambda:eu-west-1:1:function:other' }] },
      'a target that is a function that is not run',
    ],
    [
      'an input that only AWS knows',
      { Targets: [{ ...TARGET, Input: { 'Fn::Join': ['', ['{"topic":"', { Ref: 'Topic' }, '"}']] } }] },
      'a target whose Input needs [not emulated: AWS::SNS::Topic Topic.Ref]',
    ],
  ])('names a rule with %s instead of running it', (_, properties, obstacle) => {
    const resolved = resolve({ Topic: { Type: 'AWS::SNS::Topic' }, Beat: rule(properties) });
    expect(resolved.schedules).toEqual([]);
    expect(told(resolved)).toEqual([`AWS::Events::Rule with ${obstacle}`, 'AWS::SNS::Topic']);
  });

  test('names what of a rule is left out that runs', () => {
    const resolved = resolve({
      Beat: rule({
        Targets: [
          { ...TARGET, DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-west-1:1:q' } },
          { Id: 'Target1', Arn: 'arn:aws:sqs:eu-west-1:1:q' },
        ],
      }),
      Empty: rule({ Targets: [] }),
      Config: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          FunctionName: 'f',
          DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:eu-west-1:1:q' } },
        },
      },
      G: functionWith({}, { FunctionName: 'g' }),
      Idle: { Type: 'AWS::Lambda::EventInvokeConfig', Properties: { FunctionName: { Ref: 'G' } } },
    });
    expect(resolved.schedules).toEqual([ruleOf()]);
    expect(told(resolved)).toEqual([
      'AWS::Events::Rule with a dead-letter queue',
      'AWS::Events::Rule with a target that is in sqs',
      'AWS::Events::Rule without a target',
      'AWS::Lambda::EventInvokeConfig of a function without a schedule',
      'AWS::Lambda::EventInvokeConfig with destinations',
    ]);
  });

  test.each<[string, object, string]>([
    ['a rate', { ScheduleExpression: 'rate(1 minutes)' }, 'ScheduleExpression'],
    ['a cron expression', { ScheduleExpression: 'cron(* * * * * *)' }, 'ScheduleExpression'],
    ['a state', { State: 'PAUSED' }, 'State'],
    ['an input', { Targets: [{ ...TARGET, Input: 'no json' }] }, 'Targets.0.Input'],
    [
      'a number of retries',
      { Targets: [{ ...TARGET, RetryPolicy: { MaximumRetryAttempts: 186 } }] },
      'Targets.0.RetryPolicy.MaximumRetryAttempts',
    ],
    ['a target without an id', { Targets: [{ Arn: TARGET.Arn }] }, 'Targets.0.Id'],
  ])('refuses %s that EventBridge would refuse', (_, properties, path) => {
    expect(errorOf(() => resolve({ Beat: rule(properties) }))).toMatchObject({
      code: 'InvalidResource',
      logicalId: 'Beat',
      path: `Properties.${path}`,
      message: expect.stringMatching(
        /^Cannot use Beat\.Properties\..* Correct it in the backend definition\.$/,
      ),
    });
  });
});
