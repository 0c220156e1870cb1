import { type EntityAction, entityOperations } from '@gsp/platform/contract';
import {
  type OperationRequest,
  type OperationRoute,
  preconditionHeaders,
  requestOf,
  requireMembers,
} from './operation-request.ts';
import type { ConditionalWriteOptions, PageRequest } from './platform-client.ts';
import { type DefinedEntity, unknownDefinition } from './read-definitions.ts';

/** An argument as the caller gave it, whose type the definition of the entity says. */
type Given = Readonly<Record<string, unknown>>;

/** Turns the arguments of an entity's operations into requests. Each throws as {@link requestOf} does. */
export const entityRequests = {
  create(entity: DefinedEntity, input: Given): OperationRequest {
    const route = routeOf(entity, 'create');
    return requestOf(route, { body: requireMembers(route.name, input), isOfSession: true });
  },
  get(entity: DefinedEntity, key: Given): OperationRequest {
    return requestOf(routeOf(entity, 'get'), { parameters: requireKey(key), isOfSession: true });
  },
  put(entity: DefinedEntity, input: Given, options: ConditionalWriteOptions): OperationRequest {
    const route = routeOf(entity, 'put');
    const body = requireMembers(route.name, input);
    const headers = preconditionHeaders(options);
    return requestOf(route, { parameters: body, body, headers, isOfSession: true });
  },
  patch(
    entity: DefinedEntity,
    { key, changes }: { readonly key: Given; readonly changes: Given },
    options: ConditionalWriteOptions,
  ): OperationRequest {
    const route = routeOf(entity, 'patch');
    const body = requireMembers(route.name, changes);
    const headers = preconditionHeaders(options);
    return requestOf(route, { parameters: requireKey(key), body, headers, isOfSession: true });
  },
  delete(entity: DefinedEntity, key: Given, options: ConditionalWriteOptions): OperationRequest {
    const headers = preconditionHeaders(options);
    return requestOf(routeOf(entity, 'delete'), { parameters: requireKey(key), headers, isOfSession: true });
  },
  list(entity: DefinedEntity, partition: Given, { limit, cursor }: PageRequest): OperationRequest {
    return requestOf(routeOf(entity, 'list'), {
      parameters: requireKey(partition),
      query: { limit, cursor },
    });
  },
  query(
    entity: DefinedEntity,
    { index, partition }: { readonly index: string; readonly partition: Given },
    { limit, cursor }: PageRequest,
  ): OperationRequest {
    const route = routeOf(entity, 'query');
    const field = Object.hasOwn(entity.indexes, index) ? entity.indexes[index]?.partition : undefined;
    if (field === undefined)
      throw unknownDefinition('index', `${entity.plural}.${index}`, Object.keys(entity.indexes));
    // What is undefined would be left out of the query, and another one asked.
    const value = requireKey(partition)[field] ?? null;
    return requestOf(route, { query: { index, [field]: value, limit, cursor } });
  },
};

function requireKey(key: Given): Given {
  return Object(key);
}

function routeOf(entity: DefinedEntity, action: EntityAction): OperationRoute {
  const operations = entityOperations(entity);
  const route = operations.find((each) => each.action === action);
  if (route !== undefined) return route;
  const names = operations.map((each) => each.action);
  throw unknownDefinition('operation', `${entity.plural}.${action}`, names);
}
