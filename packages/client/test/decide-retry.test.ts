import { describe, expect, it } from 'vitest';
import { decideRetry, type RetryFacts } from '../src/carry-out.ts';
import { judgeAnswer } from '../src/judge-answer.ts';
import { problem } from './support/scripted-transport.ts';

const facts: RetryFacts = {
  isRepeatable: true,
  isPinned: false,
  isAllowed: true,
  internalErrors: 0,
  canGoAhead: false,
};

function failed(code: Parameters<typeof problem>[1]) {
  const { response } = problem('eu-west-1', code);
  if (response === undefined) throw new Error('Cannot test: the problem has no answer');
  const result = judgeAnswer(response, { operation: 'getItem', region: 'eu-west-1', correlationId: 'c' });
  if (result.kind === 'good') throw new Error('Cannot test: the problem is none');
  return result;
}

describe('decideRetry()', () => {
  it.each([
    ['table-unavailable', {}, 'elsewhere'],
    ['table-throttled', {}, 'elsewhere'],
    ['table-unavailable', { isPinned: true }, 'here'],
    ['internal-error', { internalErrors: 1 }, 'elsewhere'],
    ['internal-error', { internalErrors: 2 }, 'give-up'],
    ['item-contended', {}, 'here'],
    ['replica-behind', {}, 'here'],
    ['replica-behind', { canGoAhead: true }, 'ahead'],
    ['replica-behind', { canGoAhead: true, isPinned: true }, 'here'],
    ['item-not-found', {}, 'give-up'],
    ['invalid-request', {}, 'give-up'],
  ] as const)('of %s with %j is %s', (code, changed, decision) => {
    expect(decideRetry(failed(code), { ...facts, ...changed })).toBe(decision);
  });

  it.each(['isRepeatable', 'isAllowed'] as const)(
    'asks for what the session has seen although a failure would not be repeated: not %s',
    (fact) => {
      const behind = failed('replica-behind');
      expect(decideRetry(behind, { ...facts, [fact]: false, canGoAhead: true })).toBe('ahead');
      expect(decideRetry(behind, { ...facts, [fact]: false })).toBe('here');
    },
  );

  it('gives up whatever came when the call may not, or must not, be repeated', () => {
    for (const code of ['table-unavailable', 'item-contended', 'internal-error'] as const) {
      expect(decideRetry(failed(code), { ...facts, isRepeatable: false, canGoAhead: true })).toBe('give-up');
      expect(decideRetry(failed(code), { ...facts, isAllowed: false, canGoAhead: true })).toBe('give-up');
    }
  });
});
