import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
import { functionLogGroupName, functionName } from '../topology/names.ts';
import type { BackendContext } from '../topology/resolve-stage.ts';
import { keepLogs } from './function-logs.ts';
import type { GlobalTable } from './global-table.ts';

/** A function as `defineBackend` returns it. */
export interface BackendFunction {
  readonly resources: {
    readonly lambda: IFunction;
    readonly cfnResources: { readonly cfnFunction: CfnFunction };
  };
  readonly addEnvironment: (key: string, value: string) => void;
}

/** Actions on a table, and the partition keys on which they are allowed. */
interface TableAccess {
  /** DynamoDB actions, such as `GetItem`. */
  readonly actions: readonly string[];
  /** Partition keys; `*` stands for any characters. @default - every one */
  readonly partitionKeys?: readonly string[];
  /** Names of the table's indexes on which they are allowed, and not on the table. @default - on the table alone */
  readonly indexes?: readonly string[];
}

/** What a function may do, and what it alone is told. */
export interface FunctionAccess {
  /** What its code does with the table; nothing where it has nothing to do. */
  readonly tableAccess: readonly TableAccess[];
  /** Partition keys it may read and not write; `*` stands for any characters. @default - none */
  readonly readOnlyPartitionKeys?: readonly string[];
  /**
   * Partition keys that it may read with `GetItem` in the replicas of the backend's other Regions; `*` stands for any
   * characters. @default - it asks no other Region
   */
  readonly peerReadKeys?: readonly string[];
  /** Names of secrets of its own Region whose values it may read. @default - none */
  readonly readableSecrets?: readonly string[];
  /** Variables that this function has beside those of every function of the backend. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What {@link configureFunction} gives a function. */
export interface ConfigureFunctionOptions extends FunctionAccess {
  readonly context: BackendContext;
  /** The function's own part of its name. */
  readonly name: string;
  readonly table: GlobalTable;
}

/** Actions that change what a table holds. */
const WRITE_ACTIONS = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']);

/**
 * Makes a function one of its backend: names it, tells it its surroundings, and lets it do what its code does
 * and nothing else.
 */
export function configureFunction(fn: BackendFunction, options: ConfigureFunctionOptions): void {
  const { context, name, table } = options;
  const { lambda, cfnResources } = fn.resources;
  const fullName = functionName(context.project, context.stage, name);
  cfnResources.cfnFunction.functionName = fullName;
  cfnResources.cfnFunction.addPropertyOverride(
    'LoggingConfig.ApplicationLogLevel',
    context.settings.logs.level.toUpperCase(),
  );
  const variables = { ...environmentOf(context, table), ...options.environment };
  for (const [key, value] of Object.entries(variables)) fn.addEnvironment(key, value);
  keepLogs(lambda, functionLogGroupName(fullName), context.settings.logs.retentionDays);
  const statements = [
    ...tableStatements(options),
    ...peerStatements(options),
    ...secretStatements(lambda, options),
  ];
  for (const statement of statements) lambda.addToRolePolicy(statement);
}

function environmentOf(context: BackendContext, table: GlobalTable): Record<string, string> {
  return {
    TABLE_NAME: table.tableName,
    PROJECT: context.project,
    STAGE: context.stage,
    REGIONS: context.regions.join(','),
    BODY_LIMIT_BYTES: String(context.settings.http.bodyLimitBytes),
    DEFAULT_TTL_SECONDS: String(context.settings.table.defaultTtlSeconds),
    TOMBSTONE_TTL_SECONDS: String(context.settings.table.tombstoneTtlSeconds),
    CONFLICT_TTL_SECONDS: String(context.settings.table.conflictTtlSeconds),
    IDEMPOTENCY_TTL_SECONDS: String(context.settings.table.idempotencyTtlSeconds),
    CONSISTENCY: context.settings.table.consistency,
  };
}

function tableStatements(options: ConfigureFunctionOptions): PolicyStatement[] {
  const { table, tableAccess, readOnlyPartitionKeys = [] } = options;
  const onTable = (
    effect: Effect,
    actions: readonly string[],
    { conditions, indexes }: Pick<PolicyStatementProps, 'conditions'> & Pick<TableAccess, 'indexes'> = {},
  ) =>
    new PolicyStatement({
      effect,
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: indexes?.map((name) => `${table.replicaArn}/index/${name}`) ?? [table.replicaArn],
      ...(conditions ? { conditions } : {}),
    });
  const allowed = tableAccess.map(({ actions, partitionKeys, indexes }) =>
    onTable(Effect.ALLOW, actions, {
      ...(partitionKeys && { conditions: onlyKeys(partitionKeys) }),
      ...(indexes && { indexes }),
    }),
  );
  if (readOnlyPartitionKeys.length === 0) return allowed;
  const writes = tableAccess.flatMap(({ actions }) => actions.filter((action) => WRITE_ACTIONS.has(action)));
  // A denial, as an allowance cannot say "every key but": users choose theirs.
  return [...allowed, onTable(Effect.DENY, writes, { conditions: anyKey(readOnlyPartitionKeys) })];
}

function peerStatements({ context, table, peerReadKeys = [] }: ConfigureFunctionOptions): PolicyStatement[] {
  const resources = table.peerReplicaArns(context.regions.filter((region) => region !== context.region));
  if (resources.length === 0 || peerReadKeys.length === 0) return [];
  const conditions = onlyKeys(peerReadKeys);
  return [
    new PolicyStatement({ effect: Effect.ALLOW, actions: ['dynamodb:GetItem'], resources, conditions }),
  ];
}

/**
 * The ARN of a secret ends in six characters that nobody knows before, so that those and no more are left open.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
 */
function secretStatements(
  lambda: IFunction,
  { readableSecrets = [] }: ConfigureFunctionOptions,
): PolicyStatement[] {
  if (readableSecrets.length === 0) return [];
  const resources = readableSecrets.map((name) =>
    Stack.of(lambda).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${name}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
  return [
    new PolicyStatement({ effect: Effect.ALLOW, actions: ['secretsmanager:GetSecretValue'], resources }),
  ];
}

/** Holds where every partition key of a request is one of these. */
function onlyKeys(keys: readonly string[]) {
  const operator = keys.some((key) => key.includes('*')) ? 'StringLike' : 'StringEquals';
  return { [`ForAllValues:${operator}`]: { 'dynamodb:LeadingKeys': [...keys] } };
}

/** Holds where one partition key of a request is one of these. */
function anyKey(keys: readonly string[]) {
  return { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': [...keys] } };
}
