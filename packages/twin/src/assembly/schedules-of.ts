import { z } from 'zod';
import { isRecord, type JsonValue } from '../json-value.ts';
import type { FunctionDefinition } from '../lambda/function-definition.ts';
import { parseSchedule, ScheduleExpressionError } from '../schedules/parse-schedule.ts';
import type { ScheduleDefinition, ScheduleTargetDefinition } from '../schedules/schedule-definition.ts';
import { AssemblyError } from './assembly-error.ts';
import { asynchronousRetriesOf } from './asynchronous-retries-of.ts';
import { attributeOf, cfnNumber, type DeployedResource, readProperties, refOf } from './deployed-resource.ts';
import { functionNamed } from './functions-of.ts';
import { isSwitchedOn, type NotEmulatedList } from './resolved-region.ts';
import { unavailablePart } from './resource-values.ts';

/** The resource type that becomes a schedule, where it has one. */
export const RULE_TYPE = 'AWS::Events::Rule';

const ruleProperties = z.object({
  ScheduleExpression: z.string(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
});

const targetProperties = z.object({
  Id: z.string().min(1),
  Input: z
    .string()
    .transform((text, context): JsonValue => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'it is no JSON' });
        return z.NEVER;
      }
    })
    .optional(),
  RetryPolicy: z
    .object({ MaximumRetryAttempts: cfnNumber.pipe(z.number().int().min(0).max(185)).optional() })
    .optional(),
});

/** Properties of a rule that are read, or that change nothing about its runs. */
const RULE_PROPERTIES = new Set([
  ...['Name', 'Description', 'EventBusName', 'ScheduleExpression', 'State', 'Targets', 'RoleArn', 'Tags'],
  'EventPattern',
]);
const DELIVERY_RETRY_ATTEMPTS = 185;

/** What schedules are read with. */
export interface SchedulesOfOptions {
  readonly functions: readonly FunctionDefinition[];
  readonly notEmulated: NotEmulatedList;
}

/**
 * The rules of EventBridge that run functions of a region's templates by the clock. Rules that wait for events, and
 * expressions, targets and settings that the twin does not run are named in `notEmulated`.
 *
 * @throws {AssemblyError} `InvalidResource` for a value that EventBridge does not take; `NotEmulated` when a schedule
 *   needs what only AWS can give
 */
export function schedulesOf(
  resources: readonly DeployedResource[],
  options: SchedulesOfOptions,
): ScheduleDefinition[] {
  const retriesOf = asynchronousRetriesOf(resources, options);
  const schedules = resources.flatMap((resource) => {
    if (resource.Type !== RULE_TYPE) return [];
    const unsupported = unsupportedReason(resource);
    if (unsupported !== undefined) {
      options.notEmulated.add(`${RULE_TYPE} with ${unsupported}`, resource.logicalId);
      return [];
    }
    const { ScheduleExpression: expression, State } = readProperties(resource, ruleProperties);
    const targets = targetsOf(resource, { ...options, retriesOf: retriesOf.of });
    if (targets.length === 0) return [];
    const enabled = State !== 'DISABLED';
    const names = { ruleName: refOf(resource), ruleArn: attributeOf(resource, 'Arn') };
    return [{ ...names, logicalId: resource.logicalId, expression, enabled, targets }];
  });
  retriesOf.nameUnused(schedules.flatMap(({ targets }) => targets.map(({ functionName }) => functionName)));
  return schedules;
}

/** Why a rule cannot be run here, or nothing. */
function unsupportedReason(resource: DeployedResource): string | undefined {
  const { scope, logicalId, Properties = {} } = resource;
  if (scope.property(logicalId, 'ScheduleExpression') === undefined) return 'an event pattern';
  if (isSwitchedOn(scope.property(logicalId, 'EventPattern'))) return 'an event pattern beside its schedule';
  const bus = scope.property(logicalId, 'EventBusName');
  if (bus !== undefined && !/^(?:arn:.*event-bus\/)?default$/.test(String(bus)))
    return 'an event bus of its own';
  const unknown = Object.keys(Properties).find((name) => !RULE_PROPERTIES.has(name));
  if (unknown !== undefined) return unknown;
  const { ScheduleExpression: expression } = readProperties(resource, ruleProperties);
  try {
    parseSchedule(expression);
    return undefined;
  } catch (error) {
    if (!(error instanceof ScheduleExpressionError)) throw error;
    if (error.kind === 'not-emulated') return `the schedule ${expression}`;
    throw invalid(resource, { path: 'ScheduleExpression', reason: error.message, cause: error });
  }
}

function targetsOf(
  resource: DeployedResource,
  {
    functions,
    notEmulated,
    retriesOf,
  }: SchedulesOfOptions & { readonly retriesOf: ReturnType<typeof asynchronousRetriesOf>['of'] },
): ScheduleTargetDefinition[] {
  const { scope, logicalId } = resource;
  const listed = scope.property(logicalId, 'Targets');
  const targets: readonly unknown[] = Array.isArray(listed) ? listed : [];
  if (targets.length === 0) notEmulated.add(`${RULE_TYPE} without a target`, logicalId);
  return targets.flatMap((target, index) => {
    const properties = isRecord(target) ? target : {};
    const unsupported = unsupportedTargetReason(properties);
    const definition = functionNamed(arnIn(properties), functions);
    if (unsupported !== undefined || definition === undefined) {
      notEmulated.add(`${RULE_TYPE} with a target ${unsupported ?? kindOf(properties)}`, logicalId);
      return [];
    }
    if (properties.DeadLetterConfig !== undefined)
      notEmulated.add(`${RULE_TYPE} with a dead-letter queue`, logicalId);
    const parsed = targetProperties.safeParse(properties);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const path = ['Targets', index, ...(issue?.path ?? [])].join('.');
      throw invalid(resource, { path, reason: issue?.message ?? 'it is wrong', cause: parsed.error });
    }
    const { Id: id, Input: input, RetryPolicy } = parsed.data;
    const deliveryRetryAttempts = RetryPolicy?.MaximumRetryAttempts ?? DELIVERY_RETRY_ATTEMPTS;
    const { functionName } = definition;
    const retries = { deliveryRetryAttempts, ...retriesOf(functionName) };
    return [{ id, functionName, ...(input !== undefined && { input }), ...retries }];
  });
}

/** What of a target makes that it cannot be run, or nothing. */
function unsupportedTargetReason({
  Input,
  InputPath,
  InputTransformer,
}: Readonly<Record<string, unknown>>): string | undefined {
  if (InputPath !== undefined) return 'that has an InputPath';
  if (InputTransformer !== undefined) return 'that has an InputTransformer';
  const missing = unavailablePart(Input);
  return missing === undefined ? undefined : `whose Input needs ${missing}`;
}

/** Only a function has an ARN or a name that leads to one: a queue may have the same name. */
function arnIn({ Arn }: Readonly<Record<string, unknown>>): string {
  return typeof Arn === 'string' && /^arn:[^:]+:lambda:/.test(Arn) ? Arn : '';
}

function kindOf({ Arn }: Readonly<Record<string, unknown>>): string {
  const text = String(Arn);
  const type = /\[not emulated: (\S+) /.exec(text)?.[1];
  const service = /^arn:[^:]+:([^:]+):/.exec(text)?.[1];
  if (service === 'lambda') return 'that is a function that is not run';
  return `that is ${type ?? (service === undefined ? text : `in ${service}`)}`;
}

function invalid(
  { scope, logicalId }: DeployedResource,
  fault: { readonly path: string; readonly reason: string; readonly cause: unknown },
): AssemblyError {
  const path = `Properties.${fault.path}`;
  return new AssemblyError(
    'InvalidResource',
    `Cannot use ${logicalId}.${path} of ${RULE_TYPE} in ${scope.templateFile}: ${fault.reason}. Correct it in the backend definition.`,
    { template: scope.templateFile, logicalId, path, cause: fault.cause },
  );
}
