import type { History, OperationRecord, Violation } from '../history.ts';
import { type Ancestry, ancestryOf } from './ancestry.ts';
import { hasEnded, judgeSessions, type SessionContext } from './session-memory.ts';

/** Refusals that say how things are: nobody tries such a request again. */
const definite: ReadonlySet<string> = new Set([
  'item-not-found',
  'item-changed',
  'idempotency-key-reused',
  'idempotency-key-out-of-window',
]);

/**
 * Checks that every definite refusal was true in the history that its session had seen: the region that gave it held
 * what the session had seen of the item, or a descendant of it, or that was lost and stands in the conflict log. A
 * refusal for the key's time alone, of a request that had looked at nothing, is true of any history.
 */
export function checkRefusals(history: History): Violation[] {
  return judgeSessions(history, ancestryOf(history), (operation, context) => {
    const fault = faultOf(operation, context);
    const { id, session, region } = operation;
    return fault === undefined
      ? []
      : [{ checker: 'refusals' as const, message: `operation ${id} of ${session} in ${region} ${fault}` }];
  });
}

function faultOf(
  { request, outcome, item = '', serverEndedMs }: OperationRecord,
  context: SessionContext,
): string | undefined {
  if (outcome.status !== 'failed' || !definite.has(outcome.code) || request.kind === 'get') return undefined;
  const { held, code } = outcome;
  const last = context.seen.get(item);
  if (last === undefined || (held === undefined && code === 'idempotency-key-out-of-window'))
    return undefined;
  if (hasEnded(last, { isEmpty: held === undefined, serverMs: serverEndedMs }, context)) return undefined;
  const { ancestry } = context;
  const was = held === undefined ? undefined : ancestry.image(held).write;
  if (was === undefined ? last.isDeletion : ancestry.includes(was, last.write)) return undefined;
  if (isLost(last.write, context.history, ancestry)) return undefined;
  return `was refused with ${code} by a region that held ${was ?? 'nothing'}, after ${last.write} was seen`;
}

function isLost(write: string, { replicas }: History, ancestry: Ancestry): boolean {
  return replicas.some(({ conflicts, quietLosers }) =>
    [...conflicts.map(({ loser }) => loser), ...quietLosers].some((loser) =>
      ancestry.includes(ancestry.image(loser).write, write),
    ),
  );
}
