import { findUnstorable, type JsonValue } from '@gsp/platform/contract';
import { headerText } from './call-headers.ts';
import type { OperationName } from './client-events.ts';
import { isRecord } from './json-object.ts';
import type { ConditionalWriteOptions } from './platform-client.ts';
import { encodePathSegment } from './request-url.ts';

/** Where an operation is called, in the terms of the contract. */
export interface OperationRoute {
  readonly name: OperationName;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path template: `/items/{pk}/{sk}`. */
  readonly path: string;
}

/** What one operation asks of any region, the same in every attempt. */
export interface OperationRequest {
  readonly operation: OperationName;
  readonly method: OperationRoute['method'];
  /** Path with every key encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Headers of the operation's own, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  /** Whether the operation reads what the session has seen, or adds to it. */
  readonly isOfSession: boolean;
  /** Whether any JSON is a good answer, as of a route of a team's own. Those of the platform are objects. */
  readonly takesAnyJson: boolean;
}

/** What differs between operations; members that are undefined are left out of the request. */
export interface RequestParts {
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly isOfSession?: boolean;
  readonly takesAnyJson?: boolean;
}

/** Whether an operation changes nothing, so that it may be asked of two regions at once. */
export function isRead({ method }: Pick<OperationRequest, 'method'>): boolean {
  return method === 'GET';
}

/**
 * Makes the request of one operation. Its body is a copy, so that a caller who changes the data while the call is under way
 * does not change what a later attempt sends.
 *
 * @throws {RangeError} for keys that no URL can name
 * @throws {TypeError} for what no path, no query or no JSON can carry
 */
export function requestOf(
  { name, method, path }: OperationRoute,
  {
    parameters = {},
    query = {},
    headers = {},
    body,
    isOfSession = false,
    takesAnyJson = false,
  }: RequestParts,
): OperationRequest {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined);
  return {
    operation: name,
    method,
    path: path.replace(/\{(\w+)\}/g, (_, each: string) => encodePathSegment(each, parameters[each])),
    ...(asked.length > 0 && {
      query: Object.fromEntries(asked.map(([each, value]) => [each, queryText(name, each, value)])),
    }),
    headers,
    ...(body !== undefined && { body: copyOf(body, name) }),
    isOfSession,
    takesAnyJson,
  };
}

/**
 * Gives back what is an object with members.
 *
 * @throws {TypeError} for a list, a Map, and whatever else would be sent without a word of what it holds
 */
export function requireMembers(operation: OperationName, value: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(value) && Object.prototype.toString.call(value) === '[object Object]') return value;
  const given = Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value;
  throw new TypeError(
    `Cannot ${operation}: its argument is no plain object (${given}). Pass an object of fields`,
  );
}

/** Headers of a write that is made only under a condition. */
export function preconditionHeaders({
  ifMatch,
  ifNoneMatch,
}: ConditionalWriteOptions): Record<string, string> {
  return {
    ...(ifMatch === undefined ? {} : { 'if-match': headerText('ifMatch', ifMatch) }),
    ...(ifNoneMatch === undefined ? {} : { 'if-none-match': headerText('ifNoneMatch', ifNoneMatch) }),
  };
}

/**
 * Copies a body as JSON carries it. What JSON would change or leave out without a word is refused first: NaN, a Map, a
 * Date, undefined in a list, a whole number beyond 2^53-1, a cycle.
 */
function copyOf(body: Readonly<Record<string, unknown>>, operation: OperationName): JsonValue {
  const said = Object.entries(body)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) =>
      findUnstorable(value).map(({ path, message }) => `${[name, ...path].join('.')} ${message}`),
    )
    .join('; ');
  if (said === '') return JSON.parse(JSON.stringify(body));
  throw new TypeError(`Cannot ${operation}: ${said}`);
}

function queryText(operation: OperationName, name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  const given = value === null ? 'null' : typeof value;
  throw new TypeError(`Cannot ${operation}: ${name} is ${given}, a query has text, numbers and truth values`);
}
