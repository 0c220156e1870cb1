import { limits } from '../../src/contract/limits.ts';
import type { CounterStore, IncrementOutcome, IncrementRecord } from '../../src/domain/counter.ts';
import { requireTime } from './memory-item-store.ts';

/** A counter store in memory, with what it holds. */
export interface MemoryCounterStore extends CounterStore {
  /** Records of keyed increments, by counter and key. */
  readonly records: ReadonlyMap<string, IncrementRecord>;
}

/** What a counter store in memory is made for. */
export interface MemoryCounterStoreOptions {
  /**
   * Region whose part of the counters it adds to.
   * @default eu-west-1
   */
  readonly region?: string;
  /**
   * Parts of all regions, by `<id>/<region>`; pass one map to several stores to let each see the others' parts at once.
   * @default a map of its own
   */
  readonly parts?: Map<string, number>;
}

/** Makes an empty counter store in memory. */
export function memoryCounterStore(options: MemoryCounterStoreOptions = {}): MemoryCounterStore {
  const { region = 'eu-west-1', parts = new Map<string, number>() } = options;
  const records = new Map<string, IncrementRecord>();
  const takenBack = new Set<string>();
  const partOf = (id: string) => `${id}/${region}`;
  const add = (id: string, by: number): IncrementOutcome => {
    const value = (parts.get(partOf(id)) ?? 0) + by;
    if (Math.abs(value) > limits.counterShardMax) return 'out-of-range';
    parts.set(partOf(id), value);
    return 'counted';
  };
  return {
    records,
    add: async (id, by, call) => {
      requireTime(call);
      return add(id, by);
    },
    addOnce: async (record, call) => {
      requireTime(call);
      const name = `${record.id}/${record.key}`;
      const found = records.get(name);
      if (found !== undefined && found.until > Math.floor(record.atMs / 1000)) return { found: { ...found } };
      const outcome = add(record.id, record.by);
      if (outcome === 'counted') records.set(name, { ...record });
      return outcome;
    },
    takeBack: async ({ id, key, by, atMs, region: countedIn }, call) => {
      requireTime(call);
      const marker = `${id}/${key}/${atMs}/${countedIn}`;
      if (takenBack.has(marker)) return false;
      takenBack.add(marker);
      // Without a limit: what was counted wrongly has to go, whatever the part is by now.
      parts.set(partOf(id), (parts.get(partOf(id)) ?? 0) - by);
      return true;
    },
    read: async (id, call) => {
      requireTime(call);
      const own = [...parts].filter(([part]) => part.slice(0, part.lastIndexOf('/')) === id);
      return own.reduce((sum, [, value]) => sum + value, 0);
    },
  };
}
