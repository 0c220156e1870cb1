import type { HttpRequest } from './http-request.ts';

/** What an identity source may name of a request. */
export interface IdentityContext {
  readonly request: HttpRequest;
  readonly routeKey: string;
}

/**
 * Reads what an authorizer goes by; undefined where the request does not have it, or has it empty.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.identity-sources
 */
export function readIdentitySource(
  source: string,
  { request, routeKey }: IdentityContext,
): string | undefined {
  const [, place, name] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  const value =
    place === 'header'
      ? request.headers[(name ?? '').toLowerCase()]
      : place === 'querystring'
        ? new URLSearchParams(request.rawQueryString).get(name ?? '')
        : source === '$context.routeKey'
          ? routeKey
          : undefined;
  return value === '' || value === null ? undefined : value;
}

/** Whether an identity source is one that is read here. */
export function isKnownIdentitySource(source: string): boolean {
  return /^\$request\.(?:header|querystring)\..+$/.test(source) || source === '$context.routeKey';
}
