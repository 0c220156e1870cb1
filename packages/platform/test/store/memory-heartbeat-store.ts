import type { Heartbeat, HeartbeatStore } from '../../src/domain/heartbeat.ts';
import { requireTime } from './memory-item-store.ts';

/** A store of heartbeats in memory. */
export interface MemoryHeartbeatStore extends HeartbeatStore {
  /** While set, every call fails with it. */
  failure: unknown;
}

/** Makes an empty store of heartbeats in memory. */
export function memoryHeartbeatStore(): MemoryHeartbeatStore {
  const heartbeats = new Map<string, Heartbeat>();
  const enter = (call: Parameters<typeof requireTime>[0]) => {
    requireTime(call);
    if (store.failure !== undefined) throw store.failure;
  };
  const store: MemoryHeartbeatStore = {
    failure: undefined,
    keep: async (heartbeat, call) => {
      enter(call);
      heartbeats.set(heartbeat.region, structuredClone(heartbeat));
    },
    read: async (region, call) => {
      enter(call);
      return structuredClone(heartbeats.get(region));
    },
  };
  return store;
}
