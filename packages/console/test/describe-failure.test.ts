import { ProblemError, RegionsUnavailableError } from '@gsp/client/fetch';
import { describe, expect, it } from 'vitest';
import { describeFailure, isAborted } from '../src/items/failure-note.tsx';

describe('describeFailure()', () => {
  it("gives a problem's detail, each of its faults, its remedy and what finds it in the logs", () => {
    const error = new ProblemError({
      code: 'invalid-request',
      status: 400,
      detail: 'The body breaks the schema',
      remedy: 'Correct the fields.',
      correlationId: 'abc',
      region: 'eu-west-1',
      retryable: false,
      problem: {
        type: 'urn:problem-type:gsp:invalid-request',
        title: 'Invalid request',
        scope: 'request',
        status: 400,
        detail: 'The body breaks the schema',
        message: 'The body breaks the schema',
        retryable: false,
        remedy: 'Correct the fields.',
        correlationId: 'abc',
        errors: [{ path: '/data/a', message: 'must not have an empty name' }],
      },
    });
    expect(describeFailure(error)).toEqual({
      detail: 'The body breaks the schema. /data/a: must not have an empty name.',
      remedy: 'Correct the fields.',
      correlationId: 'abc',
    });
  });

  it('does not say the remedy of another client error twice', () => {
    const error = new RegionsUnavailableError('Cannot getItem: no region answers, one is needed', {
      remedy: 'Repeat the call later.',
    });
    expect(describeFailure(error)).toEqual({
      detail: 'Cannot getItem: no region answers, one is needed.',
      remedy: 'Repeat the call later.',
      correlationId: null,
    });
  });

  it.each([
    [new Error('broken'), 'broken.'],
    [new Error(''), 'Error.'],
    ['text!', 'text!'],
    [undefined, 'undefined.'],
  ])('has words for %o', (error, detail) => expect(describeFailure(error).detail).toBe(detail));
});

describe('isAborted()', () => {
  it('knows the reason of a signal', () => {
    expect(isAborted(AbortSignal.abort().reason)).toBe(true);
    expect(isAborted(new Error('x'))).toBe(false);
  });
});
