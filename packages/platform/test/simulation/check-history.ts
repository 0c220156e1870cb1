import { checkConflicts } from './checkers/check-conflicts.ts';
import { checkConvergence } from './checkers/check-convergence.ts';
import { checkCounters } from './checkers/check-counters.ts';
import { checkCounts } from './checkers/check-counts.ts';
import { checkIdempotency } from './checkers/check-idempotency.ts';
import { checkLoss } from './checkers/check-loss.ts';
import { checkRefusals } from './checkers/check-refusals.ts';
import { checkSession } from './checkers/check-session.ts';
import type { History, Violation } from './history.ts';

const checkers = [
  checkConvergence,
  checkLoss,
  checkConflicts,
  checkIdempotency,
  checkSession,
  checkRefusals,
  checkCounters,
  checkCounts,
] as const;

/** Judges a history by every promise about data. */
export function checkHistory(history: History): Violation[] {
  const errors = history.errors.map((message) => ({ checker: 'errors' as const, message }));
  return [...checkers.flatMap((check) => check(history)), ...errors];
}
