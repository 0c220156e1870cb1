import { type Attempt, type Checker, subjectOf } from './history.ts';

/** Problems that a correct client is never given, whatever fails. */
const NEVER = new Set([
  'malformed-body',
  'invalid-request',
  'invalid-cursor',
  'invalid-session',
  'route-not-found',
  'method-not-allowed',
  'body-too-large',
  'unsupported-media-type',
  'unsupported-content-encoding',
  'idempotency-unsupported',
  'internal-error',
]);

/**
 * Judges answers: no failure of a region or a link shows as a fault of the client or as a bug of the platform, and a
 * key is refused only to another request.
 */
export const checkAnswers: Checker = ({ attempts }) =>
  attempts.flatMap((attempt) => {
    const { operation, region, answer } = attempt;
    if (!isStrange(attempt)) return [];
    const detail = `${region} answered ${operation.kind} ${operation.id} with ${answer.status} ${answer.problem}`;
    return [{ subject: subjectOf(attempt), detail }];
  });

function isStrange({ operation, answer }: Attempt): boolean {
  const { problem = '' } = answer;
  return NEVER.has(problem) || (problem === 'idempotency-key-reused' && operation.kind !== 'misuse');
}
