import { headerNames } from '../contract/headers.ts';
import { limits } from '../contract/limits.ts';
import { encodeSession, type Session } from '../contract/session-token.ts';
import type { Clock } from '../domain/clock.ts';
import type { Committed } from '../domain/commit-image.ts';
import type { Sha256 } from '../domain/digest.ts';
import type { ItemImage } from '../domain/item-image.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { Precondition, VersionMatch } from '../domain/precondition.ts';
import { decodeSession, itemDigest, recordReplay, recordSighting } from '../domain/session.ts';
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

/** Header that tells the repetition of a write from the write. */
export function replayHeader(isReplay: boolean): Record<string, string> {
  return isReplay ? { [headerNames.idempotencyReplayed]: 'true' } : {};
}

/** What carrying sessions in headers needs. */
export interface SessionHeadersOptions {
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly regions: readonly string[];
  /** Longest time for which a session binds: as long as the conflict log can tell of a lost write. */
  readonly sessionHoldSeconds: number;
}

/** Reads and writes the session of a request and its answer. */
export interface SessionHeaders {
  /** @throws PlatformError `invalid-session` when the token is damaged. */
  read(request: HttpRequest): Session;
  /** Headers that hand the session back, now having read an image. */
  afterRead(session: Session, image: ItemImage): Record<string, string>;
  /** Headers that hand the session back after a write of its own. */
  afterWrite(session: Session, committed: Committed): Record<string, string>;
}

/** Makes the way in which sessions travel: as one header, which the caller hands back unchanged. */
export function createSessionHeaders(options: SessionHeadersOptions): SessionHeaders {
  const { clock, sha256, regions, sessionHoldSeconds } = options;
  const header = (session: Session) => ({ [headerNames.session]: encodeSession(session) });
  const detailsOf = (image: ItemImage) => ({
    item: itemDigest(image, sha256),
    nowMs: clock.nowMs(),
    holdSeconds: sessionHoldSeconds,
  });
  return {
    read: ({ headers }) => {
      const token = headers[headerNames.session];
      return token === undefined ? [] : decodeSession(token, regions);
    },
    afterRead: (session, image) => header(recordSighting(session, image, detailsOf(image))),
    afterWrite: (session, { held, isReplay }) =>
      header((isReplay ? recordReplay : recordSighting)(session, held, detailsOf(held))),
  };
}
