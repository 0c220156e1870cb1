/**
 * The throttle bucket of a route. `probe` routes are what Route 53 asks: they have a budget of their own, so
 * that a flood of ordinary traffic cannot starve the health check and push a region out of service. `control` routes
 * are the operator's: no traffic can keep a region from being evacuated.
 */
export type Bucket = 'probe' | 'control' | 'traffic';

/** Who may call a route: anyone, or whoever IAM lets invoke it by a signed request (Signature Version 4). */
export type Authorization = 'none' | 'iam';

/** One route of the API, in the terms of an API Gateway HTTP API: its route key is `<method> <path>`. */
export interface Route {
  /** Name of the operation, unique; the `operationId` of the OpenAPI document. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path template, for example `/items/{pk}/{sk}`. */
  readonly path: string;
  /** Routes of one bucket are answered by one function: `health`, `control` and `api`. */
  readonly bucket: Bucket;
  readonly authorization: Authorization;
}

/** Every route that a region answers. API Gateway routes, handlers and the OpenAPI document follow this table. */
export const routes = [
  { name: 'getHealth', method: 'GET', path: '/health', bucket: 'probe', authorization: 'none' },
  { name: 'getLiveness', method: 'GET', path: '/health/live', bucket: 'probe', authorization: 'none' },
  {
    name: 'getEvacuation',
    method: 'GET',
    path: '/control/evacuations/{region}',
    bucket: 'probe',
    authorization: 'none',
  },
  {
    name: 'listEvacuations',
    method: 'GET',
    path: '/control/evacuations',
    bucket: 'control',
    authorization: 'iam',
  },
  {
    name: 'evacuateRegion',
    method: 'PUT',
    path: '/control/evacuations/{region}',
    bucket: 'control',
    authorization: 'iam',
  },
  {
    name: 'restoreRegion',
    method: 'DELETE',
    path: '/control/evacuations/{region}',
    bucket: 'control',
    authorization: 'iam',
  },
  { name: 'writeItem', method: 'POST', path: '/write', bucket: 'traffic', authorization: 'none' },
  { name: 'listItems', method: 'GET', path: '/items/{pk}', bucket: 'traffic', authorization: 'none' },
  { name: 'getItem', method: 'GET', path: '/items/{pk}/{sk}', bucket: 'traffic', authorization: 'none' },
  { name: 'putItem', method: 'PUT', path: '/items/{pk}/{sk}', bucket: 'traffic', authorization: 'none' },
  {
    name: 'deleteItem',
    method: 'DELETE',
    path: '/items/{pk}/{sk}',
    bucket: 'traffic',
    authorization: 'none',
  },
  {
    name: 'incrementCounter',
    method: 'POST',
    path: '/counters/{id}',
    bucket: 'traffic',
    authorization: 'none',
  },
  { name: 'getCounter', method: 'GET', path: '/counters/{id}', bucket: 'traffic', authorization: 'none' },
  { name: 'listConflicts', method: 'GET', path: '/conflicts', bucket: 'traffic', authorization: 'none' },
  { name: 'getOpenApi', method: 'GET', path: '/openapi.json', bucket: 'traffic', authorization: 'none' },
] as const satisfies readonly Route[];

type DefinedRoute = (typeof routes)[number];
type KeyOf<R extends Route> = R extends Route ? `${R['method']} ${R['path']}` : never;

/** Name of an operation, for example `writeItem`. */
export type RouteName = DefinedRoute['name'];

/** API Gateway route keys that the function of one bucket answers, for example `GET /items/{pk}`. */
export type RouteKeyIn<B extends Bucket> = KeyOf<Extract<DefinedRoute, { readonly bucket: B }>>;
