import type { Entity } from '../../contract/entity.ts';
import type { ItemKey } from '../../contract/item.ts';
import type { Merge } from '../../domain/conflict-merger.ts';
import { entityOfKey } from '../../entities/entity-keys.ts';
import { type BoundedCall, mergeFields } from '../../entities/merge-fields.ts';

/** What merging entities needs. */
export interface EntityMergesOptions {
  readonly entities: readonly Entity[];
  /** Calls an entity's own code, and interrupts it. */
  readonly bounded: BoundedCall;
  /** Told of a merge that was not made, so that the conflict is only logged. */
  readonly onRefused: (refused: {
    readonly entity: string;
    readonly key: ItemKey;
    readonly issue: string;
    readonly cause?: unknown;
  }) => void;
}

/** Finds how items of a key are merged; undefined for those of no entity, and of one without a `merge`. */
export function createEntityMerges({ entities, bounded, onRefused }: EntityMergesOptions) {
  const merging = entities.filter(({ merge }) => merge !== undefined);
  return (key: ItemKey): Merge | undefined => {
    const entity = entityOfKey(merging, key);
    if (entity === undefined) return undefined;
    return (mine, theirs) => {
      const merged = mergeFields(entity, { mine, theirs }, bounded);
      if ('fields' in merged) return merged.fields;
      onRefused({ entity: entity.name, key, ...merged });
      return undefined;
    };
  };
}
