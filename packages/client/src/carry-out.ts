import { askRegion, type Target } from './ask-region.ts';
import type { AttemptResult } from './attempt.ts';
import { type Call, isSessionRead, requestsLeft } from './call.ts';
import { endingError, failureError } from './call-error.ts';
import type { Random } from './clock.ts';
import type { GoodAnswer, ProblemAnswer, RegionFailure } from './judge-answer.ts';
import { mendRequest } from './mend-request.ts';
import type { RegionState } from './region.ts';
import type { RegionChoice } from './region-directory.ts';

/** A good answer, and which region was asked for it. */
export interface CarriedOut {
  readonly region: string;
  readonly answer: GoodAnswer;
}

/** What an attempt without a good answer brought. */
interface FailedAttempt {
  /** Region that was asked. */
  readonly region: string;
  readonly result: ProblemAnswer | RegionFailure;
}

/**
 * Carries a call out: asks one region after the other until one answers well, another attempt would not help, or the
 * call's time, its requests or the retry budget are used up.
 *
 * It rejects with what the client promises of every method.
 */
export async function carryOut(call: Call): Promise<CarriedOut> {
  call.engine.budget.deposit();
  call.engine.hedgeBudget.deposit();
  throwIfEnded(call);
  let target = firstTarget(call);
  for (;;) {
    const { region, result } = await askRegion(call, target);
    if (target.isOnLoan && region === target.region && isAnswered(result)) call.engine.budget.giveBack();
    if (result.kind === 'good') return { region, answer: result };
    if (result.kind !== 'broken' && result.kind !== 'abandoned') recordFailure(call, { region, result });
    throwIfEnded(call);
    if (result.kind === 'broken') throw result.error;
    // Only the end of the call abandons the last attempt that runs.
    if (result.kind === 'abandoned') throw endingError(call, { kind: 'deadline' });
    const failed = { region, result };
    const next =
      result.kind === 'refused' && mayPay(call) && mendRequest(call, result.problem)
        ? sentAgain(call, serving(region), failed)
        : await nextTarget(call, failed);
    const end = call.scope.ended();
    // A region that was chosen and is not asked any more may have been reserved as a probe.
    if (end !== undefined && next !== undefined) call.engine.directory.noteAbandoned(next.region, 0);
    throwIfEnded(call);
    if (next === undefined) throw failureError(call, result);
    target = next;
  }
}

/** Keeps what a failed attempt tells of the call, and of when its region may be asked again. */
function recordFailure(call: Call, { region, result }: FailedAttempt): void {
  call.latestFailure = result;
  if (result.kind === 'behind') call.latestBehind = result;
  if (result.kind !== 'failed') return;
  call.isInDoubt ||= !call.isRead && result.isInDoubt;
  if (result.status === 500) call.internalErrors += 1;
  if (result.retryAfterMs > 0) {
    call.restUntilMs.set(region, call.engine.clock.nowMs() + result.retryAfterMs);
  }
}

/** Whether a region did its part, be it with a problem of the request. */
function isAnswered({ kind }: AttemptResult): boolean {
  return kind === 'good' || kind === 'refused' || kind === 'contended' || kind === 'behind';
}

function throwIfEnded(call: Call): void {
  const end = call.scope.ended();
  if (end !== undefined) throw endingError(call, end);
}

/** Chooses the region of a call's first request. */
function firstTarget(call: Call): Target {
  const { pinnedRegion } = call;
  const choice = pinnedRegion === undefined ? choose(call, new Set()) : serving(pinnedRegion);
  return { ...choice, kind: 'first' };
}

/**
 * Finds where to send a call after an attempt without a good answer, waiting if that is due.
 *
 * @returns undefined when the call is to end with what it has
 */
async function nextTarget(call: Call, failed: FailedAttempt): Promise<Target | undefined> {
  const { region, result } = failed;
  const { directory, random } = call.engine;
  const ahead = result.kind === 'behind' ? result.problem.problem?.region : undefined;
  const decision = decideRetry(result, {
    isRepeatable: call.isRepeatable,
    isPinned: call.pinnedRegion !== undefined,
    isAllowed: mayPay(call),
    internalErrors: call.internalErrors,
    canGoAhead: ahead !== undefined && !call.tried.has(ahead) && answers(directory.stateOf(ahead)),
  });
  if (decision === 'give-up') return undefined;
  if (decision === 'ahead' && ahead !== undefined) return sentAgain(call, serving(ahead), failed);
  if (decision === 'elsewhere') {
    const except = new Set([...call.tried, ...resting(call)]);
    const other = directory.find((each) => !except.has(each.region) && answers(each.state));
    // The calls of a region that is lost move once each, to where later ones go anyway: that the other answers is enough.
    const isLost = !answers(directory.stateOf(region));
    if (other !== undefined) return { ...sentAgain(call, serving(other), failed), isOnLoan: isLost };
  }

  // What the session has seen is here in less than the second that the answer asks for, mostly.
  const askedMs = result.kind === 'behind' ? 0 : result.retryAfterMs;
  const leastMs = decision === 'here' ? askedMs : restMs(call);
  if (!(await waited(call, Math.max(leastMs, backoffMs(call.waits, random))))) return undefined;
  if (result.kind !== 'behind' && !mayPay(call)) return undefined;
  const isStaying =
    call.pinnedRegion !== undefined || (decision === 'here' && directory.stateOf(region) === 'closed');
  return sentAgain(call, isStaying ? serving(region) : choose(call, resting(call)), failed);
}

/** Waits before the next round. False when that would outlast the call, or when it has ended meanwhile. */
async function waited(call: Call, delayMs: number): Promise<boolean> {
  if (delayMs >= call.scope.remainingMs()) return false;
  call.waits += 1;
  await call.scope.wait(delayMs);
  call.tried.clear();
  return call.scope.ended() === undefined;
}

/** Whether neither the bound of requests nor the retry budget forbids one more. */
function mayPay(call: Call): boolean {
  return requestsLeft(call) >= 1 && call.engine.budget.balance >= 1;
}

/**
 * Takes the token for one more request. Whoever calls has seen that there is one, with no wait in between. To ask for what
 * the session has seen takes none: the region does its part, and the budget is for when one does not.
 */
function sentAgain(call: Call, choice: RegionChoice, { region, result }: FailedAttempt): Target {
  if (result.kind === 'behind') call.catchUps += 1;
  else call.engine.budget.withdraw();
  return { ...choice, kind: choice.region === region ? 'retry' : 'failover' };
}

function choose(call: Call, except: ReadonlySet<string>): RegionChoice {
  const { directory } = call.engine;
  const question = {
    kind: call.isRead ? ('read' as const) : ('write' as const),
    isSessionCritical: isSessionRead(call),
  };
  const choice =
    directory.choose({ ...question, except }) ?? directory.choose({ ...question, except: new Set() });
  return choice ?? serving(directory.preferred);
}

function serving(region: string): RegionChoice {
  return { region, purpose: 'serve' };
}

/** Whether a region may be asked at once: one that is evacuated does answer. */
function answers(state: RegionState | undefined): boolean {
  return state === 'closed' || state === 'evacuated';
}

/** Regions that asked not to be asked again yet. */
function resting({ engine, restUntilMs }: Call): ReadonlySet<string> {
  const nowMs = engine.clock.nowMs();
  return new Set([...restUntilMs].filter(([, untilMs]) => untilMs > nowMs).map(([region]) => region));
}

/** How long until a region may be asked again: 0 unless every region asked to wait. */
function restMs({ engine, restUntilMs }: Call): number {
  const nowMs = engine.clock.nowMs();
  const restsMs = [...engine.endpoints.keys()].map((region) => (restUntilMs.get(region) ?? nowMs) - nowMs);
  return Math.max(0, Math.min(...restsMs));
}

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

/** Decides whether a call goes on, and where. A replica that is behind made nothing, so any call may ask again. */
export function decideRetry(result: ProblemAnswer | RegionFailure, facts: RetryFacts): RetryDecision {
  const { isRepeatable, isPinned, isAllowed, internalErrors, canGoAhead } = facts;
  if (result.kind === 'behind') return canGoAhead && !isPinned ? 'ahead' : 'here';
  if (!isRepeatable || !isAllowed) return 'give-up';
  if (result.kind === 'failed') {
    if (result.status === 500 && internalErrors >= internalErrorsMax) return 'give-up';
    return isPinned ? 'here' : 'elsewhere';
  }
  return result.kind === 'refused' ? 'give-up' : 'here';
}

/** Longest first wait, in milliseconds. */
const baseMs = 50;
const capMs = 1_000;

/**
 * How long to wait before the same region is asked again: anything up to a bound that doubles, so that clients which
 * failed together do not come back together ("full jitter").
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param round - 0 for the first wait of a call
 */
export function backoffMs(round: number, random: Random): number {
  return random() * Math.min(capMs, baseMs * 2 ** round);
}
