import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, test } from 'vitest';
import { HeartbeatSchedule } from '../../src/infra/heartbeat-schedule.ts';

/** Turns every finding of CDK's template validation into an error. */
const STRICT = { '@aws-cdk/core:validateAgainstDefaultRules': true };

function templateOf(): Template {
  const stack = new Stack(new App({ context: STRICT }), 'Platform');
  const heartbeat = new LambdaFunction(stack, 'Heartbeat', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('0'),
  });
  new HeartbeatSchedule(stack, 'Schedule', { heartbeat });
  return Template.fromStack(stack);
}

describe('HeartbeatSchedule', () => {
  const template = templateOf();
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
});
