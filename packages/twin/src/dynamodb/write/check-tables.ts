import { originOf, type Stamp } from '../item/hybrid-logical-clock.ts';
import type { ItemKey } from '../item/item-key.ts';
import type { ChangeLog } from '../journal/change-log.ts';
import type { ChangeRecord } from '../journal/change-record.ts';
import { DataDirectoryError } from '../journal/data-directory-error.ts';
import type { Tombstone } from '../journal/tombstones.ts';
import type { ReplicaTables } from './replica-table.ts';

/** An older copy lacks what was newest, so that the end of the log tells. */
const RECORDS_CHECKED = 4_096;
const PAGE_RECORDS = 4_096;

/** What is compared. */
export interface CheckedTables {
  readonly region: string;
  readonly tables: ReplicaTables;
  readonly changes: ChangeLog;
  /** Folder of the log, for the message. */
  readonly dataDir: string;
}

/**
 * Makes sure that the engine's database and the change log are of the same time: what the log recorded last is in the
 * database, or something newer is, and what this region wrote into the database is in the log, from where it is sent.
 *
 * @returns deletions that the log knows and the tombstones do not, whose file is an older copy: to be remembered again, or an
 *   older put of another region would bring the item back
 * @throws {DataDirectoryError} `Contradictory`
 */
export function checkTables(checked: CheckedTables): readonly Tombstone[] {
  const { changes } = checked;
  const newest = [...recordsAfter(changes, Math.max(0, changes.lastSequence - RECORDS_CHECKED))];
  const lost = requireInTables(checked, newest);
  requireInLog(checked, newest);
  return lost;
}

function requireInTables(
  { tables, dataDir }: CheckedTables,
  newest: readonly ChangeRecord[],
): readonly Tombstone[] {
  const latest = new Map(newest.map((record) => [`${record.tableName} ${record.key}`, record]));
  const lost: Tombstone[] = [];
  for (const { tableName, key, stamp, timeMs, newImage, sequence } of latest.values()) {
    const index = tables.find(tableName)?.index;
    if (index === undefined) continue;
    const entry = index.get(key);
    const isNewer = entry !== undefined && entry.stamp > stamp;
    const isSame =
      newImage === null ? entry?.exists !== true : entry?.exists === true && entry.stamp === stamp;
    if (!isNewer && !isSame)
      throw new DataDirectoryError('Contradictory', dataDir, {
        reason: `change ${sequence} of the change log is not in the engine's database, which is older`,
      });
    if (newImage === null && (entry === undefined || entry.stamp < stamp))
      lost.push({ tableName, key, stamp, timeMs });
  }
  return lost;
}

/**
 * Of a log that has not been trimmed: what was trimmed cannot be missed. A clock that was set back makes newer stamps smaller,
 * so that the rest of the log is read before anybody is accused.
 */
function requireInLog(
  { region, tables, changes, dataDir }: CheckedTables,
  newest: readonly ChangeRecord[],
): void {
  if (changes.firstSequence > 1) return;
  const own = newest.filter(({ origin }) => origin === region).map(({ stamp }) => stamp);
  const latestOwn = own.sort().at(-1) ?? '';
  const unknown = new Map<string, { readonly tableName: string; readonly key: ItemKey }>();
  for (const { name: tableName, index } of tables.all())
    for (const [key, { stamp, exists }] of index.entries())
      if (exists && stamp > latestOwn && originOf(stamp) === region)
        unknown.set(nameOf(tableName, key, stamp), { tableName, key });
  if (unknown.size === 0) return;
  for (const { tableName, key, stamp } of recordsAfter(changes, 0))
    unknown.delete(nameOf(tableName, key, stamp));
  const [missing] = unknown.values();
  if (missing !== undefined)
    throw new DataDirectoryError('Contradictory', dataDir, {
      reason: `an item in table ${missing.tableName} of the engine's database is not in the change log, which is older`,
    });
}

function nameOf(tableName: string, key: ItemKey, stamp: Stamp): string {
  return `${stamp} ${tableName} ${key}`;
}

function* recordsAfter(changes: ChangeLog, start: number): Generator<ChangeRecord> {
  for (let after = start; ; ) {
    const records = changes.read({ after, limit: PAGE_RECORDS });
    const last = records.at(-1);
    if (last === undefined) return;
    yield* records;
    after = last.sequence;
  }
}
