import { encodePathKey } from '@gsp/platform/contract';
import type { TransportRequest } from './transport.ts';

/** URL of a request. Parameters of the query are encoded as a form is, spaces as "+". */
export function requestUrl({
  endpoint,
  path,
  query,
}: Pick<TransportRequest, 'endpoint' | 'path' | 'query'>): string {
  const parameters = new URLSearchParams(query).toString();
  return `${endpoint}${path}${parameters === '' ? '' : `?${parameters}`}`;
}

/**
 * Writes a key as one segment of a path.
 *
 * @param name - what the segment is, for the error
 * @throws {RangeError} for what no path can name: nothing, and halves of a character
 * @throws {TypeError} for what is no string
 */
export function encodePathSegment(name: string, value: unknown): string {
  if (typeof value !== 'string') {
    throw new TypeError(
      `Cannot address ${name}: it is ${value === null ? 'null' : typeof value}, a string is needed`,
    );
  }
  if (value === '') throw new RangeError(`Cannot address ${name}: it is empty`);
  try {
    return encodePathKey(value);
  } catch (cause) {
    throw new RangeError(`Cannot address ${name}: it has half a character, well-formed Unicode is needed`, {
      cause,
    });
  }
}
