import { type Route, type RouteAccess, type RouteName, routes } from './routes.ts';

/** A route as a gateway is told of it, and its route key's method: `HEAD` beside the methods of the table. */
export type ServedRoute = Omit<Route, 'method' | 'name'> &
  RouteAccess & { readonly name: RouteName; readonly method: Route['method'] | 'HEAD' };

/**
 * Every route with what follows from it: whatever `GET` reads `HEAD` asks for without the content (RFC 9110, 9.3.2). An HTTP
 * API has no such rule, so that each is a route of its own, which asks of its caller what the `GET` asks.
 */
export const servedRoutes: readonly ServedRoute[] = routes.flatMap((route): readonly ServedRoute[] =>
  route.method === 'GET' ? [route, { ...route, method: 'HEAD' }] : [route],
);
