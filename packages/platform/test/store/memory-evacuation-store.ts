import type { Clock } from '../../src/domain/clock.ts';
import type { Evacuation, EvacuationAuditEntry, EvacuationStore } from '../../src/domain/evacuation.ts';
import { compareUtf8, requireTime } from './memory-item-store.ts';

/** A store of evacuations in memory, with what was asked of it. */
export interface MemoryEvacuationStore extends EvacuationStore {
  /** Calls in their order, failed ones included. */
  readonly calls: readonly ('read' | 'keep' | 'audit' | 'readAudit')[];
  /** While set, every call fails with it. */
  failure: Error | undefined;
}

/** What a store of evacuations in memory can be told. */
export interface MemoryEvacuationStoreOptions {
  /**
   * Decides which audit entries are over.
   * @default a clock that stands at 1970: none is
   */
  readonly clock?: Pick<Clock, 'nowMs'>;
}

const keptMs = 90 * 86_400_000;

/** Makes an empty store of evacuations in memory. */
export function memoryEvacuationStore(options: MemoryEvacuationStoreOptions = {}): MemoryEvacuationStore {
  const { clock = { nowMs: () => 0 } } = options;
  const evacuations = new Map<string, Evacuation>();
  const entries: EvacuationAuditEntry[] = [];
  const calls: MemoryEvacuationStore['calls'][number][] = [];
  const sortKeyOf = ({ atMs, id }: EvacuationAuditEntry) => `${String(atMs).padStart(13, '0')}#${id}`;
  const isOver = ({ atMs }: EvacuationAuditEntry) => atMs + keptMs < clock.nowMs();
  const store: MemoryEvacuationStore = {
    calls,
    failure: undefined,
    read: async (call) => {
      enter('read', call);
      return structuredClone([...evacuations.values()]);
    },
    keep: async (evacuation, call) => {
      enter('keep', call);
      evacuations.set(evacuation.target, structuredClone(evacuation));
    },
    audit: async (entry, call) => {
      enter('audit', call);
      entries.push(structuredClone(entry));
    },
    readAudit: async (limit, call) => {
      enter('readAudit', call);
      const newestFirst = entries.toSorted((a, b) => compareUtf8(sortKeyOf(b), sortKeyOf(a)));
      return structuredClone(newestFirst.slice(0, limit).filter((entry) => !isOver(entry)));
    },
  };
  function enter(name: (typeof calls)[number], call: Parameters<typeof requireTime>[0]): void {
    calls.push(name);
    requireTime(call);
    if (store.failure !== undefined) throw store.failure;
  }
  return store;
}
