import { findUnstorable, type JsonValue, routes } from '@gsp/platform/contract';
import { headerText } from './call-headers.ts';
import type { OperationName } from './client-events.ts';
import type { ConditionalWriteOptions, PlatformClient } from './platform-client.ts';
import { encodePathSegment } from './request-url.ts';

/** What one operation asks of any region, the same in every attempt. */
export interface OperationRequest {
  readonly operation: OperationName;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with every key encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Headers of the operation's own, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
  /** Whether the operation reads what the session has seen, or adds to it. */
  readonly isOfSession: boolean;
}

/** Turns an operation's arguments into its request. */
export type OperationRequests = {
  readonly [Name in OperationName]: (
    input: NonNullable<Parameters<PlatformClient[Name]>[0]>,
    options: ConditionalWriteOptions,
  ) => OperationRequest;
};

/**
 * Every operation's request. Bodies are copied as JSON would carry them, so that a caller who changes the data while the
 * call is under way does not change what a later attempt sends.
 *
 * Each throws a RangeError for keys that no URL can name, and for headers that no request can carry; a TypeError for data
 * that is no JSON.
 */
export const operationRequests: OperationRequests = {
  writeItem: (write) => {
    requireWrite(write);
    const { pk, data, ttlSeconds } = write;
    return requestOf('writeItem', { body: { pk, data, ttlSeconds }, isOfSession: true });
  },
  getItem: ({ pk, sk }) => requestOf('getItem', { parameters: { pk, sk }, isOfSession: true }),
  listItems: ({ pk, limit, cursor }) =>
    requestOf('listItems', { parameters: { pk }, query: { limit, cursor } }),
  putItem: ({ pk, sk, data, ttlSeconds }, options) =>
    requestOf('putItem', {
      parameters: { pk, sk },
      body: { data, ttlSeconds },
      headers: preconditionHeaders(options),
      isOfSession: true,
    }),
  deleteItem: ({ pk, sk }, options) =>
    requestOf('deleteItem', {
      parameters: { pk, sk },
      headers: preconditionHeaders(options),
      isOfSession: true,
    }),
  incrementCounter: ({ id, by }) => requestOf('incrementCounter', { parameters: { id }, body: { by } }),
  getCounter: ({ id }) => requestOf('getCounter', { parameters: { id } }),
  listConflicts: ({ pk, limit, cursor }) => requestOf('listConflicts', { query: { pk, limit, cursor } }),
};

/** Whether an operation changes nothing, so that it may be asked of two regions at once. */
export function isRead({ method }: Pick<OperationRequest, 'method'>): boolean {
  return method === 'GET';
}

/** What differs between operations; members that are undefined are left out of the request. */
interface RequestParts {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, JsonValue | undefined>>;
  readonly isOfSession?: boolean;
}

function requestOf(
  operation: OperationName,
  { parameters = {}, query = {}, headers = {}, body, isOfSession = false }: RequestParts,
): OperationRequest {
  const { method, path } = routeOf(operation);
  const asked = Object.entries(query).filter(([, value]) => value !== undefined);
  return {
    operation,
    method,
    path: path.replace(/\{(\w+)\}/g, (_, name: string) => encodePathSegment(name, parameters[name])),
    ...(asked.length === 0
      ? {}
      : { query: Object.fromEntries(asked.map(([name, value]) => [name, String(value)])) }),
    headers,
    ...(body === undefined ? {} : { body: copyOf(body, operation) }),
    isOfSession,
  };
}

/**
 * Copies a body as JSON carries it. What JSON would change or leave out without a word is refused first: NaN, a Map, a
 * Date, undefined in a list, a whole number beyond 2^53-1, a cycle.
 */
function copyOf(body: Readonly<Record<string, JsonValue | undefined>>, operation: OperationName): JsonValue {
  const said = Object.entries(body)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) =>
      findUnstorable(value).map(({ path, message }) => `${[name, ...path].join('.')} ${message}`),
    )
    .join('; ');
  if (said === '') return JSON.parse(JSON.stringify(body));
  throw new TypeError(`Cannot ${operation}: ${said}`);
}

/**
 * Checks what is to be written, of which every member may be left out: a list, a Map or a misspelt name would write an empty
 * item.
 *
 * @throws {TypeError} for what is neither an empty object nor has one of the names
 */
function requireWrite(write: unknown): void {
  const names = Object.keys(Object(write));
  const isEmpty = names.length === 0 && Object.prototype.toString.call(write) === '[object Object]';
  if (isEmpty || names.some((name) => /^(pk|data|ttlSeconds)$/.test(name))) return;
  throw new TypeError('Cannot writeItem: its argument must be an object of pk, data, ttlSeconds');
}

function routeOf(operation: OperationName) {
  const route = routes.find(({ name }) => name === operation);
  if (route !== undefined) return route;
  throw new RangeError(
    `Cannot ${operation}: the contract has no such route, one of its operations is needed`,
  );
}

function preconditionHeaders({ ifMatch, ifNoneMatch }: ConditionalWriteOptions): Record<string, string> {
  return {
    ...(ifMatch === undefined ? {} : { 'if-match': headerText('ifMatch', ifMatch) }),
    ...(ifNoneMatch === undefined ? {} : { 'if-none-match': headerText('ifNoneMatch', ifNoneMatch) }),
  };
}
