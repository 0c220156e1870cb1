import { type HostileRequest, type RequestParts, requestBytes } from './hostile-request.ts';

/** An order of `test/twin/support/shop`, as JSON text with members of one's own before or after those that it needs. */
export const order = (members = '', { customer = '"h"' } = {}): string =>
  `{"customerId":${customer},"status":"open","total":1${members === '' ? '' : `,${members}`}}`;

/** How a body is declared. */
export const JSON_TYPE = 'content-type: application/json';
/** How a patch is declared. */
export const MERGE_PATCH = 'content-type: application/merge-patch+json';

/** An object in an object, this deep. */
export const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
/** A request as it stands. */
export function asked(
  name: string,
  allowed: readonly number[],
  target: string,
  parts: RequestParts = {},
): HostileRequest {
  return { name, allowed, bytes: requestBytes({ target, ...parts }) };
}

/** A creation by this JSON text. */
export function create(
  name: string,
  allowed: readonly number[],
  body: string,
  target = '/orders',
): HostileRequest {
  return asked(`a creation of ${name}`, allowed, target, { method: 'POST', lines: [JSON_TYPE], body });
}

/** A replacement by this JSON text. */
export function put(name: string, allowed: readonly number[], target: string, body: string): HostileRequest {
  return asked(`a replacement with ${name}`, allowed, target, { method: 'PUT', lines: [JSON_TYPE], body });
}

/** A JSON Merge Patch of this text. */
export function patch(
  name: string,
  allowed: readonly number[],
  body: string,
  target = '/orders/h/patched',
): HostileRequest {
  return asked(`a patch of ${name.slice(0, 60)}`, allowed, target, {
    method: 'PATCH',
    lines: [MERGE_PATCH],
    body,
  });
}
