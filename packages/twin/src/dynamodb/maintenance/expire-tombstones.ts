import type { Tombstone, TombstoneFile } from '../journal/tombstones.ts';
import type { ReplicaTables } from '../write/replica-table.ts';

/** How long a deletion is remembered at least: as long as AWS keeps stream records. */
const KEPT_MS = 24 * 60 * 60 * 1_000;
const REWRITE_BYTES = 1024 * 1024;

/**
 * Forgets tombstones that are older than a day, unless a write may still be on its way that is older than they
 * are: then they stay, however old. Writes the file anew when most of it is of no use any more.
 */
export function expireTombstones(options: {
  readonly tables: ReplicaTables;
  readonly file: TombstoneFile;
  readonly nowMs: number;
  /** True when no replica has a change that it has yet to send to another. */
  readonly settled: boolean;
}): void {
  const { tables, file, nowMs, settled } = options;
  if (file.size < REWRITE_BYTES) return;
  const kept: Tombstone[] = [];
  for (const { name, index } of tables.all())
    for (const [key, { exists, stamp, deletedAtMs }] of index.entries()) {
      if (exists) continue;
      if (settled && deletedAtMs < nowMs - KEPT_MS) index.dropTombstone(key);
      else kept.push({ tableName: name, key, stamp, timeMs: deletedAtMs });
    }
  const keptBytes = kept.reduce((sum, tombstone) => sum + tombstone.key.length + 100, 0);
  if (keptBytes < file.size / 2) file.replace(kept);
}
