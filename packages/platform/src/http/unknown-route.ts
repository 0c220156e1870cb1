import { type ServedRoute, servedRoutes } from '../contract/served-routes.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';

/**
 * Answers what API Gateway found no route for: 405 with the methods that the path has, or 404.
 *
 * @param served - every route of the API. @default - those of the platform itself
 * @throws PlatformError `method-not-allowed` or `route-not-found`, always.
 */
export function unknownRoute(
  { method, path }: Pick<HttpRequest, 'method' | 'path'>,
  served: readonly ServedRoute[] = servedRoutes,
): HttpResponse {
  const named = path.slice(0, 200);
  const allow = served.filter((route) => matches(route, path)).map((route) => route.method);
  if (allow.length > 0 && !allow.some((allowed) => allowed === method)) {
    throw new PlatformError(
      'method-not-allowed',
      `Cannot ${method} ${named}: this path has ${allow.join(', ')} only`,
      { allow },
    );
  }
  throw new PlatformError('route-not-found', `Cannot ${method} ${named}: there is no such route`);
}

// A parameter stands for one segment that is not empty, as in API Gateway.
function matches(route: Pick<ServedRoute, 'path'>, path: string): boolean {
  const template = route.path.split('/');
  const segments = path.split('/');
  return (
    template.length === segments.length &&
    template.every((part, index) =>
      part.startsWith('{') ? segments[index] !== '' : part === segments[index],
    )
  );
}
