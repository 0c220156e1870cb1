import type { Entity } from '../contract/entity.ts';

/** What a route of an entity does. */
export type EntityAction = 'create' | 'query' | 'list' | 'get' | 'put' | 'patch' | 'delete';

/** One route of an entity, in the terms of an API Gateway HTTP API. */
export interface EntityRoute {
  readonly action: EntityAction;
  /** Name of the operation: `createOrder`, `queryOrders`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly access: 'public' | 'token';
  readonly scope: 'read' | 'write';
}

/**
 * Routes of an entity: under its plural, then the value of its partition field where it has one, then the id. Those of
 * indexes share one, `GET /orders?index=byStatus&status=open`.
 */
export function entityRoutes(entity: Entity): readonly EntityRoute[] {
  const { plural, partition, indexes } = entity;
  const one = capitalized(entity.name);
  const many = capitalized(plural);
  const list = partition === undefined ? `/${plural}` : `/${plural}/{${partition}}`;
  const item = `${list}/{id}`;
  const route = (action: EntityAction, name: string, method: EntityRoute['method'], path: string) => {
    const scope = method === 'GET' ? 'read' : 'write';
    return { action, name, method, path, access: entity.access[scope], scope } as const;
  };
  return [
    route('create', `create${one}`, 'POST', `/${plural}`),
    ...(Object.keys(indexes).length > 0 ? [route('query', `query${many}`, 'GET', `/${plural}`)] : []),
    ...(partition !== undefined ? [route('list', `list${many}`, 'GET', list)] : []),
    route('get', `get${one}`, 'GET', item),
    route('put', `put${one}`, 'PUT', item),
    route('patch', `patch${one}`, 'PATCH', item),
    route('delete', `delete${one}`, 'DELETE', item),
  ];
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
