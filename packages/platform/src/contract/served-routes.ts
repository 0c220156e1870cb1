import { type Definitions, definedRoutes } from './definitions.ts';
import { type Route, type RouteAccess, type RouteName, routes } from './routes.ts';

/** A route as a gateway is told of it, and its route key's method: `HEAD` beside the methods of the table. */
export type ServedRoute = Omit<Route, 'method'> & RouteAccess & { readonly method: Route['method'] | 'HEAD' };

/** A route of the platform itself. */
export type BuiltInRoute = ServedRoute & { readonly name: RouteName };

/**
 * Every route of the platform itself with what follows from it: whatever `GET` reads `HEAD` asks for without the content
 * (RFC 9110, 9.3.2). An HTTP API has no such rule, so that each is a route of its own, which asks of its caller what the
 * `GET` asks.
 */
export const servedRoutes: readonly BuiltInRoute[] = withHead<BuiltInRoute>(routes);

/** The same with what a team has defined. */
export function servedRoutesOf(definitions: Definitions): readonly ServedRoute[] {
  return [...servedRoutes, ...withHead<ServedRoute>(definedRoutes(definitions))];
}

function withHead<R extends ServedRoute>(all: readonly R[]): readonly R[] {
  return all.flatMap((route): readonly R[] =>
    route.method === 'GET' ? [route, { ...route, method: 'HEAD' }] : [route],
  );
}
