import type { Random } from '../../seeded-random.ts';
import type { ChangeLog } from '../journal/change-log.ts';
import type { ChangeRecord } from '../journal/change-record.ts';

/** Changes that one request carries, and all that its acknowledgement covers. */
export interface DueChanges {
  /** The latest change of each item, oldest first. */
  readonly latest: readonly ChangeRecord[];
  readonly covered: readonly ChangeRecord[];
}

interface PendingChange {
  readonly record: ChangeRecord;
  readonly dueMs: number;
}

const WINDOW_RECORDS_MAX = 4_096;
const WINDOW_BYTES_MAX = 16 * 1024 * 1024;
const BATCH_ITEMS_MAX = 100;
const BATCH_BYTES_MAX = 4 * 1024 * 1024;

/**
 * The changes of this region that a peer has not acknowledged, with the time at which each is due there. A part
 * of them is in memory, the rest stays in the change log until there is room.
 *
 * Each change gets a lag of its own, so that changes of different items may overtake each other as they do on
 * AWS; those of one item do not.
 */
export class PendingChanges {
  readonly #changes: ChangeLog;
  readonly #region: string;
  readonly #random: Random;
  readonly #lagMs: { readonly min: number; readonly max: number };
  readonly #dueOfItem = new Map<string, number>();
  #window: PendingChange[] = [];
  #windowBytes = 0;
  #cursor: number;
  #unread: number;

  constructor(
    changes: ChangeLog,
    options: {
      readonly region: string;
      readonly after: number;
      readonly random: Random;
      readonly lagMs: { readonly min: number; readonly max: number };
    },
  ) {
    this.#changes = changes;
    this.#region = options.region;
    this.#random = options.random;
    this.#lagMs = options.lagMs;
    this.#cursor = options.after;
    this.#unread = this.#countUnread();
  }

  /** Changes of this region that are not acknowledged. */
  get count(): number {
    return this.#window.length + this.#unread;
  }

  /** Everything up to this sequence number is acknowledged, or is none of this region's changes. */
  get acknowledged(): number {
    const [first] = this.#window;
    return first === undefined ? this.#cursor : first.record.sequence - 1;
  }

  /** Counts changes that were appended to the log. */
  appended(records: readonly ChangeRecord[]): void {
    for (const { origin } of records) if (origin === this.#region) this.#unread += 1;
  }

  /** The changes to send now, of which an item's earlier ones are covered by its latest. */
  due(nowMs: number): DueChanges {
    this.#fill();
    const latest = new Map<string, ChangeRecord>();
    const covered: ChangeRecord[] = [];
    let bytes = 0;
    for (const { record, dueMs } of this.#window) {
      if (dueMs > nowMs) continue;
      const item = itemName(record);
      if (!latest.has(item) && latest.size === BATCH_ITEMS_MAX) break;
      bytes += record.newImage?.length ?? 0;
      if (covered.length > 0 && bytes > BATCH_BYTES_MAX) break;
      // Taken out first: the later change takes its own place, not that of the earlier one.
      latest.delete(item);
      latest.set(item, record);
      covered.push(record);
    }
    return { latest: [...latest.values()], covered };
  }

  /** When the next change is due; nothing while there is none. */
  nextDueMs(): number | undefined {
    let next: number | undefined;
    for (const { dueMs } of this.#window) if (next === undefined || dueMs < next) next = dueMs;
    return next;
  }

  /** Forgets changes that the peer has applied. */
  acknowledge(covered: readonly ChangeRecord[]): void {
    const done = new Set(covered);
    this.#window = this.#window.filter(({ record }) => !done.has(record));
    for (const record of covered) this.#windowBytes -= sizeOf(record);
    if (this.#window.length === 0) this.#dueOfItem.clear();
    else if (this.#dueOfItem.size > 2 * WINDOW_RECORDS_MAX) this.#forgetSentItems();
  }

  #forgetSentItems(): void {
    this.#dueOfItem.clear();
    for (const { record, dueMs } of this.#window) this.#dueOfItem.set(itemName(record), dueMs);
  }

  #fill(): void {
    while (this.#window.length < WINDOW_RECORDS_MAX && this.#windowBytes < WINDOW_BYTES_MAX) {
      const records = this.#changes.read({ after: this.#cursor, limit: 256 });
      if (records.length === 0) return;
      for (const record of records) this.#admit(record);
      this.#cursor = records.at(-1)?.sequence ?? this.#cursor;
    }
  }

  #admit(record: ChangeRecord): void {
    if (record.origin !== this.#region) return;
    this.#unread -= 1;
    const { min, max } = this.#lagMs;
    const lagMs = min + this.#random() * (max - min);
    const item = itemName(record);
    const dueMs = Math.max(record.timeMs + lagMs, this.#dueOfItem.get(item) ?? 0);
    if (max > 0) this.#dueOfItem.set(item, dueMs);
    this.#window.push({ record, dueMs });
    this.#windowBytes += sizeOf(record);
  }

  #countUnread(): number {
    let count = 0;
    let after = this.#cursor;
    for (;;) {
      const records = this.#changes.read({ after, limit: 4_096 });
      const last = records.at(-1);
      if (last === undefined) return count;
      for (const { origin } of records) if (origin === this.#region) count += 1;
      after = last.sequence;
    }
  }
}

function itemName({ tableName, key }: ChangeRecord): string {
  return `${tableName} ${key}`;
}

function sizeOf({ newImage, oldImage }: ChangeRecord): number {
  return 200 + (newImage?.length ?? 0) + (oldImage?.length ?? 0);
}
