import type { History, OperationRecord, Violation, WriteId } from '../history.ts';
import { type Ancestry, ancestryOf } from './ancestry.ts';
import { grouped } from './grouped.ts';

/** Time for the calls to the table around the waits of one read. */
const callsMs = 400;

interface Seen {
  readonly write: WriteId;
  readonly ttl: number;
  readonly isDeletion: boolean;
}

/**
 * Checks read-your-writes and monotonic reads of every session: a read gives what the session has seen last of the
 * item or a descendant of it, or names the lost write that included it, or says after the full wait, and not after
 * more, that the region is behind. Once everything has healed no region is behind. What has expired binds nobody.
 */
export function checkSession(history: History): Violation[] {
  const ancestry = ancestryOf(history);
  const sessions = grouped(history.operations, ({ session }) => session);
  return [...sessions.values()].flatMap((operations) => {
    const seen = new Map<string, Seen>();
    return operations.flatMap((operation) => {
      const faults = faultsOf(operation, { seen, ancestry, history });
      note(operation, seen, ancestry);
      return faults.map((fault) => ({
        checker: 'session' as const,
        message: `operation ${operation.id} of ${operation.session} in ${operation.region} ${fault}`,
      }));
    });
  });
}

interface Context {
  readonly seen: ReadonlyMap<string, Seen>;
  readonly ancestry: Ancestry;
  readonly history: History;
}

function faultsOf(operation: OperationRecord, context: Context): string[] {
  const { seen, history } = context;
  const { request, outcome, startedMs, endedMs, serverStartedMs, serverEndedMs, isFinal } = operation;
  if (request.kind !== 'get') return [];
  const tookMs = endedMs - startedMs;
  if (tookMs > history.sessionWaitMs + callsMs) return [`took ${tookMs} ms`];
  const last = seen.get(operation.item ?? '');
  const isEmpty = outcome.status !== 'read' || outcome.image === undefined;
  const isOver = last !== undefined && hasEnded(last, { isEmpty, serverMs: serverEndedMs, ...context });
  if (outcome.status === 'failed' && outcome.code === 'replica-behind') {
    if (isFinal && !isOver)
      return [`was told that the region is behind ${last?.write}, after everything had healed`];
    const longestMs = Math.max(tookMs, serverEndedMs - serverStartedMs);
    return longestMs < history.sessionWaitMs ? [`was given up after ${tookMs} ms`] : [];
  }
  if (outcome.status !== 'read' || last === undefined || isOver) return [];
  const fault = faultOfRead(outcome, last, context.ancestry);
  return fault === undefined ? [] : [fault];
}

interface EndContext extends Context {
  /** Whether the region holds nothing. */
  readonly isEmpty: boolean;
  readonly serverMs: number;
}

/** Whether what was seen has expired. Where nothing is left, what was made of it may have expired instead. */
function hasEnded({ write, ttl }: Seen, { ancestry, history, isEmpty, serverMs }: EndContext): boolean {
  const nowSeconds = Math.floor(serverMs / 1000);
  if (ttl <= nowSeconds) return true;
  if (!isEmpty) return false;
  const hasExpired = (id: number | undefined, atMs: number) =>
    id !== undefined &&
    ancestry.image(id).ttl <= Math.floor(atMs / 1000) &&
    ancestry.includes(ancestry.image(id).write, write);
  return (
    history.images.some(({ id }) => hasExpired(id, serverMs)) ||
    // A replica whose clock is ahead of the function's has removed it.
    history.changes.some(({ before, after, atMs }) => after === undefined && hasExpired(before, atMs))
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

function note({ outcome }: OperationRecord, seen: Map<string, Seen>, ancestry: Ancestry): void {
  if (outcome.status === 'read' && outcome.image !== undefined)
    seen.set(outcome.item, ancestry.image(outcome.image));
  if (outcome.status !== 'written') return;
  const held = ancestry.image(outcome.held);
  const last = seen.get(outcome.item);
  // A write that was found again may stand in a region that is behind: what was seen since still binds.
  const isBehind = outcome.isReplay && last !== undefined && !ancestry.isInChain(held.id, last.write);
  if (!isBehind) seen.set(outcome.item, held);
}
