import type { ItemKey } from '../../../src/contract/item.ts';
import type { ConflictId } from '../../../src/domain/conflict-log.ts';
import type { IncrementRecord } from '../../../src/domain/counter.ts';

/** Keys of the simulated table: one text for each key. */
export const keys = {
  item: ({ pk, sk }: ItemKey) => `item ${pk}/${sk}`,
  conflict: ({ pk, item, dot, updatedAtMs }: ConflictId) =>
    `conflict ${pk} ${String(updatedAtMs).padStart(13, '0')}#${item}#${dot}`,
  record: (key: string) => `record ${key}`,
  part: (counter: string, region: string) => `part ${counter} ${region}`,
  increment: (counter: string, key: string) => `increment ${counter} ${key}`,
  takenBack: ({ id, key, atMs, region }: IncrementRecord) => `taken-back ${id} ${key} ${atMs} ${region}`,
} as const;

/** Name of an item in a history. */
export function itemName({ pk, sk }: ItemKey): string {
  return `${pk}/${sk}`;
}
