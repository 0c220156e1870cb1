import { headerNames } from '@gsp/platform/contract';
import { headerText } from './header-text.ts';

/**
 * Headers that name a call, the same in each of its attempts.
 *
 * @param token - session token to send, if any
 * @throws {RangeError} for an id or key that no header can carry
 */
export function callHeaders({
  correlationId,
  idempotencyKey,
  token,
}: {
  readonly correlationId: string;
  readonly idempotencyKey: string | null;
  readonly token: string | undefined;
}): Record<string, string> {
  return {
    [headerNames.correlationId]: headerText('correlationId', correlationId),
    ...(idempotencyKey === null
      ? {}
      : { [headerNames.idempotencyKey]: headerText('idempotencyKey', idempotencyKey) }),
    ...(token === undefined ? {} : { [headerNames.session]: token }),
  };
}
