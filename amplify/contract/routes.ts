/**
 * The throttle bucket of a route. `probe` routes are what Route 53 asks: they have a budget of their own, so
 * that a flood of ordinary traffic cannot starve the health check and push a region out of service.
 */
export type Bucket = 'probe' | 'traffic';

/** One route of the API, in the terms of an API Gateway HTTP API: its route key is `<method> <path>`. */
export interface Route {
  /** Name of the operation, unique; the `operationId` of the OpenAPI document. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path template, for example `/items/{pk}/{sk}`. */
  readonly path: string;
  /** `probe` routes belong to the `health` function, `traffic` routes to the `api` function. */
  readonly bucket: Bucket;
}

/** Every route that a region answers. API Gateway routes, handlers and the OpenAPI document follow this table. */
export const routes = [
  { name: 'getHealth', method: 'GET', path: '/health', bucket: 'probe' },
  { name: 'getLiveness', method: 'GET', path: '/health/live', bucket: 'probe' },
  { name: 'writeItem', method: 'POST', path: '/write', bucket: 'traffic' },
  { name: 'listItems', method: 'GET', path: '/items/{pk}', bucket: 'traffic' },
  { name: 'getItem', method: 'GET', path: '/items/{pk}/{sk}', bucket: 'traffic' },
  { name: 'putItem', method: 'PUT', path: '/items/{pk}/{sk}', bucket: 'traffic' },
  { name: 'deleteItem', method: 'DELETE', path: '/items/{pk}/{sk}', bucket: 'traffic' },
  { name: 'incrementCounter', method: 'POST', path: '/counters/{id}', bucket: 'traffic' },
  { name: 'getCounter', method: 'GET', path: '/counters/{id}', bucket: 'traffic' },
  { name: 'listConflicts', method: 'GET', path: '/conflicts', bucket: 'traffic' },
  { name: 'getOpenApi', method: 'GET', path: '/openapi.json', bucket: 'traffic' },
] as const satisfies readonly Route[];

type DefinedRoute = (typeof routes)[number];
type KeyOf<R extends Route> = R extends Route ? `${R['method']} ${R['path']}` : never;

/** Name of an operation, for example `writeItem`. */
export type RouteName = DefinedRoute['name'];

/** API Gateway route keys that the function of one bucket answers, for example `GET /items/{pk}`. */
export type RouteKeyIn<B extends Bucket> = KeyOf<Extract<DefinedRoute, { readonly bucket: B }>>;
