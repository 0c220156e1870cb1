import { type AttemptResult, startAttempt } from './attempt.ts';
import { type Call, type RunningAttempt, requestsLeft } from './call.ts';
import type { AttemptKind } from './client-events.ts';
import type { RegionChoice } from './region-directory.ts';

/** Where the next request goes, and why. */
export interface Target extends RegionChoice {
  readonly kind: AttemptKind;
  /** Whether the token of the retry budget comes back if the region answers. @default false */
  readonly isOnLoan?: boolean;
}

/** Of a request and its hedge, the attempt that decided. */
export interface DecidingAttempt {
  readonly region: string;
  readonly result: AttemptResult;
}

/**
 * Asks a region, and for a read that takes long one more. The first answer that settles the call wins, be it of the hedge;
 * a failure of one waits for the other. Resolves at the latest when the call's time ends, and never rejects.
 *
 *     first   ────────────────────────────────────x  loser: aborted, its time so far noted
 *     hedge           (after the p95) ────────────┐
 *                                                 └─> winner
 *
 * A request that was sent to find out about its region goes on when it has lost: a region that recovers, and is slower than
 * a hedge waits, would else stay avoided for ever.
 */
export function askRegion(call: Call, target: Target): Promise<DecidingAttempt> {
  const { clock, directory } = call.engine;
  return new Promise((resolve) => {
    const running = new Set<RunningAttempt>();
    let isOver = false;
    let stopHedgeTimer = () => {};

    const stopWatching = call.scope.onEnd(({ kind }) => {
      for (const attempt of [...running]) {
        if (kind === 'deadline') attempt.timeOut();
        else attempt.abandon();
      }
    });

    function finish(deciding: DecidingAttempt): void {
      isOver = true;
      stopHedgeTimer();
      stopWatching();
      for (const attempt of [...running]) {
        if (attempt === inquiry) attempt.detach();
        else attempt.abandon();
      }
      resolve(deciding);
    }

    function run(region: string, kind: AttemptKind): RunningAttempt {
      const attempt = startAttempt(call, {
        region,
        kind,
        limitMs: attemptLimitMs(call, region),
        canBeFollowed: () => isOver || running.size > 1 || call.engine.budget.balance >= 1,
        onResult(result) {
          running.delete(attempt);
          if (!isOver && (isSettling(result) || running.size === 0)) finish({ region, result });
        },
      });
      running.add(attempt);
      return attempt;
    }

    const first = run(target.region, target.kind);
    const inquiry = target.purpose === 'serve' ? undefined : first;
    if (!mayHedge(call, target)) return;
    stopHedgeTimer = clock.setTimer(directory.hedgeAfterMs(target.region), () => {
      const region = hedgeRegion(call, target);
      if (region !== undefined) run(region, 'hedge');
    });
  });
}

/** Whether nothing that another attempt brings could be better. */
function isSettling({ kind }: AttemptResult): boolean {
  return kind === 'good' || kind === 'refused' || kind === 'broken';
}

/** A probe or a measurement may be slow for our sake, not the caller's, so it is hedged even where hedging is off. */
function mayHedge(call: Call, { purpose }: Target): boolean {
  const isWanted = call.engine.isHedging || purpose !== 'serve';
  return isWanted && call.isRead && call.pinnedRegion === undefined;
}

/** Chooses the region of a hedge, one that is in service and was not asked yet, and pays for the request. */
function hedgeRegion(call: Call, { purpose }: Target): string | undefined {
  const { budget, hedgeBudget, directory } = call.engine;
  if (requestsLeft(call) < 1 || budget.balance < 1) return undefined;
  const { tried } = call;
  const other = directory.find(({ region, state }) => state === 'closed' && !tried.has(region));
  if (other === undefined) return undefined;
  if (purpose === 'serve' && !hedgeBudget.withdraw()) return undefined;
  budget.withdraw();
  return other;
}

/**
 * How long an attempt may take. The last that is possible gets all the time that is left, since giving it up would help
 * nobody; so does one after which there would be too little time for another. Where no other region is in service, a slow
 * answer is worth more than the same question again: the attempt gets half of what is left.
 */
function attemptLimitMs(call: Call, region: string): number | undefined {
  const { engine, scope, isRepeatable } = call;
  const usualMs = engine.attemptTimeoutMs;
  const isLast = !isRepeatable || requestsLeft(call) <= 1;
  if (isLast) return undefined;
  const remainingMs = scope.remainingMs();
  const limitMs = hasAlternative(call, region) ? usualMs : Math.max(usualMs, remainingMs / 2);
  return remainingMs - limitMs < usualMs / 2 ? undefined : limitMs;
}

/** Whether the call could go to another region that is in service. */
function hasAlternative({ engine, pinnedRegion }: Call, region: string): boolean {
  if (pinnedRegion !== undefined) return false;
  const other = engine.directory.find((each) => each.region !== region && each.state === 'closed');
  return other !== undefined;
}
