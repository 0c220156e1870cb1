import type { JsonObject } from '../engine/engine-client.ts';
import { isObject } from '../item/attribute-value.ts';
import { STAMP_ATTRIBUTE, stampValue } from '../item/hidden-stamp.ts';
import type { Stamp } from '../item/hybrid-logical-clock.ts';
import { validationError } from '../protocol/service-error.ts';

const NAME = '#twin_stamp';
const VALUE = ':twin_stamp';

/**
 * Makes an update write the hidden stamp as well, whichever way the request says what to update: by an
 * expression, by the older `AttributeUpdates`, or not at all. What the request means is not changed, and what
 * is wrong with it stays wrong, for the engine to refuse.
 *
 * @throws {ServiceError} `ValidationException` for an empty expression, which the stamp would make a valid one
 */
export function stampUpdate(request: JsonObject, stamp: Stamp): JsonObject {
  const { UpdateExpression: expression, AttributeUpdates: updates, Expected: expected } = request;
  if (expression === undefined && (updates !== undefined || expected !== undefined)) {
    const own = { [STAMP_ATTRIBUTE]: { Action: 'PUT', Value: stampValue(stamp) } };
    return { ...request, AttributeUpdates: { ...(isObject(updates) ? updates : {}), ...own } };
  }
  const names = isObject(request.ExpressionAttributeNames) ? request.ExpressionAttributeNames : {};
  const values = isObject(request.ExpressionAttributeValues) ? request.ExpressionAttributeValues : {};
  const name = unusedPlaceholder(NAME, names);
  const value = unusedPlaceholder(VALUE, values);
  return {
    ...request,
    UpdateExpression: addAssignment(expression, `${name} = ${value}`),
    ExpressionAttributeNames: { ...names, [name]: STAMP_ATTRIBUTE },
    ExpressionAttributeValues: { ...values, [value]: stampValue(stamp) },
  };
}

/**
 * Adds an assignment to an update expression: at the head of its SET clause, or as a SET clause of its own
 * before the others. An expression has at most one clause of each kind
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html).
 *
 * @throws {ServiceError} `ValidationException` for an empty expression
 */
export function addAssignment(expression: unknown, assignment: string): string {
  if (expression === undefined) return `SET ${assignment}`;
  if (typeof expression !== 'string' || expression.trim() === '')
    throw validationError('Invalid UpdateExpression: The expression can not be empty;');
  const end = endOfSetKeyword(expression);
  if (end === undefined) return `SET ${assignment} ${expression}`;
  return `${expression.slice(0, end)} ${assignment},${expression.slice(end)}`;
}

/** A word of an expression, with what makes it a placeholder or a member of a path; all else is one character. */
const TOKEN = /[#:]?[A-Za-z0-9_]+|[^\sA-Za-z0-9_]/g;

/**
 * Where the keyword SET ends. A placeholder (`#set`, `:set`), a path's member (`a.set`) and a list's index are
 * no keywords; an attribute cannot be called SET without a placeholder, since it is a reserved word.
 */
function endOfSetKeyword(expression: string): number | undefined {
  let previous = '';
  for (const match of expression.matchAll(TOKEN)) {
    const [token] = match;
    if (previous !== '.' && token.toUpperCase() === 'SET') return match.index + token.length;
    previous = token;
  }
  return undefined;
}

function unusedPlaceholder(placeholder: string, used: JsonObject): string {
  let candidate = placeholder;
  for (let suffix = 2; candidate in used; suffix += 1) candidate = `${placeholder}${suffix}`;
  return candidate;
}
