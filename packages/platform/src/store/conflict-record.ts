import * as z from 'zod/mini';
import { type Conflict, type LoggedConflict, loggedConflictSchema } from '../contract/conflict.ts';
import { type ItemKey, systemKeyPrefix } from '../contract/item.ts';
import type { ConflictId, LoggedLoss, LostWriteId } from '../domain/conflict-log.ts';
import { type TableRecord, timeText, toMarshallable } from './table-record.ts';

const partitionPrefix = `${systemKeyPrefix}conflict#`;

/** Partition key of the index: one record for each partition key that has entries in the log. */
export const conflictIndexPk = `${systemKeyPrefix}conflicts`;

/** Partition key of the entries of a user's partition key. */
export function conflictPk(pk: string): string {
  return partitionPrefix + pk;
}

/** Sort key of an entry. It follows from the lost write alone: whoever sees the loss, and however often, writes the same. */
export function conflictSk({ updatedAtMs, item, dot }: ConflictId): string {
  return `${timeText(updatedAtMs)}#${item}#${dot}`;
}

const idPattern = /^(\d{13,}#[0-9a-f]+#\d+)#(.+)$/su;

/** The id by which callers name an entry: its keys, as text that is safe in a path. */
function idOfRecord({ pk, sk }: TableRecord): string {
  return Buffer.from(`${sk}#${String(pk).slice(partitionPrefix.length)}`).toString('base64url');
}

/**
 * Reads the keys of an entry out of its id.
 *
 * @returns undefined for what no entry has as its id
 */
export function keyOfConflict(id: string): ItemKey | undefined {
  const [, sk, pk] = idPattern.exec(Buffer.from(id, 'base64url').toString('utf8')) ?? [];
  if (sk === undefined || pk === undefined) return undefined;
  const key = { pk: conflictPk(pk), sk };
  // Only the very text that was given out: base64 has several for some bytes.
  return idOfRecord(key) === id ? key : undefined;
}

/**
 * Turns a conflict into the record that is stored. It has no attribute `region` at its top: that would make the
 * stream's filter take it for an item. `item`, `dot` and `history` serve {@link ConflictLog.find}.
 */
export function toConflictRecord(id: LostWriteId, conflict: LoggedConflict): TableRecord {
  const { loser, winner, detectedAt, detectedIn, ttl } = conflict;
  return {
    pk: conflictPk(id.pk),
    sk: conflictSk(id),
    item: id.item,
    dot: id.dot,
    history: id.history,
    ...(id.isQuiet ? { quiet: true } : {}),
    loser: toMarshallable(loser),
    ...(winner === undefined ? {} : { winner: toMarshallable(winner) }),
    detectedAt,
    detectedIn,
    ttl,
  };
}

/**
 * Turns a stored record back into the conflict.
 *
 * @returns undefined when the record is no entry of the log
 */
export function fromConflictRecord(record: TableRecord): Conflict | undefined {
  const { success, data: conflict } = z.safeParse(loggedConflictSchema, record);
  return success ? { id: idOfRecord(record), ...conflict } : undefined;
}

/** Reads an entry as sessions need it; undefined as in {@link fromConflictRecord}. */
export function fromLossRecord(record: TableRecord): LoggedLoss | undefined {
  const conflict = fromConflictRecord(record);
  const { success, data } = z.safeParse(z.object({ dot: z.number(), history: z.array(z.number()) }), record);
  return conflict !== undefined && success ? { conflict, ...data } : undefined;
}
