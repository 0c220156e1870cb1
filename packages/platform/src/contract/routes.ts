/**
 * Routes of one bucket are throttled alike, each by itself. `health` routes say how a region is, to anybody: few requests
 * are enough for that. `control` routes are the operator's: no traffic can keep a region from being evacuated.
 */
export type Bucket = 'health' | 'control' | 'traffic';

/**
 * Who may call a route. `none`: anyone. `iam`: whoever IAM lets invoke it by a signed request (Signature Version 4). `token`:
 * whoever brings a token (RFC 7519) of an issuer that the stage trusts; anyone while it trusts none.
 */
export type Authorization = 'none' | 'iam' | 'token';

/** What a caller with a token does on a route: a stage says which scopes (RFC 6749, 3.3) each of them takes. */
export type TokenScope = 'read' | 'write';

/** {@link Authorization} of a route, and what it takes of a token. */
export type RouteAccess =
  | { readonly authorization: 'none' | 'iam' }
  | { readonly authorization: 'token'; readonly scope: TokenScope };

/** One route of the API, in the terms of an API Gateway HTTP API: its route key is `<method> <path>`. */
export type Route = RouteAccess & {
  /** Name of the operation, unique; the `operationId` of the OpenAPI document. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path template, for example `/items/{pk}/{sk}`. */
  readonly path: string;
  /** Routes of one bucket are answered by one function: `health`, `control` and `api`. */
  readonly bucket: Bucket;
};

/**
 * Every route that a region answers by itself, without what a team defines. API Gateway routes, handlers and the OpenAPI
 * document follow this table.
 */
export const routes = [
  { name: 'getHealth', method: 'GET', path: '/health', bucket: 'health', authorization: 'none' },
  { name: 'getLiveness', method: 'GET', path: '/health/live', bucket: 'health', authorization: 'none' },
  {
    name: 'getEvacuation',
    method: 'GET',
    path: '/control/evacuations/{region}',
    bucket: 'health',
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
  {
    name: 'writeItem',
    method: 'POST',
    path: '/write',
    bucket: 'traffic',
    authorization: 'token',
    scope: 'write',
  },
  {
    name: 'listItems',
    method: 'GET',
    path: '/items/{pk}',
    bucket: 'traffic',
    authorization: 'token',
    scope: 'read',
  },
  {
    name: 'getItem',
    method: 'GET',
    path: '/items/{pk}/{sk}',
    bucket: 'traffic',
    authorization: 'token',
    scope: 'read',
  },
  {
    name: 'putItem',
    method: 'PUT',
    path: '/items/{pk}/{sk}',
    bucket: 'traffic',
    authorization: 'token',
    scope: 'write',
  },
  {
    name: 'patchItem',
    method: 'PATCH',
    path: '/items/{pk}/{sk}',
    bucket: 'traffic',
    authorization: 'token',
    scope: 'write',
  },
  {
    name: 'deleteItem',
    method: 'DELETE',
    path: '/items/{pk}/{sk}',
    bucket: 'traffic',
    authorization: 'token',
    scope: 'write',
  },
  {
    name: 'incrementCounter',
    method: 'POST',
    path: '/counters/{id}',
    bucket: 'traffic',
    authorization: 'token',
    scope: 'write',
  },
  {
    name: 'getCounter',
    method: 'GET',
    path: '/counters/{id}',
    bucket: 'traffic',
    authorization: 'token',
    scope: 'read',
  },
  {
    name: 'listConflicts',
    method: 'GET',
    path: '/conflicts',
    bucket: 'traffic',
    authorization: 'token',
    scope: 'read',
  },
  {
    name: 'acknowledgeConflict',
    method: 'POST',
    path: '/conflicts/{id}/acknowledge',
    bucket: 'traffic',
    authorization: 'token',
    scope: 'write',
  },
  {
    name: 'getReplication',
    method: 'GET',
    path: '/replication',
    bucket: 'traffic',
    authorization: 'token',
    scope: 'read',
  },
  { name: 'getOpenApi', method: 'GET', path: '/openapi.json', bucket: 'traffic', authorization: 'none' },
] as const satisfies readonly Route[];

/** Where the route begins that Route 53 asks; what follows is the id of the region's stack, which no stranger knows. */
export const probePathPrefix = '/health/';

/**
 * Key of the route that Route 53 asks, as handlers know it. It answers as `GET /health` does, from a bucket that nobody else
 * can use up; it is in no list of routes and no document.
 */
export const probeRouteKey = 'GET /health/{probe}';

type DefinedRoute = (typeof routes)[number];
type KeyOf<R extends Route> = R extends Route ? `${R['method']} ${R['path']}` : never;

/** Name of an operation, for example `writeItem`. */
export type RouteName = DefinedRoute['name'];

/** Route keys that the function of one bucket answers, for example `GET /items/{pk}`. */
export type RouteKeyIn<B extends Bucket> =
  | KeyOf<Extract<DefinedRoute, { readonly bucket: B }>>
  | (B extends 'health' ? typeof probeRouteKey : never);
