/** What a team defines of its own, and what follows from it. */
export type { Entities, Entity, EntityInput, EntityItem } from '../contract/entity.ts';
export { defineEntity, type EntityDefinition } from './define-entity.ts';
export { defineRoute, type HandledRoute, type RouteDefinition } from './define-route.ts';
export { DefinitionError } from './definition-error.ts';
export type { CallerStore, ItemNameOf, ItemPage, RouteContext } from './route-context.ts';
