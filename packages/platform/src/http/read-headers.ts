import { headerNames } from '../contract/headers.ts';
import { limits } from '../contract/limits.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { Precondition, VersionMatch } from '../domain/precondition.ts';
import { decodeVersion } from '../domain/version-vector.ts';
import type { HttpRequest } from './http-message.ts';

// Visible ASCII: what every proxy passes on unchanged.
const keyPattern = /^[\x21-\x7e]+$/;

/**
 * Reads the idempotency key of a request (the `Idempotency-Key` header of draft-ietf-httpapi-idempotency-key-header,
 * whose quotes some clients leave out: they are part of the key here).
 *
 * @throws PlatformError `invalid-request` when it is no key of 1 to 255 visible ASCII characters.
 */
export function readIdempotencyKey({ headers }: Pick<HttpRequest, 'headers'>): string | undefined {
  const key = headers[headerNames.idempotencyKey];
  if (key === undefined) return undefined;
  if (key.length <= limits.idempotencyKeyCharactersMax && keyPattern.test(key)) return key;
  throw invalidHeader(
    headerNames.idempotencyKey,
    `must have 1 to ${limits.idempotencyKeyCharactersMax} visible ASCII characters`,
  );
}

/**
 * Reads `If-Match` and `If-None-Match` (RFC 9110, section 13.1).
 *
 * @throws PlatformError `invalid-request` for what is neither `*` nor a list of ETags of this API.
 */
export function readPrecondition({ headers }: Pick<HttpRequest, 'headers'>): Precondition {
  const ifMatch = readVersions('if-match', headers['if-match']);
  const ifNoneMatch = readVersions('if-none-match', headers['if-none-match']);
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
}

function readVersions(name: string, value: string | undefined): VersionMatch | undefined {
  if (value === undefined) return undefined;
  if (value.trim() === '*') return 'any';
  const tags = value.length <= limits.preconditionCharactersMax ? value.split(',') : [];
  const versions = tags.map((tag) => readTag(tag.trim())).filter((version) => version !== undefined);
  if (versions.length > 0 && versions.length === tags.length) return versions;
  throw invalidHeader(name, 'must be *, or ETags of this API as it gave them, separated by commas');
}

// A weak tag never matches a write's precondition, and none is given out.
function readTag(tag: string) {
  const quoted = tag.length >= 2 && tag.startsWith('"') && tag.endsWith('"');
  return quoted ? decodeVersion(tag.slice(1, -1)) : undefined;
}

function invalidHeader(name: string, message: string): PlatformError {
  return new PlatformError('invalid-request', `Cannot accept the headers: ${name} ${message}`, {
    issues: [{ path: [name], message }],
  });
}
