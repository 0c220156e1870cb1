import { encodePathKey } from '@gsp/platform/contract';
import type { TransportRequest } from './transport.ts';

/** A path segment that URL parsers take for "here" or "one up", even where it is percent-encoded. */
const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Checks that a request's path arrives as it stands.
 *
 * A URL cannot name a key that is "." or "..": parsers resolve such segments, encoded or not, before anything is sent
 * (https://url.spec.whatwg.org/#double-dot-path-segment). The request would reach another item.
 *
 * @throws {RangeError} when it would not
 */
export function requireExactPath(path: string): void {
  if (!dotSegment.test(path)) return;
  throw new RangeError(
    `Cannot ask for ${path}: URLs resolve "." and ".." away, a key of other characters is needed`,
  );
}

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
  if (value === '') throw new RangeError(`Cannot address ${name}: it is empty, a key is needed`);
  try {
    return encodePathKey(value);
  } catch (cause) {
    throw new RangeError(`Cannot address ${name}: it has half a character, well-formed Unicode is needed`, {
      cause,
    });
  }
}
