import { limits } from '@gsp/platform/contract';

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
