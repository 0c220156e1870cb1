import type { JsonObject } from '../engine/engine-client.ts';
import { type AttributeMap, isAttributeMap } from '../item/attribute-value.ts';
import type { StampedItem } from '../item/hidden-stamp.ts';
import { validationError } from '../protocol/service-error.ts';
import type { WriteContext } from '../write/write-context.ts';

/**
 * One operation of the DynamoDB API: request body in, answer body out. Stored items in the answer may still
 * carry the hidden stamp; it is taken out of every answer and error in one place, by `hideInternals`.
 */
export type Operation<Context = WriteContext> = (
  context: Context,
  request: JsonObject,
) => Promise<JsonObject>;

/** The request without some of its parameters. */
export function withoutParameters(request: JsonObject, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request).filter(([name]) => !names.includes(name)));
}

/** The parameters of a put or deletion that read the same as members of a transaction. */
const CONDITION_PARAMETERS = [
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValuesOnConditionCheckFailure',
] as const;

/** The condition of a put or deletion as further members of a JSON object. */
export function conditionJson(request: JsonObject): string {
  let json = '';
  for (const name of CONDITION_PARAMETERS) {
    const value = request[name];
    if (value !== undefined) json += `,"${name}":${JSON.stringify(value)}`;
  }
  return json;
}

/** True for a request that only the operation itself can answer: capacity, collection sizes, older conditions. */
export function asksForEngineAnswer(request: JsonObject): boolean {
  const { ReturnConsumedCapacity: capacity = 'NONE', ReturnItemCollectionMetrics: metrics = 'NONE' } =
    request;
  return (
    capacity !== 'NONE' ||
    metrics !== 'NONE' ||
    request.Expected !== undefined ||
    request.ConditionalOperator !== undefined
  );
}

/** @throws {ServiceError} `ValidationException`: a put or deletion can return the old item or nothing */
export function assertReturnValues({ ReturnValues: returnValues = 'NONE' }: JsonObject): void {
  if (returnValues !== 'NONE' && returnValues !== 'ALL_OLD')
    throw validationError('Return values set to invalid value');
}

/** What `ReturnValues` `ALL_OLD` adds to the answer. */
export function oldAttributes(request: JsonObject, before: StampedItem | undefined): JsonObject {
  return request.ReturnValues === 'ALL_OLD' && before !== undefined ? { Attributes: before.item } : {};
}

/** @throws {ServiceError} `ValidationException` when a request names no key */
export function keyOf(key: unknown): AttributeMap {
  if (isAttributeMap(key)) return key;
  throw validationError(
    "1 validation error detected: Value null at 'key' failed to satisfy constraint: Member must not be null",
  );
}
