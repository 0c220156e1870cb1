import { headerNames, limits } from '@gsp/platform/contract';

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
  readonly pattern: RegExp;
  readonly needed: string;
}

const printable = { pattern: /^[\x20-\x7e]+$/, needed: 'printable ASCII characters' };

const rules: Readonly<Record<CallerHeader, HeaderRule>> = {
  correlationId: { ...printable, charactersMax: limits.correlationIdCharactersMax },
  idempotencyKey: {
    pattern: /^[\x21-\x7e]+$/,
    needed: 'visible ASCII characters',
    charactersMax: limits.idempotencyKeyCharactersMax,
  },
  ifMatch: { ...printable, charactersMax: limits.preconditionCharactersMax },
  ifNoneMatch: { ...printable, charactersMax: limits.preconditionCharactersMax },
};

/**
 * Gives back a text that a header can carry and the platform will take, so that one which cannot is refused before any
 * request is sent.
 *
 * @throws {RangeError} for any other
 */
export function headerText(name: CallerHeader, value: string): string {
  const { pattern, charactersMax, needed } = rules[name];
  if (typeof value === 'string' && value.length <= charactersMax && pattern.test(value)) return value;
  const shown = JSON.stringify(typeof value === 'string' ? value.slice(0, 40) : value);
  throw new RangeError(`Cannot send ${name}: it is ${shown}, 1 to ${charactersMax} ${needed} are needed`);
}
