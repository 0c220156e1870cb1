import { askRegion } from './ask-region.ts';
import type { Call } from './call.ts';
import { endingError, setbackError } from './call-error.ts';
import type { GoodAnswer, ProblemAnswer, RegionFailure } from './judge-answer.ts';
import { firstTarget, nextTarget } from './next-target.ts';

/** A good answer, and which region was asked for it. */
export interface CarriedOut {
  readonly region: string;
  readonly answer: GoodAnswer;
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
    if (result.kind === 'good') return { region, answer: result };
    if (result.kind !== 'broken' && result.kind !== 'abandoned') noteSetback(call, result);
    throwIfEnded(call);
    if (result.kind === 'broken') throw result.error;
    // Only the end of the call abandons the last attempt that runs.
    if (result.kind === 'abandoned') throw endingError(call, { kind: 'deadline' });
    const next = await nextTarget(call, { region, result });
    const end = call.scope.ended();
    // A region that was chosen and is not asked any more may have been reserved as a probe.
    if (end !== undefined && next !== undefined) call.engine.directory.noteAbandoned(next.region, 0);
    throwIfEnded(call);
    if (next === undefined) throw setbackError(call, result);
    target = next;
  }
}

function noteSetback(call: Call, result: ProblemAnswer | RegionFailure): void {
  call.latestSetback = result;
  if (result.kind === 'behind') call.latestBehind = result;
}

function throwIfEnded(call: Call): void {
  const end = call.scope.ended();
  if (end !== undefined) throw endingError(call, end);
}
