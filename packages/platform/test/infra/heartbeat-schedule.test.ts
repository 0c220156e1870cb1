import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { HeartbeatSchedule } from '../../src/infra/heartbeat-schedule.ts';
import type { BackendContext } from '../../src/topology/resolve-stage.ts';
import { contextOf, functionIn, STRICT } from './backend-fixture.ts';

function templateOf(context: BackendContext): Template {
  const stack = new Stack(new App({ context: STRICT }), 'Platform');
  new HeartbeatSchedule(stack, 'Schedule', { context, heartbeat: functionIn(stack, 'Heartbeat') });
  return Template.fromStack(stack);
}

describe('HeartbeatSchedule', () => {
  const template = templateOf(contextOf());
  const heartbeat = Match.stringLikeRegexp('^Heartbeat');

  test('HeartbeatSchedule calls the function each minute, and delivers a call once, in time, or never', () => {
    template.resourceCountIs('AWS::Events::Rule', 1);
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [heartbeat, 'Arn'] },
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        },
      ],
    });
  });

  test('HeartbeatSchedule keeps Lambda from repeating a call that failed', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: heartbeat },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  test('HeartbeatSchedule lets this rule alone call the function', () => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Schedule'), 'Arn'] },
    });
  });

  test.each([
    ['the stage does without a heartbeat', contextOf({ observability: { heartbeat: false } })],
    ['its Region has no peer', contextOf({}, { regions: ['eu-west-1'] })],
  ])('HeartbeatSchedule calls nothing when %s', (_, context) => {
    expect(templateOf(context).findResources('AWS::Events::Rule')).toEqual({});
  });
});
