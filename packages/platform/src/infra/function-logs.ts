import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction, type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

/**
 * Gives the function's log group its name and retention, and the role the right to write there. The
 * managed policy that CDK attaches instead lets a function write to every log group of the account.
 */
export function keepLogs(lambda: IFunction, logGroupName: string, retentionDays: number): void {
  if (!(lambda instanceof LambdaFunction)) throw unexpected(lambda, 'AWS::Lambda::Function');
  const logGroup = resourceOf(lambda.logGroup, CfnLogGroup, 'AWS::Logs::LogGroup');
  logGroup.logGroupName = logGroupName;
  logGroup.retentionInDays = retentionDays;
  resourceOf(lambda.role, CfnRole, 'AWS::IAM::Role').addPropertyDeletionOverride('ManagedPolicyArns');
  lambda.logGroup.grantWrite(lambda);
}

/**
 * Gives every function under `scope` that has no log group of its own one with a retention period, such
 * as those by which Amplify links a branch. Lambda would make one that is kept, and paid for, for ever.
 * To be called when everything is there.
 */
export function retainLogs(scope: IConstruct, retentionDays: RetentionDays): void {
  const functions = scope.node.findAll().filter((node) => node instanceof CfnFunction);
  for (const fn of functions.filter((candidate) => !hasLogGroup(candidate))) {
    const logGroup = new LogGroup(fn.node.scope ?? fn, 'RetainedLog', {
      retention: retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    fn.addPropertyOverride('LoggingConfig.LogGroup', logGroup.logGroupName);
  }
}

function hasLogGroup(fn: CfnFunction): boolean {
  return Stack.of(fn).resolve(fn.loggingConfig)?.logGroup !== undefined;
}

function resourceOf<T>(
  construct: IConstruct | undefined,
  type: abstract new (...args: never[]) => T,
  typeName: string,
): T {
  const resource = construct?.node.defaultChild;
  if (resource instanceof type) return resource;
  throw unexpected(construct, typeName);
}

function unexpected(construct: IConstruct | undefined, typeName: string): Error {
  return new Error(
    `Cannot place the function: ${construct?.node.path ?? 'nothing'} is not an ${typeName} of this stack, which is needed. Check the version of @aws-amplify/backend`,
  );
}
