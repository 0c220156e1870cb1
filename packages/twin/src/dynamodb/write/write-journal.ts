import type { ChangeLog } from '../journal/change-log.ts';
import type { ChangeRecord } from '../journal/change-record.ts';
import type { IdempotencyTokens } from '../journal/idempotency-tokens.ts';
import type { Intent, Intents } from '../journal/intents.ts';
import type { StorageHealth } from '../journal/storage-health.ts';
import type { Tombstone, TombstoneFile } from '../journal/tombstones.ts';
import { internalServerError, ServiceError } from '../protocol/service-error.ts';
import { type CompletedWrite, type ItemWrite, intentOf } from './item-write.ts';
import type { ReplicaTables } from './replica-table.ts';

/** The files in which a replica keeps account of its writes. */
export interface JournalFiles {
  readonly changes: ChangeLog;
  readonly intents: Intents;
  readonly tombstones: TombstoneFile;
  readonly tokens: IdempotencyTokens;
}

/**
 * Keeps account of the replica's writes, so that each of them is either whole or did not happen, whatever
 * process is killed:
 *
 *     intents ── begin ──┐                                 ┌── carriedOut (in memory only)
 *     engine             └── write ──┐                     │
 *     change log                     └── complete: record ─┘
 *         killed here: │ not made    │ item has the intent's stamp: the record is written at the next start
 *
 * A write whose outcome is not known, because the engine did not answer, stays open as *in doubt*.
 * It is settled from the item itself before the next write to that key.
 */
export class WriteJournal {
  readonly #files: JournalFiles;
  readonly #tables: ReplicaTables;
  readonly #clock: () => number;
  readonly #storage: StorageHealth;
  readonly #inDoubt = new Map<string, Intent>();

  constructor(
    files: JournalFiles,
    options: {
      readonly tables: ReplicaTables;
      readonly clock: () => number;
      readonly storage: StorageHealth;
    },
  ) {
    this.#files = files;
    this.#tables = options.tables;
    this.#clock = options.clock;
    this.#storage = options.storage;
  }

  /**
   * Writes down what is about to be written.
   *
   * @throws {ServiceError} `InternalServerError` when the file cannot be written; then nothing may be written
   */
  begin(writes: readonly ItemWrite[]): readonly Intent[] {
    const { changes, intents } = this.#files;
    const begun = writes.map((write) => intentOf(write, changes.lastSequence));
    try {
      intents.begin(begun);
    } catch (cause) {
      this.#storage.failed(cause);
      throw internalServerError('The write could not be prepared', cause);
    }
    return begun;
  }

  /**
   * Records writes that the engine has made: from here on they are in the stream and on their way to the peers.
   *
   * @throws {ServiceError} `InternalServerError` when a file cannot be written; the writes are in doubt then
   */
  complete(writes: readonly CompletedWrite[]): void {
    if (writes.length === 0) return;
    const intents = writes.map(({ intent }) => intent);
    try {
      this.#completeTokens(intents);
      this.#files.tombstones.append(intents.filter(({ kind }) => kind === 'delete').map(tombstoneOf));
      this.#files.changes.append(writes.map(recordOf));
    } catch (cause) {
      this.#storage.failed(cause);
      this.leaveInDoubt(intents);
      throw internalServerError('The write could not be recorded', cause);
    }
    this.#storage.succeeded();
    for (const { intent, after } of writes) this.#index(intent, after);
    this.#forget(intents);
    this.#files.intents.carriedOut(intents);
  }

  /** Forgets writes that were not made. */
  drop(intents: readonly Intent[]): void {
    this.#forget(intents);
    this.#files.intents.drop(intents);
  }

  /** Keeps writes open whose outcome is not known. */
  leaveInDoubt(intents: readonly Intent[]): void {
    for (const intent of intents) this.#inDoubt.set(keyName(intent.tableName, intent.key), intent);
  }

  /** True until a write was completed or dropped. */
  isOpen(intent: Intent): boolean {
    return this.#files.intents.has(intent);
  }

  /** The write of a key whose outcome is not known. */
  inDoubtAbout(tableName: string, key: string): Intent | undefined {
    return this.#inDoubt.size === 0 ? undefined : this.#inDoubt.get(keyName(tableName, key));
  }

  get hasInDoubt(): boolean {
    return this.#inDoubt.size > 0;
  }

  /** All writes whose outcome is not known. */
  inDoubt(): readonly Intent[] {
    return [...this.#inDoubt.values()];
  }

  /**
   * Turns what a call to the engine threw into what the client is told, and settles or keeps the intents: an
   * answer says that nothing was written, no answer leaves the outcome open.
   */
  failed(intents: readonly Intent[], error: unknown): ServiceError {
    if (error instanceof ServiceError) {
      this.drop(intents);
      return error;
    }
    this.#storage.failed(error);
    this.leaveInDoubt(intents);
    return internalServerError('The table did not answer: whether the write was made is not known', error);
  }

  /** A late deletion of an item that is not here: nothing to delete, but older puts must stay out. */
  rememberDeletion(tombstone: Tombstone): void {
    this.#files.tombstones.append([tombstone]);
    const { tableName, key, stamp, timeMs } = tombstone;
    this.#tables.find(tableName)?.index.setTombstone(key, stamp, timeMs);
  }

  #completeTokens(intents: readonly Intent[]): void {
    const uses = new Map(
      intents.flatMap(({ tokenUse }) => (tokenUse === undefined ? [] : [[tokenUse.token, tokenUse]])),
    );
    for (const use of uses.values()) this.#files.tokens.complete(use, this.#clock());
  }

  #index(intent: Intent, after: CompletedWrite['after']): void {
    const index = this.#tables.find(intent.tableName)?.index;
    if (after === null) index?.setTombstone(intent.key, intent.stamp, intent.timeMs);
    else index?.setItem(intent.key, intent.stamp, after);
  }

  #forget(intents: readonly Intent[]): void {
    if (this.#inDoubt.size === 0) return;
    for (const { tableName, key } of intents) this.#inDoubt.delete(keyName(tableName, key));
  }
}

function keyName(tableName: string, key: string): string {
  return `${tableName} ${key}`;
}

function tombstoneOf({ tableName, key, stamp, timeMs }: Intent): Tombstone {
  return { tableName, key, stamp, timeMs };
}

function recordOf({ intent, after, afterJson }: CompletedWrite): Omit<ChangeRecord, 'sequence'> {
  const { stamp, origin, tableName, key, timeMs, oldImage, expired } = intent;
  const newImage = after === null ? null : (afterJson ?? JSON.stringify(after));
  return { stamp, origin, tableName, key, timeMs, oldImage, newImage, expired };
}
