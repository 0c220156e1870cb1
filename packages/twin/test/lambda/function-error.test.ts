import { describe, expect, test } from 'vitest';
import { toFunctionError } from '../../src/lambda/function-error.ts';

describe('toFunctionError()', () => {
  test.each([
    [undefined, 'undefined', 'undefined'],
    [null, 'object', 'null'],
    [7, 'number', '7'],
    [Symbol('s'), 'symbol', 'Symbol(s)'],
    [Object.create(null), 'object', '[object Object]'],
    [
      {
        toString: () => {
          throw new Error('no text');
        },
      },
      'object',
      '[object Object]',
    ],
  ])('describes %o that was thrown, which is no error', (thrown, errorType, errorMessage) => {
    expect(toFunctionError(thrown)).toEqual({ errorType, errorMessage, trace: [] });
  });

  test('takes name, message and stack of an error', () => {
    const error = Object.assign(new Error('why'), { name: 'CustomError' });
    expect(toFunctionError(error)).toEqual({
      errorType: 'CustomError',
      errorMessage: 'why',
      trace: expect.arrayContaining([expect.stringContaining('function-error.test.ts')]),
    });
  });
});
