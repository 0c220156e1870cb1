import type { Entity } from './entity.ts';

/** What a caller does with an entity. */
export type EntityAction = 'create' | 'query' | 'list' | 'get' | 'put' | 'patch' | 'delete';

/** One operation of an entity, in the terms of an API Gateway HTTP API. */
export interface EntityOperation {
  readonly action: EntityAction;
  /** Unique among the operations of an API: `createOrder`, `queryOrders`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path template: `/orders/{customerId}/{id}`. */
  readonly path: string;
}

/**
 * Operations of an entity: under its plural, then the value of its partition field where it has one, then the id. Those of
 * indexes share one, `GET /orders?index=byStatus&status=open`.
 */
export function entityOperations({
  name,
  plural,
  partition,
  indexes,
}: Pick<Entity, 'name' | 'plural' | 'partition' | 'indexes'>): readonly EntityOperation[] {
  const one = capitalized(name);
  const many = capitalized(plural);
  const list = partition === undefined ? `/${plural}` : `/${plural}/{${partition}}`;
  const item = `${list}/{id}`;
  return [
    { action: 'create', name: `create${one}`, method: 'POST', path: `/${plural}` },
    ...(Object.keys(indexes).length > 0
      ? [{ action: 'query', name: `query${many}`, method: 'GET', path: `/${plural}` } as const]
      : []),
    ...(partition !== undefined
      ? [{ action: 'list', name: `list${many}`, method: 'GET', path: list } as const]
      : []),
    { action: 'get', name: `get${one}`, method: 'GET', path: item },
    { action: 'put', name: `put${one}`, method: 'PUT', path: item },
    { action: 'patch', name: `patch${one}`, method: 'PATCH', path: item },
    { action: 'delete', name: `delete${one}`, method: 'DELETE', path: item },
  ];
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
