import type { EngineClient } from '../engine/engine-client.ts';
import { sameItem } from '../item/attribute-value.ts';
import type { StampedItem } from '../item/hidden-stamp.ts';
import type { ChangeLog } from '../journal/change-log.ts';
import { type Intent, type Intents, intentId } from '../journal/intents.ts';
import type { KeyLock } from './key-lock.ts';
import { lockName, type ReplicaTables } from './replica-table.ts';
import { readStoredItem, restoreStamp } from './stored-items.ts';
import type { WriteJournal } from './write-journal.ts';

/** What resolving needs. */
export interface InDoubtContext {
  readonly engine: EngineClient;
  readonly tables: ReplicaTables;
  readonly locks: KeyLock;
  readonly journal: WriteJournal;
}

/**
 * Tells from the item whether a write was made, and completes or drops it. The caller holds the item's lock.
 *
 * @throws {EngineUnavailableError} while the engine does not answer; the write stays in doubt
 */
export async function resolveInDoubtWrite(
  { engine, tables, journal }: InDoubtContext,
  intent: Intent,
): Promise<void> {
  const table = tables.find(intent.tableName);
  // The table is not deployed any more, and nobody can see its items.
  if (table === undefined) return journal.drop([intent]);
  const address = { table, key: intent.key };
  const stored = await readStoredItem(engine, address);
  if (!wasMade(intent, stored)) return journal.drop([intent]);
  const after = stored?.item ?? null;
  if (after !== null && intent.oldImage !== null && sameItem(after, JSON.parse(intent.oldImage))) {
    // An update that changed nothing has no record, and must not pass for a newer version of the item.
    await restoreStamp(engine, address, intent.oldStamp);
    table.index.setItem(intent.key, intent.oldStamp, after);
    return journal.drop([intent]);
  }
  journal.complete([{ intent, after }]);
}

/** A put leaves its stamp on the item; a deletion of an item leaves none. No other write came in between. */
function wasMade(intent: Intent, stored: StampedItem | undefined): boolean {
  return intent.kind === 'put'
    ? stored?.stamp === intent.stamp
    : stored === undefined && intent.oldImage !== null;
}

/**
 * Resolves every write in doubt.
 *
 * @throws {EngineUnavailableError} at the first that cannot be resolved now
 */
export async function resolveInDoubtWrites(context: InDoubtContext): Promise<void> {
  for (const { tableName, key } of context.journal.inDoubt()) {
    const table = context.tables.find(tableName);
    const release = await context.locks.acquire(
      table === undefined ? `${tableName} ${key}` : lockName(table, key),
    );
    try {
      const intent = context.journal.inDoubtAbout(tableName, key);
      if (intent !== undefined) await resolveInDoubtWrite(context, intent);
    } finally {
      release();
    }
  }
}

/**
 * The intents of the last run that its change log does not know: what was under way when it ended. Those that
 * the log knows are forgotten.
 *
 * @throws {DataDirectoryError} when the change log cannot be read
 */
export function unrecordedIntents(intents: Intents, changes: ChangeLog): readonly Intent[] {
  const open = new Map(intents.all().map((intent) => [intentId(intent), intent]));
  let after = Math.min(...[...open.values()].map(({ logSequence }) => logSequence), changes.lastSequence);
  for (;;) {
    const records = changes.read({ after, limit: 4_096 });
    const last = records.at(-1);
    if (last === undefined) break;
    for (const record of records) open.delete(intentId(record));
    after = last.sequence;
  }
  intents.carriedOut(intents.all().filter((intent) => !open.has(intentId(intent))));
  return [...open.values()];
}
