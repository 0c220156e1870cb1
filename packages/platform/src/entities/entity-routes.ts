import type { Entity } from '../contract/entity.ts';
import { type EntityOperation, entityOperations } from '../contract/entity-operations.ts';

/** One route of an entity: its operation, and who may call it. */
export interface EntityRoute extends EntityOperation {
  readonly access: 'public' | 'token';
  readonly scope: 'read' | 'write';
}

/** Routes of an entity, as its access says. */
export function entityRoutes(entity: Entity): readonly EntityRoute[] {
  return entityOperations(entity).map((operation) => {
    const scope = operation.method === 'GET' ? 'read' : 'write';
    return { ...operation, access: entity.access[scope], scope };
  });
}
