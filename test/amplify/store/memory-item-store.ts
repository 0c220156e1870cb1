import type { Item } from '../../../amplify/contract/item.ts';
import type { ItemStore, StoreCallOptions } from '../../../amplify/domain/item-store.ts';
import { PlatformError } from '../../../amplify/domain/platform-error.ts';

/** An item store in memory, with a record of what was asked of it. */
export interface MemoryItemStore extends ItemStore {
  /** How many items each query was asked for. */
  readonly queriedLimits: readonly number[];
}

/** Makes an empty item store in memory. It keeps copies, as a database does. */
export function memoryItemStore(): MemoryItemStore {
  const items = new Map<string, Item>();
  const queriedLimits: number[] = [];
  const keyOf = (pk: string, sk: string) => JSON.stringify([pk, sk]);
  return {
    queriedLimits,
    put: async (item, call) => {
      requireTime(call);
      items.set(keyOf(item.pk, item.sk), structuredClone(item));
    },
    get: async ({ pk, sk }, call) => {
      requireTime(call);
      return structuredClone(items.get(keyOf(pk, sk)));
    },
    query: async ({ pk, limit, before }, call) => {
      requireTime(call);
      queriedLimits.push(limit);
      const found = [...items.values()]
        .filter((item) => item.pk === pk && (before === undefined || compareUtf8(item.sk, before) < 0))
        .sort((a, b) => compareUtf8(b.sk, a.sk));
      const slice = structuredClone(found.slice(0, limit));
      const last = slice.at(-1);
      return found.length >= limit && last !== undefined ? { items: slice, next: last.sk } : { items: slice };
    },
  };
}

// DynamoDB orders strings by their UTF-8 bytes.
function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function requireTime({ signal }: StoreCallOptions = {}): void {
  if (signal?.aborted) throw new PlatformError('table-timeout', 'Cannot call the store: the time is over');
}
