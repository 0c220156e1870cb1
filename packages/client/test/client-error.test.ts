import { describe, expect, it } from 'vitest';
import {
  DeadlineExceededError,
  InvalidAnswerError,
  InvalidOutputsError,
  isDeadlineExceededError,
  isInvalidAnswerError,
  isInvalidOutputsError,
  isOutcomeUnknownError,
  isPlatformClientError,
  isProblemError,
  isRegionsUnavailableError,
  isSessionBehindError,
  OutcomeUnknownError,
  PlatformClientError,
  ProblemError,
  RegionsUnavailableError,
  SessionBehindError,
} from '../src/client-error.ts';

const cause = new Error('why');
const options = { remedy: 'Do it again.', cause };
const problem = {
  ...options,
  code: 'replica-behind',
  status: 503,
  detail: 'Cannot read the item: it is not here',
  correlationId: 'c',
  region: 'eu-west-1',
  retryable: true,
  problem: undefined,
} as const;

const errors = [
  new PlatformClientError('Cannot a: b, c', options),
  new ProblemError(problem),
  new SessionBehindError(problem),
  new RegionsUnavailableError('Cannot a: b, c', options),
  new DeadlineExceededError('getItem', { ...options, timeoutMs: 5 }),
  new OutcomeUnknownError('Cannot a: b, c', options),
  new InvalidAnswerError('Cannot a: b, c', { ...options, status: 200, region: 'eu-west-1' }),
  new InvalidOutputsError('Cannot a: b, c', options),
];

const guards = {
  ProblemError: isProblemError,
  SessionBehindError: isSessionBehindError,
  RegionsUnavailableError: isRegionsUnavailableError,
  DeadlineExceededError: isDeadlineExceededError,
  OutcomeUnknownError: isOutcomeUnknownError,
  InvalidAnswerError: isInvalidAnswerError,
  InvalidOutputsError: isInvalidOutputsError,
} as const;

describe('errors of the client', () => {
  it.each(errors.map((error) => [error.name, error] as const))(
    '%s has name, remedy, cause and attempts',
    (name, error) => {
      expect(error).toBeInstanceOf(PlatformClientError);
      expect(error.constructor.name).toBe(name);
      expect(error.message).toMatch(/^Cannot .+: .+\. Do it again\.$/);
      expect(error).toMatchObject({ remedy: 'Do it again.', cause, attempts: [], idempotencyKey: null });
    },
  );

  it.each(Object.entries(guards))(
    'guard of %s tells it by its name, from another copy of the package too',
    (name, guard) => {
      for (const error of errors) {
        const isKind =
          error.name === name || (name === 'ProblemError' && error.name === 'SessionBehindError');
        expect(guard(error)).toBe(isKind);
      }
      expect(guard(Object.assign(new Error('from elsewhere'), { name }))).toBe(true);
      for (const other of [undefined, null, 'ProblemError', { name }, new Error(name)])
        expect(guard(other)).toBe(false);
    },
  );

  it('isPlatformClientError() tells all of them from all others', () => {
    expect(errors.every((error) => isPlatformClientError(error))).toBe(true);
    for (const other of [new Error('x'), new TypeError('x'), undefined, { name: 'ProblemError' }]) {
      expect(isPlatformClientError(other)).toBe(false);
    }
  });

  it('isProblemError() tells a code from others when it is given one', () => {
    const error = new ProblemError(problem);
    expect(isProblemError(error, 'replica-behind')).toBe(true);
    expect(isProblemError(error, 'item-not-found')).toBe(false);
  });
});
