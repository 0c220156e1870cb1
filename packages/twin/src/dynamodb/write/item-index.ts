import type { AttributeMap } from '../item/attribute-value.ts';
import type { Stamp } from '../item/hybrid-logical-clock.ts';
import type { ItemKey } from '../item/item-key.ts';

/** What a replica remembers of one key. */
export interface IndexEntry {
  /** Stamp of the last write, or of the deletion. */
  readonly stamp: Stamp;
  /** False for a tombstone. */
  readonly exists: boolean;
  /** When the deletion was made, epoch milliseconds; 0 for an item. */
  readonly deletedAtMs: number;
  /** The item's TTL attribute in epoch seconds, where it has one that is a number. */
  readonly expiresAtSeconds?: number;
}

/**
 * The stamps of all items and tombstones of one table, in memory. With it an insert needs no read before the
 * write, a late write is told from a new one without asking the engine, and expired items are found without a
 * scan. About 250 bytes a key.
 */
export class ItemIndex {
  readonly #entries = new Map<ItemKey, IndexEntry>();
  readonly #ttlAttribute: string | undefined;
  #itemCount = 0;

  constructor(ttlAttribute: string | undefined) {
    this.#ttlAttribute = ttlAttribute;
  }

  get itemCount(): number {
    return this.#itemCount;
  }

  get(key: ItemKey): IndexEntry | undefined {
    return this.#entries.get(key);
  }

  /** True when the engine holds an item with this key. */
  exists(key: ItemKey): boolean {
    return this.#entries.get(key)?.exists === true;
  }

  setItem(key: ItemKey, stamp: Stamp, item: AttributeMap): void {
    if (!this.exists(key)) this.#itemCount += 1;
    const expiresAtSeconds = this.#expiry(item);
    const entry = { stamp, exists: true, deletedAtMs: 0 };
    this.#entries.set(key, expiresAtSeconds === undefined ? entry : { ...entry, expiresAtSeconds });
  }

  setTombstone(key: ItemKey, stamp: Stamp, deletedAtMs: number): void {
    if (this.exists(key)) this.#itemCount -= 1;
    this.#entries.set(key, { stamp, exists: false, deletedAtMs });
  }

  /** Forgets a tombstone. */
  dropTombstone(key: ItemKey): void {
    if (!this.exists(key)) this.#entries.delete(key);
  }

  entries(): IterableIterator<[ItemKey, IndexEntry]> {
    return this.#entries.entries();
  }

  /** A TTL is taken from a number only; DynamoDB ignores an attribute of any other type. */
  #expiry(item: AttributeMap): number | undefined {
    const text = this.#ttlAttribute === undefined ? undefined : item[this.#ttlAttribute]?.N;
    const seconds = text === undefined ? Number.NaN : Number(text);
    return Number.isFinite(seconds) ? seconds : undefined;
  }
}
