import type { ProblemAnswer, RegionFailure } from './judge-answer.ts';

/**
 * What to do after an attempt that brought no good answer. `ahead`: ask the region at once that has what the session saw.
 * `elsewhere`: ask another region at once, or if there is none wait and ask any. `here`: wait, and ask the same region.
 */
export type RetryDecision = 'give-up' | 'ahead' | 'elsewhere' | 'here';

/** What the decision depends on beside the result. */
export interface RetryFacts {
  /** Whether the call may be sent more than once at all. */
  readonly isRepeatable: boolean;
  /** Whether the caller chose the region. */
  readonly isPinned: boolean;
  /** Whether neither the bound of requests nor the retry budget forbids one more. */
  readonly isAllowed: boolean;
  /** Answers with status 500 so far, this one included. */
  readonly internalErrors: number;
  /** Whether the region that a `replica-behind` names answers, be it evacuated, and was not asked yet. */
  readonly canGoAhead: boolean;
}

/** Status 500 tells of a bug, which is most likely everywhere: one more region is asked, no third. */
const internalErrorsMax = 2;

/** Decides whether a call goes on, and where. */
export function decideRetry(result: ProblemAnswer | RegionFailure, facts: RetryFacts): RetryDecision {
  const { isRepeatable, isPinned, isAllowed, internalErrors, canGoAhead } = facts;
  if (!isRepeatable || !isAllowed) return 'give-up';
  if (result.kind === 'failed') {
    if (result.status === 500 && internalErrors >= internalErrorsMax) return 'give-up';
    return isPinned ? 'here' : 'elsewhere';
  }
  if (result.kind === 'refused') return 'give-up';
  return result.kind === 'behind' && canGoAhead && !isPinned ? 'ahead' : 'here';
}
