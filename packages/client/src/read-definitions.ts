import type { Entity, PlatformOutputs } from '@gsp/platform/contract';
import { InvalidOutputsError } from './client-error.ts';
import { isRecord } from './json-object.ts';

/** What a client knows of an entity when it runs. */
export type DefinedEntity = Pick<Entity, 'name' | 'plural' | 'partition' | 'indexes'>;

/** What a client knows of a route of a team's own when it runs. */
export type DefinedRoute = NonNullable<PlatformOutputs['platform']['routes']>[string];

/** Entities and routes of a stage, as its outputs name them. */
export interface DeployedDefinitions {
  /** @throws {InvalidOutputsError} where the outputs have no entity of this plural */
  entity(plural: string): DefinedEntity;
  /** Plurals of the entities that the outputs name. */
  plurals(): readonly string[];
  /** @throws {InvalidOutputsError} where the outputs have no route of this name */
  route(name: string): DefinedRoute;
}

/**
 * Reads what `amplify_outputs.json` says of entities and routes: `custom.platform.entities`, by their plurals, and
 * `custom.platform.routes`. What is not there is missed when it is called, not before.
 */
export function readDefinitions(outputs: unknown): DeployedDefinitions {
  const platform = memberOf(memberOf(outputs, 'custom'), 'platform');
  const [entities, routes] = [memberOf(platform, 'entities'), memberOf(platform, 'routes')];
  return {
    entity(plural) {
      const entity = memberOf(entities, plural);
      if (isEntity(entity)) return { ...entity, partition: entity.partition, plural };
      throw unknownDefinition('entity', plural, namesIn(entities));
    },
    plurals: () => namesIn(entities),
    route(name) {
      const route = memberOf(routes, name);
      if (isRoute(route)) return route;
      throw unknownDefinition('route', name, namesIn(routes));
    },
  };
}

function namesIn(members: unknown): readonly string[] {
  return isRecord(members) ? Object.keys(members) : [];
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isEntity(value: unknown): value is NonNullable<PlatformOutputs['platform']['entities']>[string] {
  return isRecord(value) && typeof value.name === 'string' && isRecord(value.indexes);
}

function isRoute(value: unknown): value is DefinedRoute {
  return isRecord(value) && typeof value.method === 'string' && typeof value.path === 'string';
}

/** What a client says of a name that its types have and its outputs have not. */
export function unknownDefinition(kind: string, name: string, known: readonly string[]): InvalidOutputsError {
  const names = known.join(', ') || 'none';
  return new InvalidOutputsError(`Unknown ${kind} '${name}': the outputs of this client name ${names}`, {
    remedy: 'Deploy, or run "npm run outputs", and pass the content of amplify_outputs.json.',
  });
}
