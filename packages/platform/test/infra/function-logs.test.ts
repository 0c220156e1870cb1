import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { afterEach, beforeEach, describe, test, vi } from 'vitest';
import { retainLogs } from '../../src/infra/function-logs.ts';

const code = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('0') };

// What is tested is not the functions themselves, and validation takes seconds to load.
beforeEach(() => vi.stubEnv('CDK_VALIDATION', 'false'));
afterEach(() => vi.unstubAllEnvs());

describe('retainLogs', () => {
  test('retainLogs() gives a function a log group with retention when it has none', () => {
    const stack = new Stack(new App(), 'Root');
    new LambdaFunction(stack, 'Linker', code);
    retainLogs(stack, 5);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 5 });
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogGroup: { Ref: Match.anyValue() } },
    });
  });

  test('retainLogs() leaves a function alone when it has a log group', () => {
    const stack = new Stack(new App(), 'Root');
    new LambdaFunction(stack, 'Own', { ...code, logGroup: new LogGroup(stack, 'OwnLog', { retention: 7 }) });
    retainLogs(stack, 5);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Logs::LogGroup', 1);
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });
});
