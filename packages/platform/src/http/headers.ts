import { headerNames } from '../contract/headers.ts';
import { idempotencyKeyRule, parseIdempotencyKey } from '../contract/idempotency-key.ts';
import { encodeSession, type Session } from '../contract/session-token.ts';
import type { Clock } from '../domain/clock.ts';
import type { Committed } from '../domain/commit-image.ts';
import type { Sha256 } from '../domain/digest.ts';
import type { ItemImage } from '../domain/item-image.ts';
import { decodeSession, itemDigest, recordReplay, recordSighting } from '../domain/session.ts';
import type { HttpRequest } from './http-message.ts';
import { invalidHeader } from './invalid-header.ts';

/**
 * Reads the idempotency key of a request, bare or quoted.
 *
 * @throws PlatformError `invalid-request` when it is no key of 1 to 255 visible ASCII characters.
 */
export function readIdempotencyKey({ headers }: Pick<HttpRequest, 'headers'>): string | undefined {
  const text = headers[headerNames.idempotencyKey];
  if (text === undefined) return undefined;
  const key = parseIdempotencyKey(text);
  if (key !== undefined) return key;
  throw invalidHeader(headerNames.idempotencyKey, idempotencyKeyRule);
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
  /** The session after an image was read. */
  seen(session: Session, image: ItemImage): Session;
  /** The session after a write of its own. */
  wrote(session: Session, committed: Committed): Session;
  /** The header that hands a session back. */
  header(session: Session): Record<string, string>;
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
  const seen: SessionHeaders['seen'] = (session, image) => recordSighting(session, image, detailsOf(image));
  const wrote: SessionHeaders['wrote'] = (session, { held, isLost, isReplay }) =>
    isReplay ? recordReplay(session, { held, isLost }, detailsOf(held)) : seen(session, held);
  return {
    read: ({ headers }) => {
      const token = headers[headerNames.session];
      return token === undefined ? [] : decodeSession(token, regions);
    },
    ...{ seen, wrote, header },
    afterRead: (session, image) => header(seen(session, image)),
    afterWrite: (session, committed) => header(wrote(session, committed)),
  };
}
