import { routes } from '@gsp/platform/contract';
import type { BuiltInOperation } from './client-events.ts';
import {
  type OperationRequest,
  preconditionHeaders,
  type RequestParts,
  requestOf,
} from './operation-request.ts';
import type { ConditionalWriteOptions, PlatformClient } from './platform-client.ts';

/** Turns an operation's arguments into its request. */
export type OperationRequests = {
  readonly [Name in BuiltInOperation]: (
    input: NonNullable<Parameters<PlatformClient[Name]>[0]>,
    options: ConditionalWriteOptions,
  ) => OperationRequest;
};

/**
 * Every built-in operation's request.
 *
 * Each throws a RangeError for keys that no URL can name, and for headers that no request can carry; a TypeError for data
 * that is no JSON.
 */
export const operationRequests: OperationRequests = {
  writeItem: (write) => {
    requireWrite(write);
    const { pk, data, ttlSeconds } = write;
    return builtIn('writeItem', { body: { pk, data, ttlSeconds }, isOfSession: true });
  },
  getItem: ({ pk, sk }) => builtIn('getItem', { parameters: { pk, sk }, isOfSession: true }),
  listItems: ({ pk, limit, cursor }) =>
    builtIn('listItems', { parameters: { pk }, query: { limit, cursor } }),
  putItem: (put, options) => builtIn('putItem', contentParts(put, options)),
  patchItem: (patch, options) => builtIn('patchItem', contentParts(patch, options)),
  deleteItem: ({ pk, sk }, options) =>
    builtIn('deleteItem', {
      parameters: { pk, sk },
      headers: preconditionHeaders(options),
      isOfSession: true,
    }),
  incrementCounter: ({ id, by }) => builtIn('incrementCounter', { parameters: { id }, body: { by } }),
  getCounter: ({ id }) => builtIn('getCounter', { parameters: { id } }),
  listConflicts: ({ pk, limit, cursor }) => builtIn('listConflicts', { query: { pk, limit, cursor } }),
  acknowledgeConflict: ({ id }) => builtIn('acknowledgeConflict', { parameters: { id } }),
};

function contentParts(
  { pk, sk, data, ttlSeconds }: Parameters<PlatformClient['putItem']>[0],
  options: ConditionalWriteOptions,
): RequestParts {
  const headers = preconditionHeaders(options);
  return { parameters: { pk, sk }, body: { data, ttlSeconds }, headers, isOfSession: true };
}

function builtIn(operation: BuiltInOperation, parts: RequestParts): OperationRequest {
  const route = routes.find(({ name }) => name === operation);
  if (route !== undefined) return requestOf(route, parts);
  throw new RangeError(
    `Cannot ${operation}: the contract has no such route, one of its operations is needed`,
  );
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
