import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';

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
