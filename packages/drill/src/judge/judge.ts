import { checkAnswers } from './check-answers.ts';
import { checkConflictLog } from './check-conflict-log.ts';
import { checkConvergence } from './check-convergence.ts';
import { checkCounters } from './check-counters.ts';
import { checkIdempotency } from './check-idempotency.ts';
import { checkLosses } from './check-losses.ts';
import { checkSessions } from './check-sessions.ts';
import type { Checker, History, RegionView, Violation } from './history.ts';

/** The promises about data, in the order in which a report lists them. */
export const promises = [
  'convergence',
  'losses',
  'conflict log',
  'idempotency',
  'sessions',
  'counters',
  'answers',
] as const;

/** Name of a promise. */
export type PromiseName = (typeof promises)[number];

const CHECKERS: Readonly<Record<PromiseName, Checker>> = {
  convergence: checkConvergence,
  losses: checkLosses,
  'conflict log': checkConflictLog,
  idempotency: checkIdempotency,
  sessions: checkSessions,
  counters: checkCounters,
  answers: checkAnswers,
};

/** Breaches by promise; a promise that was kept has none. */
export type Verdict = Readonly<Record<PromiseName, readonly Violation[]>>;

/** Judges a history by every promise. */
export function judge(history: History, views: readonly RegionView[]): Verdict {
  const judged = promises.map((name) => [name, CHECKERS[name](history, views)] as const);
  return Object.fromEntries(judged) as Record<PromiseName, readonly Violation[]>;
}

/** Whether every promise was kept. */
export function isKept(verdict: Verdict): boolean {
  return promises.every((name) => verdict[name].length === 0);
}
