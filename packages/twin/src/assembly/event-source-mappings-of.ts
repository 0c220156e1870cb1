import { z } from 'zod';
import { deferredValuesIn } from '../custom-resources/deferred-value.ts';
import type { EventSourceMappingDefinition } from '../event-sources/event-source-mapping.ts';
import { compilePattern, type FilterPattern } from '../event-sources/filter-pattern.ts';
import { isRecord } from '../json-value.ts';
import type { FunctionDefinition } from '../lambda/function-definition.ts';
import { AssemblyError } from './assembly-error.ts';
import {
  attributeOf,
  cfnBoolean,
  cfnNumber,
  type DeployedResource,
  readProperties,
  refOf,
} from './deployed-resource.ts';
import { functionNamed } from './functions-of.ts';
import type { NotEmulatedList } from './resolved-region.ts';
import { unavailablePart } from './resource-values.ts';
import { isCustomResource } from './template.ts';

/** The resource type that becomes an event source mapping. */
export const MAPPING_TYPE = 'AWS::Lambda::EventSourceMapping';
/** The resource type that failed batches are sent to. */
export const QUEUE_TYPE = 'AWS::SQS::Queue';

const STREAM_ARN = /^arn:aws:dynamodb:[^:]+:[^:]+:table\/[^/]+\/stream\//;

const filterPattern = z.string().transform((text, context): FilterPattern => {
  try {
    const pattern: unknown = JSON.parse(text);
    if (!isRecord(pattern)) throw new SyntaxError('it is no JSON object');
    const parsed = pattern as FilterPattern;
    compilePattern(parsed);
    return parsed;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.addIssue({ code: 'custom', message: `the filter pattern is wrong: ${reason}` });
    return z.NEVER;
  }
});

const mappingProperties = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
  BatchSize: cfnNumber.pipe(z.number().int().min(1).max(10_000)).default(100),
  BisectBatchOnFunctionError: cfnBoolean.default(false),
  Enabled: cfnBoolean.default(true),
  FilterCriteria: z
    .object({ Filters: z.array(z.object({ Pattern: filterPattern.optional() })).optional() })
    .optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  MaximumBatchingWindowInSeconds: cfnNumber.pipe(z.number().int().min(0).max(300)).default(0),
  MaximumRecordAgeInSeconds: cfnNumber
    .pipe(z.number().int().max(604_800))
    .refine((seconds) => seconds === -1 || seconds >= 60, '-1 or 60 seconds at least is needed')
    .default(-1),
  MaximumRetryAttempts: cfnNumber.pipe(z.number().int().min(-1).max(10_000)).default(-1),
  ParallelizationFactor: cfnNumber.pipe(z.number().int().min(1).max(10)).default(1),
});

/** What mappings are read with. */
export interface EventSourceMappingsOfOptions {
  readonly functions: readonly FunctionDefinition[];
  readonly notEmulated: NotEmulatedList;
}

/**
 * The mappings of DynamoDB streams to functions that a region's templates define. Those of other sources, with a
 * tumbling window, or to a function that is not run are named in `notEmulated`, and so are destinations that are no
 * queue of the templates, and queues that are no destination.
 *
 * @throws {AssemblyError} `InvalidResource` for a value that Lambda does not take; `NotEmulated` when a mapping needs
 *   what only AWS can give
 */
export function eventSourceMappingsOf(
  resources: readonly DeployedResource[],
  { functions, notEmulated }: EventSourceMappingsOfOptions,
): EventSourceMappingDefinition[] {
  const queues = new Map(
    resources
      .filter(({ Type }) => Type === QUEUE_TYPE)
      .map((queue) => [attributeOf(queue, 'Arn'), { queue, name: attributeOf(queue, 'QueueName') }]),
  );
  const mappings = resources.flatMap((resource) => {
    if (resource.Type !== MAPPING_TYPE) return [];
    const named = String(resource.scope.property(resource.logicalId, 'FunctionName'));
    const target = functionNamed(named, functions);
    const unsupported = target === undefined ? 'a function that is not run' : unsupportedReason(resource);
    if (target === undefined || unsupported !== undefined) {
      notEmulated.add(`${MAPPING_TYPE} with ${unsupported}`, resource.logicalId);
      return [];
    }
    const destination = destinationOf(resource);
    const queueName = destination === undefined ? undefined : queues.get(destination)?.name;
    if (destination !== undefined && queueName === undefined)
      notEmulated.add(
        `${MAPPING_TYPE} with an on-failure destination that is ${kindOf(destination)}`,
        resource.logicalId,
      );
    return [definitionOf(resource, target, queueName)];
  });
  const used = new Set(mappings.map(({ onFailureQueueName }) => onFailureQueueName));
  for (const { queue, name } of queues.values())
    if (!used.has(name)) notEmulated.add(`${QUEUE_TYPE} that is no on-failure destination`, queue.logicalId);
  return mappings;
}

function definitionOf(
  resource: DeployedResource,
  { functionName, functionArn }: FunctionDefinition,
  onFailureQueueName: string | undefined,
): EventSourceMappingDefinition {
  const properties = readProperties(resource, mappingProperties);
  const { EventSourceArn: eventSourceArn } = properties;
  if (deferredValuesIn(eventSourceArn).length === 0 && !STREAM_ARN.test(eventSourceArn))
    throw noStream(resource, eventSourceArn);
  return {
    id: refOf(resource),
    logicalId: resource.logicalId,
    functionName,
    functionArn,
    eventSourceArn,
    enabled: properties.Enabled,
    startingPosition: properties.StartingPosition,
    batchSize: properties.BatchSize,
    batchingWindowMs: properties.MaximumBatchingWindowInSeconds * 1_000,
    parallelizationFactor: properties.ParallelizationFactor,
    filters: (properties.FilterCriteria?.Filters ?? []).flatMap(({ Pattern }) => (Pattern ? [Pattern] : [])),
    bisectBatchOnFunctionError: properties.BisectBatchOnFunctionError,
    maximumRetryAttempts: properties.MaximumRetryAttempts,
    maximumRecordAgeSeconds: properties.MaximumRecordAgeInSeconds,
    reportBatchItemFailures: properties.FunctionResponseTypes.length > 0,
    ...(onFailureQueueName !== undefined && { onFailureQueueName }),
  };
}

/** Why a mapping cannot be run here, or nothing. */
function unsupportedReason({ scope, logicalId }: DeployedResource): string | undefined {
  const source = scope.property(logicalId, 'EventSourceArn');
  const missing = unavailablePart(source);
  const missingType = missing === undefined ? undefined : /\[not emulated: (\S+) /.exec(missing)?.[1];
  if (missingType !== undefined && !isCustomResource(missingType)) return `a source of type ${missingType}`;
  if (source === undefined) return 'no EventSourceArn';
  const service = typeof source === 'string' ? /^arn:aws:([^:]+):/.exec(source)?.[1] : undefined;
  if (service !== undefined && service !== 'dynamodb') return `a source in ${service}`;
  return Number(scope.property(logicalId, 'TumblingWindowInSeconds') ?? 0) > 0
    ? 'a tumbling window'
    : undefined;
}

function destinationOf({ scope, logicalId }: DeployedResource): string | undefined {
  const config = scope.property(logicalId, 'DestinationConfig');
  const onFailure = isRecord(config) ? config.OnFailure : undefined;
  const destination = isRecord(onFailure) ? onFailure.Destination : undefined;
  return typeof destination === 'string' ? destination : undefined;
}

function kindOf(destination: string): string {
  const placeholderType = /\[not emulated: (\S+) /.exec(destination)?.[1];
  const service = /^arn:aws:([^:]+):/.exec(destination)?.[1];
  if (service === 'sqs') return 'a queue outside the templates';
  return placeholderType ?? (service === undefined ? destination : `in ${service}`);
}

function noStream({ scope, logicalId }: DeployedResource, arn: string): AssemblyError {
  const path = 'Properties.EventSourceArn';
  return new AssemblyError(
    'InvalidResource',
    `Cannot use ${logicalId}.${path} of ${MAPPING_TYPE} in ${scope.templateFile}: ${JSON.stringify(arn)} is no ARN of a DynamoDB stream. Take the StreamArn of a table.`,
    { template: scope.templateFile, logicalId, path },
  );
}
