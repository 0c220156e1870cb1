import { HybridLogicalClock, type Stamp } from '@gsp/twin';
import type { Conflict } from '../../../src/contract/conflict.ts';
import type { IncrementRecord } from '../../../src/domain/counter.ts';
import type { ItemImage } from '../../../src/domain/item-image.ts';
import type { KeyedWrite } from '../../../src/domain/keyed-write.ts';

/** What a key of the table holds. Numbers are places in `History.images`. */
export type Entry =
  | { readonly kind: 'item'; readonly image: ItemImage; readonly id: number }
  | {
      readonly kind: 'conflict';
      readonly conflict: Conflict;
      readonly item: string;
      readonly loser: number;
      /** The lost write's dot. */
      readonly dot: number;
      readonly winner: number | undefined;
      /** Dots of the writes that the lost one was made from. */
      readonly history: readonly number[];
      /** Whether it is there for sessions only. */
      readonly isQuiet: boolean;
    }
  | { readonly kind: 'record'; readonly record: KeyedWrite }
  | { readonly kind: 'part'; readonly value: number }
  | { readonly kind: 'increment'; readonly record: IncrementRecord }
  | { readonly kind: 'taken-back' };

/** One version of a key, as it travels between replicas. Without an entry it is a removal. */
export interface ReplicatedChange {
  readonly key: string;
  readonly stamp: Stamp;
  readonly entry: Entry | undefined;
}

/** What the stream of a replica tells. */
export interface StreamRecord {
  readonly key: string;
  readonly before: Entry | undefined;
  readonly after: Entry | undefined;
  /** By the replica's clock. */
  readonly atMs: number;
  /** Whether this replica has removed an expired item: then the record names the service as its author. */
  readonly isExpiry: boolean;
}

/** What a replica needs. */
export interface ReplicaOptions {
  readonly region: string;
  readonly trueTimeMs: () => number;
  /** Told of every write made here, which has to reach the others. */
  readonly onLocalChange: (change: ReplicatedChange) => void;
  /** Told of every change, also of those from elsewhere. */
  readonly onChange: (record: StreamRecord) => void;
  /** Whether a version from elsewhere takes the place of the one held. */
  readonly isNewer: (incoming: Stamp, held: Stamp) => boolean;
}

/**
 * A region's replica of a global table: item-level last-writer-wins by a hidden stamp, a removal leaves its stamp
 * behind, and every change stands in the stream with the image before and after it.
 */
export class Replica {
  readonly stream: StreamRecord[] = [];
  readonly clock: HybridLogicalClock;
  readonly #options: ReplicaOptions;
  readonly #held = new Map<string, ReplicatedChange>();

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.clock = new HybridLogicalClock(options.region, options.trueTimeMs);
  }

  get region(): string {
    return this.#options.region;
  }

  /** What the key holds, with every write made here. */
  get(key: string): Entry | undefined {
    return this.#held.get(key)?.entry;
  }

  /** Every key that holds something. */
  entries(): [key: string, entry: Entry][] {
    return [...this.#held.values()].flatMap(({ key, entry }) => (entry === undefined ? [] : [[key, entry]]));
  }

  /** A write of a client of this region. */
  put(key: string, entry: Entry): void {
    this.#change(key, entry, false);
  }

  /** Removes an item that has expired by this replica's clock, as DynamoDB does some time later. */
  expire(key: string): void {
    this.#change(key, undefined, true);
  }

  /** A version from another replica. */
  apply(change: ReplicatedChange): void {
    const held = this.#held.get(change.key);
    if (held !== undefined && !this.#options.isNewer(change.stamp, held.stamp)) return;
    this.#held.set(change.key, change);
    if (held?.entry !== undefined || change.entry !== undefined)
      this.#tell(change.key, held?.entry, change.entry, false);
  }

  #change(key: string, entry: Entry | undefined, isExpiry: boolean): void {
    const held = this.#held.get(key);
    const change = { key, entry, stamp: this.clock.next(held?.stamp) };
    this.#held.set(key, change);
    this.#tell(key, held?.entry, entry, isExpiry);
    this.#options.onLocalChange(change);
  }

  #tell(key: string, before: Entry | undefined, after: Entry | undefined, isExpiry: boolean): void {
    const record = { key, before, after, atMs: this.clock.nowMs(), isExpiry };
    this.stream.push(record);
    this.#options.onChange(record);
  }
}
