import { checkAnswers } from './check-answers.ts';
import { checkConflictLog } from './check-conflict-log.ts';
import { checkConvergence } from './check-convergence.ts';
import { checkCounters } from './check-counters.ts';
import { checkFollowUp } from './check-follow-up.ts';
import { checkIdempotency } from './check-idempotency.ts';
import { checkLives } from './check-lives.ts';
import { checkLosses } from './check-losses.ts';
import { checkMerges } from './check-merges.ts';
import { checkRefusals } from './check-refusals.ts';
import { checkSessions } from './check-sessions.ts';
import type { Checker, History, RegionView, Violation } from './history.ts';

/** The promises about data, in the order in which a report lists them. */
export const promises = [
  'convergence',
  'losses',
  'conflict log',
  'idempotency',
  'sessions',
  'refusals',
  'counters',
  'lives',
  'merges',
  'answers',
  'follow-up',
] as const;

/** Name of a promise. */
export type PromiseName = (typeof promises)[number];

const CHECKERS: Readonly<Record<PromiseName, Checker>> = {
  convergence: checkConvergence,
  losses: checkLosses,
  'conflict log': checkConflictLog,
  idempotency: checkIdempotency,
  sessions: checkSessions,
  refusals: checkRefusals,
  counters: checkCounters,
  lives: checkLives,
  merges: checkMerges,
  answers: checkAnswers,
  'follow-up': checkFollowUp,
};

/**
 * What consumers of streams make good: as long as a batch of one waits in a queue, nobody can tell whether it holds.
 */
const MADE_GOOD: ReadonlySet<PromiseName> = new Set(['losses', 'sessions', 'counters', 'merges']);

/** Breaches by promise; a promise that was kept has none. */
export type Verdict = Readonly<Record<PromiseName, readonly Violation[]>>;

/** Judges a history by every promise; by what consumers make good only where they gave nothing up. */
export function judge(history: History, views: readonly RegionView[]): Verdict {
  const isGivenUp = checkFollowUp(history, views).length > 0;
  const checked = promises.map(
    (name) => [name, isGivenUp && MADE_GOOD.has(name) ? [] : CHECKERS[name](history, views)] as const,
  );
  return Object.fromEntries(checked) as Record<PromiseName, readonly Violation[]>;
}

/** Whether every promise was kept. */
export function isKept(verdict: Verdict): boolean {
  return promises.every((name) => verdict[name].length === 0);
}
