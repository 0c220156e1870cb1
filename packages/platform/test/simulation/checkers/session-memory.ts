import { limits } from '../../../src/contract/limits.ts';
import type { History, OperationRecord, WriteId } from '../history.ts';
import type { Ancestry } from './ancestry.ts';
import { grouped } from './grouped.ts';

/** What a session has seen last of an item. */
export interface Seen {
  readonly write: WriteId;
  readonly ttl: number;
  readonly updatedAtMs: number;
  readonly isDeletion: boolean;
}

/** What a judge of sessions is given with each operation. */
export interface SessionContext {
  /** What the session had seen before, by item: of as many items as a session remembers, those touched last. */
  readonly seen: ReadonlyMap<string, Seen>;
  readonly ancestry: Ancestry;
  readonly history: History;
}

/** Goes through the operations of every session, in order, and tells a judge of each what the session had seen. */
export function judgeSessions<T>(
  history: History,
  ancestry: Ancestry,
  judge: (operation: OperationRecord, context: SessionContext) => readonly T[],
): T[] {
  const sessions = grouped(history.operations, ({ session }) => session);
  return [...sessions.values()].flatMap((operations) => {
    const seen = new Map<string, Seen>();
    return operations.flatMap((operation) => {
      const found = judge(operation, { seen, ancestry, history });
      note(operation, seen, ancestry);
      return found;
    });
  });
}

function note({ outcome }: OperationRecord, seen: Map<string, Seen>, ancestry: Ancestry): void {
  if (outcome.status === 'read' && outcome.image !== undefined)
    touch(seen, outcome.item, ancestry.image(outcome.image));
  if (outcome.status !== 'written') return;
  const held = ancestry.image(outcome.held);
  const last = seen.get(outcome.item);
  // A write that was found again may stand in a region that is behind: what was seen since still binds. Of one that was
  // lost the region has no history: the times tell.
  const isBehind =
    outcome.isReplay &&
    last !== undefined &&
    (outcome.isLost ? held.updatedAtMs <= last.updatedAtMs : !ancestry.isInChain(held.id, last.write));
  if (!isBehind) touch(seen, outcome.item, held);
}

function touch(seen: Map<string, Seen>, item: string, image: Seen): void {
  seen.delete(item);
  seen.set(item, image);
  const [oldest] = seen.keys();
  if (seen.size > limits.sessionItemsMax && oldest !== undefined) seen.delete(oldest);
}

/** Whether what was seen has expired. Where nothing is left, what was made of it may have expired instead. */
export function hasEnded(
  { write, ttl }: Seen,
  { isEmpty, serverMs }: { readonly isEmpty: boolean; readonly serverMs: number },
  { ancestry, history }: SessionContext,
): boolean {
  if (ttl <= Math.floor(serverMs / 1000)) return true;
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
