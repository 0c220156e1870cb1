import type { Clock } from '../../src/domain/clock.ts';
import {
  type EvacuationEntry,
  type EvacuationStore,
  evacuationWindowMs,
} from '../../src/domain/evacuation.ts';
import { compareUtf8, requireTime } from './memory-item-store.ts';

/** A store of evacuations in memory, with what was asked of it. */
export interface MemoryEvacuationStore extends EvacuationStore {
  /** Calls in their order, failed ones included. */
  readonly calls: readonly ('read' | 'add' | 'readTrail')[];
  /** Every entry, in the order of {@link EvacuationStore.add}. */
  readonly entries: readonly EvacuationEntry[];
  /** While set, every call fails with it. */
  failure: Error | undefined;
}

/** What a store of evacuations in memory can be told. */
export interface MemoryEvacuationStoreOptions {
  /**
   * Decides which entries are over.
   * @default a clock that stands at 1970: none is
   */
  readonly clock?: Pick<Clock, 'nowMs'>;
}

const keptMs = 90 * 86_400_000;

/** Makes an empty store of evacuations in memory. */
export function memoryEvacuationStore(options: MemoryEvacuationStoreOptions = {}): MemoryEvacuationStore {
  const { clock = { nowMs: () => 0 } } = options;
  const entries = new Map<string, EvacuationEntry>();
  const calls: MemoryEvacuationStore['calls'][number][] = [];
  const sortKeyOf = ({ atMs, id }: EvacuationEntry) => `${String(atMs).padStart(13, '0')}#${id}`;
  const isOver = ({ atMs }: EvacuationEntry) => atMs + keptMs < clock.nowMs();
  const store: MemoryEvacuationStore = {
    calls,
    get entries() {
      return [...entries.values()];
    },
    failure: undefined,
    read: async (call) => {
      enter('read', call);
      const fromMs = clock.nowMs() - evacuationWindowMs;
      return structuredClone([...entries.values()].filter(({ atMs }) => atMs >= fromMs));
    },
    add: async (entry, call) => {
      enter('add', call);
      entries.set(sortKeyOf(entry), structuredClone(entry));
    },
    readTrail: async (limit, call) => {
      enter('readTrail', call);
      const newestFirst = [...entries.values()].sort((a, b) => compareUtf8(sortKeyOf(b), sortKeyOf(a)));
      const found = newestFirst.slice(0, limit).filter((entry) => !isOver(entry));
      return { entries: structuredClone(found), unreadable: [] };
    },
  };
  function enter(name: (typeof calls)[number], call: Parameters<typeof requireTime>[0]): void {
    calls.push(name);
    requireTime(call);
    if (store.failure !== undefined) throw store.failure;
  }
  return store;
}
