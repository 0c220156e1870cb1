import type { Conflict, LoggedConflict } from '../../src/contract/conflict.ts';
import type { Clock } from '../../src/domain/clock.ts';
import type { ConflictId, ConflictLog, ConflictQuery, LostWriteId } from '../../src/domain/conflict-log.ts';
import { compareUtf8, requireTime } from './memory-item-store.ts';

/** A conflict log in memory, with what it holds. */
export interface MemoryConflictLog extends ConflictLog {
  /** Every entry, in the order of {@link ConflictLog.record}. */
  readonly entries: readonly { readonly id: LostWriteId; readonly conflict: LoggedConflict }[];
}

/** What a conflict log in memory can be told. */
export interface MemoryConflictLogOptions {
  /**
   * Decides which entries are over.
   * @default a clock that stands at 1970: none is
   */
  readonly clock?: Pick<Clock, 'nowMs'>;
}

/** By how much an entry's time may be before that of the write that is looked for. */
const earlierMs = 24 * 3_600_000;

/** Makes an empty conflict log in memory. */
export function memoryConflictLog(options: MemoryConflictLogOptions = {}): MemoryConflictLog {
  const { clock = { nowMs: () => 0 } } = options;
  const entries: { id: LostWriteId; conflict: LoggedConflict }[] = [];
  const isOver = ({ ttl }: LoggedConflict) => ttl <= Math.floor(clock.nowMs() / 1000);
  const log: MemoryConflictLog = {
    entries,
    record: async (id, conflict, call) => {
      requireTime(call);
      if (entries.some((entry) => entry.id.pk === id.pk && sortKeyOf(entry.id) === sortKeyOf(id)))
        return false;
      entries.push(structuredClone({ id, conflict }));
      return true;
    },
    find: async (id, call) => {
      requireTime(call);
      const isIt = ({ pk, item, dot, updatedAtMs, history }: LostWriteId) =>
        pk === id.pk &&
        item === id.item &&
        (dot === id.dot || history.includes(id.dot)) &&
        updatedAtMs >= id.updatedAtMs - earlierMs;
      const ordered = [...entries].sort((a, b) => compareUtf8(sortKeyOf(a.id), sortKeyOf(b.id)));
      const exact = ordered.find((entry) => entry.id.pk === id.pk && sortKeyOf(entry.id) === sortKeyOf(id));
      const found = exact ?? ordered.find((entry) => isIt(entry.id));
      const { dot, history } = found?.id ?? { dot: 0, history: [] };
      return found && structuredClone({ conflict: named(found), dot, history });
    },
    findDot: (id, call) => log.find(id, call),
    acknowledge: async (id, { requireOwner, ...call } = {}) => {
      requireTime(call);
      const entry = entries.find((each) => named(each).id === id && !isOver(each.conflict));
      if (entry !== undefined) requireOwner?.(named(entry));
      if (entry !== undefined) entry.id = { ...entry.id, isQuiet: true };
      return entry !== undefined;
    },
    list: async (query, call) => {
      requireTime(call);
      const rest = inOrder(entries, query).filter(({ id, conflict }) => !id.isQuiet && !isOver(conflict));
      const slice = rest.slice(0, query.limit);
      const last = slice.at(-1);
      const shown = slice.map(named).filter(query.isVisible ?? (() => true));
      const page = { entries: structuredClone(shown), unreadable: [] };
      return rest.length > slice.length && last !== undefined ? { ...page, next: positionOf(last.id) } : page;
    },
  };
  return log;
}

function named({ id, conflict }: MemoryConflictLog['entries'][number]): Conflict {
  return { id: Buffer.from(`${sortKeyOf(id)}#${id.pk}`).toString('base64url'), ...conflict };
}

function inOrder(entries: MemoryConflictLog['entries'], { pk, after }: ConflictQuery) {
  const ordered = entries
    .filter(({ id }) => pk === undefined || id.pk === pk)
    .sort((a, b) => compareIds(a.id, b.id));
  if (after === undefined) return ordered;
  return ordered.slice(ordered.findIndex(({ id }) => positionOf(id) === after) + 1);
}

function compareIds(a: ConflictId, b: ConflictId): number {
  return compareUtf8(a.pk, b.pk) || compareUtf8(sortKeyOf(b), sortKeyOf(a));
}

function positionOf({ pk, ...rest }: ConflictId): string {
  return JSON.stringify([pk, sortKeyOf({ pk, ...rest })]);
}

function sortKeyOf({ updatedAtMs, item, dot }: ConflictId): string {
  return `${String(updatedAtMs).padStart(13, '0')}#${item}#${dot}`;
}
