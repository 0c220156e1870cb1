import { headerNames, limits, parseIdempotencyKey } from '@gsp/platform/contract';

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

/** What a caller may put into a header of its own. */
export type CallerHeader = 'correlationId' | 'idempotencyKey' | 'ifMatch' | 'ifNoneMatch';

interface HeaderRule {
  readonly charactersMax: number;
  /** The text to send; undefined for what no header can carry. */
  readonly read: (value: string) => string | undefined;
  readonly needed: string;
}

const rules: Readonly<Record<CallerHeader, HeaderRule>> = {
  correlationId: printable(limits.correlationIdCharactersMax),
  idempotencyKey: {
    read: parseIdempotencyKey,
    needed: 'visible ASCII characters, bare or as a quoted string,',
    charactersMax: limits.idempotencyKeyCharactersMax,
  },
  ifMatch: printable(limits.preconditionCharactersMax),
  ifNoneMatch: printable(limits.preconditionCharactersMax),
};

function printable(charactersMax: number): HeaderRule {
  return {
    read: (value) => (value.length <= charactersMax && /^[\x20-\x7e]+$/.test(value) ? value : undefined),
    needed: 'printable ASCII characters',
    charactersMax,
  };
}

/**
 * Gives the text to send for one that a header can carry and the platform will take, so that one which cannot is refused
 * before any request is sent. A quoted idempotency key is sent bare: it is the same key.
 *
 * @throws {RangeError} for any other
 */
export function headerText(name: CallerHeader, value: string): string {
  const { read, charactersMax, needed } = rules[name];
  const text = typeof value === 'string' ? read(value) : undefined;
  if (text !== undefined) return text;
  const shown = JSON.stringify(typeof value === 'string' ? value.slice(0, 40) : value);
  throw new RangeError(`Cannot send ${name}: it is ${shown}, 1 to ${charactersMax} ${needed} are needed`);
}
