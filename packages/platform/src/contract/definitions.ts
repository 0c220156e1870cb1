import type { Entities, Entity } from './entity.ts';
import { entityOperations } from './entity-operations.ts';
import type { OwnRoutes } from './own-route.ts';
import type { Route } from './routes.ts';

/** What a team adds to the platform. */
export interface Definitions {
  /** @default - none */
  readonly entities?: Entities;
  /** @default - none */
  readonly routes?: OwnRoutes;
}

/** Routes that follow from a team's definitions. They are traffic, and answered by the function of all traffic. */
export function definedRoutes({ entities = {}, routes = {} }: Definitions): readonly Route[] {
  return [
    ...Object.values(entities).flatMap(routesOf),
    ...Object.entries(routes).map(([name, { method, path, access }]) =>
      route({ name, method, path }, access, scopeOf(method)),
    ),
  ];
}

function routesOf(entity: Entity): Route[] {
  return entityOperations(entity).map((operation) => {
    const scope = scopeOf(operation.method);
    return route(operation, entity.access[scope], scope);
  });
}

function scopeOf(method: string): 'read' | 'write' {
  return method === 'GET' ? 'read' : 'write';
}

function route(
  { name, method, path }: Pick<Route, 'name' | 'method' | 'path'>,
  access: 'public' | 'token',
  scope: 'read' | 'write',
): Route {
  const traffic = { name, method, path, bucket: 'traffic' } as const;
  return access === 'token'
    ? { ...traffic, authorization: 'token', scope }
    : { ...traffic, authorization: 'none' };
}
