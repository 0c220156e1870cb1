import type { Target } from './ask-region.ts';
import { backoffMs } from './backoff.ts';
import { type Call, isSessionRead, requestsMax } from './call.ts';
import { decideRetry } from './decide-retry.ts';
import type { ProblemAnswer, RegionFailure } from './judge-answer.ts';
import type { RegionChoice } from './region-directory.ts';
import type { RegionState } from './region-view.ts';

/** What an attempt without a good answer brought. */
export interface Setback {
  /** Region that was asked. */
  readonly region: string;
  readonly result: ProblemAnswer | RegionFailure;
}

/** Chooses the region of a call's first request. */
export function firstTarget(call: Call): Target {
  const { pinnedRegion } = call;
  const choice = pinnedRegion === undefined ? choose(call, new Set()) : serving(pinnedRegion);
  return { ...choice, kind: 'first' };
}

/**
 * Finds where to send a call after an attempt without a good answer, waiting if that is due. The request is then paid for
 * from the retry budget.
 *
 * @returns undefined when the call is to end with what it has
 */
export async function nextTarget(call: Call, setback: Setback): Promise<Target | undefined> {
  const { region, result } = setback;
  noteSetback(call, setback);
  const ahead = result.kind === 'behind' ? result.problem.problem?.region : undefined;
  const decision = decideRetry(result, {
    isRepeatable: call.isRepeatable,
    isPinned: call.pinnedRegion !== undefined,
    isAllowed: call.requests < requestsMax && call.engine.budget.balance >= 1,
    internalErrors: call.internalErrors,
    canGoAhead: ahead !== undefined && !call.tried.has(ahead) && answers(stateOf(call, ahead)),
  });
  if (decision === 'give-up') return undefined;
  if (decision === 'ahead' && ahead !== undefined)
    return paid(call, { choice: serving(ahead), last: region });
  if (decision === 'elsewhere') {
    const except = new Set([...call.tried, ...resting(call)]);
    if (hasOneInService(call, except)) return paid(call, { choice: choose(call, except), last: region });
  }

  const leastMs = decision === 'here' ? result.retryAfterMs : restMs(call);
  if (!(await waited(call, Math.max(leastMs, backoffMs(call.waits, call.engine.random))))) return undefined;
  const isStaying =
    call.pinnedRegion !== undefined || (decision === 'here' && stateOf(call, region) === 'closed');
  return paid(call, { choice: isStaying ? serving(region) : choose(call, resting(call)), last: region });
}

function noteSetback(call: Call, { region, result }: Setback): void {
  if (result.kind !== 'failed') return;
  if (result.status === 500) call.internalErrors += 1;
  if (result.retryAfterMs > 0) {
    call.restUntilMs.set(region, call.engine.clock.nowMs() + result.retryAfterMs);
  }
}

/** Waits before the next round. False when that would outlast the call, or when the call may send no more after it. */
async function waited(call: Call, delayMs: number): Promise<boolean> {
  if (delayMs >= call.scope.remainingMs()) return false;
  call.waits += 1;
  await call.scope.wait(delayMs);
  call.tried.clear();
  return call.scope.ended() === undefined && call.engine.budget.balance >= 1;
}

/** Takes the token for one more request. Whoever calls has seen that there is one, with no wait in between. */
function paid(
  call: Call,
  { choice, last }: { readonly choice: RegionChoice; readonly last: string },
): Target {
  call.engine.budget.withdraw();
  return { ...choice, kind: choice.region === last ? 'retry' : 'failover' };
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

function stateOf(call: Call, region: string): RegionState | undefined {
  return call.engine.directory.views().find((view) => view.region === region)?.state;
}

/** Whether a call may go on at once: an evacuated region answers, one that fails is asked only after a wait. */
function hasOneInService(call: Call, except: ReadonlySet<string>): boolean {
  const views = call.engine.directory.views();
  return views.some(({ region, state }) => !except.has(region) && answers(state));
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
