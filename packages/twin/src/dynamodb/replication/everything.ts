import type { EngineClient } from '../engine/engine-client.ts';
import type { ReplicaTables } from '../write/replica-table.ts';
import { type ItemAddress, readStoredItems } from '../write/stored-items.ts';
import type { SentChange } from './replication-batch.ts';

const BATCH_ITEMS_MAX = 100;
const BATCH_BYTES_MAX = 4 * 1024 * 1024;

/**
 * All items and tombstones of a replica, whoever made them, for a peer that is new or has become older. They are read from the
 * tables, since the change log holds no more than a day, and nothing of other regions. Each goes with its stamp, so that what
 * the peer has kept or written meanwhile wins where it is newer.
 */
export class Everything {
  readonly #engine: EngineClient;
  readonly #addresses: ItemAddress[];
  #read: SentChange[] = [];

  /** What there is at this moment; what is written later is in the change log. */
  constructor({ engine, tables }: { readonly engine: EngineClient; readonly tables: ReplicaTables }) {
    this.#engine = engine;
    this.#addresses = tables
      .all()
      .flatMap((table) => [...table.index.entries()].map(([key]): ItemAddress => ({ table, key })));
  }

  /** How many there are left. */
  get count(): number {
    return this.#addresses.length + this.#read.length;
  }

  /**
   * The next ones; none at the end. They count as sent when {@link sent} says so.
   *
   * @throws {EngineUnavailableError} while the engine does not answer
   */
  async next(): Promise<readonly SentChange[]> {
    while (this.#read.length === 0 && this.#addresses.length > 0) await this.#readMore();
    let bytes = 0;
    const end = this.#read.findIndex(({ newImage }) => {
      bytes += newImage?.length ?? 0;
      return bytes > BATCH_BYTES_MAX;
    });
    return this.#read.slice(0, end === -1 ? undefined : Math.max(1, end));
  }

  /** Forgets what {@link next} gave. */
  sent(changes: readonly SentChange[]): void {
    this.#read = this.#read.slice(changes.length);
  }

  async #readMore(): Promise<void> {
    const addresses = this.#addresses.slice(0, BATCH_ITEMS_MAX);
    const stored = await readStoredItems(
      this.#engine,
      addresses.filter(({ table, key }) => table.index.exists(key)),
    );
    this.#read = addresses.flatMap(({ table, key }) => {
      const item = stored.get(table)?.get(key);
      const stamp = item?.stamp ?? table.index.get(key)?.stamp ?? '';
      // Without a stamp it was not written through this replica, and is not replicated.
      if (stamp === '') return [];
      const newImage = item === undefined ? null : JSON.stringify(item.item);
      // Deleted since it was read from the index, or written since: the change log has it.
      if (newImage === null && table.index.exists(key)) return [];
      return [{ tableName: table.name, key, stamp, newImage }];
    });
    this.#addresses.splice(0, addresses.length);
  }
}
