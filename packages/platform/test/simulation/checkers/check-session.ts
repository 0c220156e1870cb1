import type { History, OperationRecord, Violation } from '../history.ts';
import { type Ancestry, ancestryOf } from './ancestry.ts';
import { hasEnded, judgeSessions, type Seen, type SessionContext } from './session-memory.ts';

/** Longest that the calls to the table of one read take. A read never waits for anything else. */
const callsMs = 400;

/**
 * Checks read-your-writes and monotonic reads of every session: a read gives what the session has seen last of the
 * item or a descendant of it, or names the lost write that included it, or says at once that the region is behind.
 * Once everything has healed no region is behind. What has expired binds nobody.
 */
export function checkSession(history: History): Violation[] {
  return judgeSessions(history, ancestryOf(history), (operation, context) =>
    faultsOf(operation, context).map((fault) => ({
      checker: 'session' as const,
      message: `operation ${operation.id} of ${operation.session} in ${operation.region} ${fault}`,
    })),
  );
}

function faultsOf(operation: OperationRecord, context: SessionContext): string[] {
  const { request, outcome, startedMs, endedMs, serverEndedMs, isFinal } = operation;
  // Of a function that has died nothing is known.
  if (request.kind !== 'get' || outcome.status === 'unknown') return [];
  const tookMs = endedMs - startedMs;
  if (tookMs > callsMs) return [`took ${tookMs} ms`];
  const last = context.seen.get(operation.item ?? '');
  const isEmpty = outcome.status !== 'read' || outcome.image === undefined;
  const isOver = last !== undefined && hasEnded(last, { isEmpty, serverMs: serverEndedMs }, context);
  if (outcome.status === 'failed' && outcome.code === 'replica-behind')
    return isFinal && !isOver
      ? [`was told that the region is behind ${last?.write}, after everything had healed`]
      : [];
  if (outcome.status !== 'read' || last === undefined || isOver) return [];
  if (isEmpty && wasRemovedHere(operation, last, context)) return [];
  const fault = faultOfRead(outcome, last, context.ancestry);
  return fault === undefined ? [] : [fault];
}

// Another region has removed it as expired there: that it is gone is true, and the conflict log tells of it a moment later.
function wasRemovedHere(
  { region, item, endedMs }: OperationRecord,
  { write }: Seen,
  { ancestry, history }: SessionContext,
): boolean {
  return history.changes.some(
    (change) =>
      change.region === region &&
      change.item === item &&
      change.after === undefined &&
      change.before !== undefined &&
      change.trueMs <= endedMs &&
      ancestry.includes(ancestry.image(change.before).write, write),
  );
}

function faultOfRead(
  { image, superseded }: { readonly image?: number; readonly superseded?: number },
  last: Seen,
  ancestry: Ancestry,
): string | undefined {
  const read = image === undefined ? undefined : ancestry.image(image).write;
  if (read !== undefined && ancestry.includes(read, last.write)) return undefined;
  if (read === undefined && last.isDeletion) return undefined;
  const found = read === undefined ? 'found nothing' : `read ${read}`;
  if (superseded === undefined) return `${found} after ${last.write}, and nobody says that it was lost`;
  const lost = ancestry.image(superseded).write;
  if (!ancestry.includes(lost, last.write))
    return `${found}, and is told of ${lost} instead of ${last.write}`;
  return image !== undefined && ancestry.isMadeFrom(superseded, image)
    ? `${found}, older than ${lost}, as if it had taken its place`
    : undefined;
}
