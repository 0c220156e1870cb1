import { CfnRole, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type CfnFunction, type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { functionLogGroupName, functionName } from '../topology/names.ts';
import type { Site } from '../topology/resolve-stage.ts';
import type { GlobalTable } from './global-table.ts';

/** A function as `defineBackend` returns it. */
export interface BackendFunction {
  readonly resources: {
    readonly lambda: IFunction;
    readonly cfnResources: { readonly cfnFunction: CfnFunction };
  };
  readonly addEnvironment: (key: string, value: string) => void;
}

/** What {@link placeFunction} gives a function. */
export interface PlaceFunctionOptions {
  readonly site: Site;
  /** The function's own part of its name. */
  readonly name: string;
  readonly table: GlobalTable;
  /** DynamoDB actions that its code calls, such as `GetItem`. */
  readonly tableActions: readonly string[];
  /** Partition keys it may touch. @default - every one */
  readonly partitionKeys?: readonly string[];
}

/**
 * Puts a function into its site: names it, tells it its surroundings, and lets it do what its code does
 * and nothing else.
 */
export function placeFunction(fn: BackendFunction, options: PlaceFunctionOptions): void {
  const { site, name, table } = options;
  const { lambda, cfnResources } = fn.resources;
  const fullName = functionName(site.project, site.stage, name);
  cfnResources.cfnFunction.functionName = fullName;
  cfnResources.cfnFunction.addPropertyOverride(
    'LoggingConfig.ApplicationLogLevel',
    site.settings.logs.level.toUpperCase(),
  );
  for (const [key, value] of Object.entries(environmentOf(site, table))) fn.addEnvironment(key, value);
  keepLogs(lambda, functionLogGroupName(fullName), site.settings.logs.retentionDays);
  lambda.addToRolePolicy(tableAccess(options));
}

function environmentOf(site: Site, table: GlobalTable): Record<string, string> {
  return {
    TABLE_NAME: table.tableName,
    PROJECT: site.project,
    STAGE: site.stage,
    REGIONS: site.regions.join(','),
    BODY_LIMIT_BYTES: String(site.settings.http.bodyLimitBytes),
    DEFAULT_TTL_SECONDS: String(site.settings.table.defaultTtlSeconds),
  };
}

/**
 * Gives the function's log group its name and retention, and the role the right to write there. The
 * managed policy that CDK attaches instead lets a function write to every log group of the account.
 */
function keepLogs(lambda: IFunction, logGroupName: string, retentionDays: number): void {
  if (!(lambda instanceof LambdaFunction)) throw unexpected(lambda, 'AWS::Lambda::Function');
  const logGroup = resourceOf(lambda.logGroup, CfnLogGroup, 'AWS::Logs::LogGroup');
  logGroup.logGroupName = logGroupName;
  logGroup.retentionInDays = retentionDays;
  resourceOf(lambda.role, CfnRole, 'AWS::IAM::Role').addPropertyDeletionOverride('ManagedPolicyArns');
  lambda.logGroup.grantWrite(lambda);
}

function tableAccess({ table, tableActions, partitionKeys }: PlaceFunctionOptions): PolicyStatement {
  return new PolicyStatement({
    effect: Effect.ALLOW,
    actions: tableActions.map((action) => `dynamodb:${action}`),
    resources: [table.replicaArn],
    ...(partitionKeys
      ? { conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [...partitionKeys] } } }
      : {}),
  });
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
