import type { Conflict } from '../contract/conflict.ts';
import type { Entity } from '../contract/entity.ts';
import { entityOfKey, partitionOf } from '../entities/entity-keys.ts';
import { isOwn, notTheOwner } from './owner-rule.ts';

/** What a caller may do with entries of the conflict log. */
export interface ConflictRule {
  /** Whether the entry may be shown: as its item may be read. */
  isVisible(conflict: Conflict): boolean;
  /** Refuses, by throwing `not-the-owner`, to take the entry off the list: as its item may be written. */
  requireOwner(conflict: Conflict): void;
}

/**
 * The log obeys the owners of the items whose writes it keeps: what was lost is a write of its owner's. A lost deletion has
 * no fields; it is the owner's where the item's key names them, and otherwise nobody's.
 *
 * @param subject of the caller's token, empty where that names nobody; undefined where the stage asks for no token
 */
export function conflictRule(entities: readonly Entity[], subject: string | undefined): ConflictRule {
  const isOwned = (entity: Entity, { loser }: Conflict) => isOwn(entity, fieldsOf(entity, loser), subject);
  return {
    isVisible: (conflict) => {
      const entity = entityOfKey(entities, conflict.loser);
      return entity === undefined || entity.access.read === 'public' || isOwned(entity, conflict);
    },
    requireOwner: (conflict) => {
      const entity = entityOfKey(entities, conflict.loser);
      if (entity !== undefined && !isOwned(entity, conflict)) throw notTheOwner(entity);
    },
  };
}

function fieldsOf(entity: Entity, { pk, data, deleted }: Conflict['loser']): Conflict['loser']['data'] {
  const { partition } = entity;
  if (deleted !== true || partition === undefined) return data;
  return { [partition]: partitionOf(entity, { pk }) ?? '' };
}
