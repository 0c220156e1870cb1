import type { Call } from './call.ts';
import type { ScopeEnd } from './call-scope.ts';
import {
  DeadlineExceededError,
  OutcomeUnknownError,
  ProblemError,
  RegionsUnavailableError,
  SessionBehindError,
} from './client-error.ts';
import type { ProblemAnswer, RegionFailure } from './judge-answer.ts';

/** What an error of a call says of the call. */
function factsOf({ attempts, idempotencyKey }: Call) {
  return { attempts: [...attempts], idempotencyKey };
}

/** What went wrong last, as an error. */
function causeOf({ latestFailure }: Call): Error | undefined {
  if (latestFailure === undefined) return undefined;
  return latestFailure.kind === 'failed' ? latestFailure.error : new ProblemError(latestFailure.problem);
}

/** What can be done after a call that may succeed later. */
function laterRemedy({ idempotencyKey, isRead, latestFailure }: Call): string {
  if (isRead) return 'Repeat the call later.';
  const isTooLate = latestFailure?.problem?.code === 'idempotency-key-out-of-window';
  return idempotencyKey === null || isTooLate
    ? 'Read what was written before writing again, or send writes with an idempotency key.'
    : 'Repeat the call with the idempotencyKey of this error: the write is then made once, even if it has been made.';
}

/** What the caller gets when its time is over: its own reason, or an error that says what is known. */
export function endingError(call: Call, end: ScopeEnd): unknown {
  if (end.kind === 'aborted') return end.reason;
  const { isRepeatable, request, latestBehind, scope } = call;
  if (latestBehind !== undefined && !call.isInDoubt) return failureError(call, latestBehind);
  if (!isRepeatable && call.requests > 0) return unknownOutcome(call, `${scope.timeoutMs} ms have passed`);
  return new DeadlineExceededError(request.operation, {
    ...factsOf(call),
    timeoutMs: scope.timeoutMs,
    remedy: laterRemedy(call),
    cause: causeOf(call),
  });
}

/** What the caller gets when another attempt would not help, or is not to be made. */
export function failureError(call: Call, result: ProblemAnswer | RegionFailure): Error {
  const { request, isRepeatable, attempts } = call;
  if (result.kind !== 'failed') {
    // This attempt made nothing; an earlier one may have, in a region of which this one has not heard yet.
    if (call.isInDoubt) return unknownOutcome(call, result.problem.code);
    const Refusal = result.kind === 'behind' ? SessionBehindError : ProblemError;
    return new Refusal({ ...result.problem, ...factsOf(call) });
  }
  // A request that was throttled was not carried out; one that ran into a bug got as far as the platform's answer tells.
  const isTold = result.status === 429 || (result.status === 500 && isRepeatable);
  if (isTold && result.problem !== undefined)
    return new ProblemError({ ...result.problem, ...factsOf(call) });
  if (!isRepeatable) return unknownOutcome(call, result.reason);
  const reasons = new Map(attempts.map(({ region, reason }) => [region, reason ?? 'no answer']));
  const shown = [...reasons].map(([region, reason]) => `${region}: ${reason}`).join(', ');
  return new RegionsUnavailableError(
    `Cannot ${request.operation}: ${shown}; one region that answers is needed`,
    {
      ...factsOf(call),
      remedy: laterRemedy(call),
      cause: result.error,
    },
  );
}

function unknownOutcome(call: Call, reason: string): OutcomeUnknownError {
  const { request } = call;
  const how = call.idempotencyKey === null ? ', and it was sent without an idempotency key' : '';
  const message = `Cannot tell whether ${request.operation} was done: ${reason}${how}`;
  return new OutcomeUnknownError(message, {
    ...factsOf(call),
    remedy: laterRemedy(call),
    cause: causeOf(call),
  });
}
