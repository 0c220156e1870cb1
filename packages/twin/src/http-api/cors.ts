import type { CorsConfiguration, HttpApiDefinition } from './http-api-definition.ts';

/** The part of a request that CORS looks at. */
export interface CorsRequest {
  readonly method: string;
  readonly origin: string | undefined;
  readonly requestMethod: string | undefined;
}

/** The definition with more allowed origins, where it has CORS at all. */
export function allowingOrigins(
  definition: HttpApiDefinition,
  origins: readonly string[],
): HttpApiDefinition {
  const { cors } = definition;
  if (cors === undefined || origins.length === 0) return definition;
  return { ...definition, cors: { ...cors, allowOrigins: [...(cors.allowOrigins ?? []), ...origins] } };
}

/** Whether a request is a CORS preflight. https://fetch.spec.whatwg.org/#cors-preflight-request */
export function isPreflight({ method, origin, requestMethod }: CorsRequest): boolean {
  return method === 'OPTIONS' && origin !== undefined && requestMethod !== undefined;
}

/**
 * The headers with which an HTTP API answers a preflight by itself; none for an origin that is not allowed.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function preflightHeaders(
  cors: CorsConfiguration,
  origin: string | undefined,
): Record<string, string> {
  const allowed = allowedOrigin(cors, origin);
  if (allowed === undefined) return {};
  return {
    ...originHeaders(cors, allowed),
    ...listHeader('access-control-allow-methods', cors.allowMethods),
    ...listHeader('access-control-allow-headers', cors.allowHeaders),
    ...(cors.maxAgeSeconds !== undefined && { 'access-control-max-age': String(cors.maxAgeSeconds) }),
  };
}

/**
 * The headers of an answer when CORS is configured: those of the integration that belong to CORS are ignored,
 * the configured ones are added for an allowed origin.
 */
export function withCorsHeaders(
  headers: Readonly<Record<string, string>>,
  cors: CorsConfiguration,
  origin: string | undefined,
): Record<string, string> {
  const kept = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith('access-control-')),
  );
  const allowed = allowedOrigin(cors, origin);
  if (allowed === undefined) return kept;
  return {
    ...kept,
    ...originHeaders(cors, allowed),
    ...listHeader('access-control-expose-headers', cors.exposeHeaders),
  };
}

/** Whether CORS lets pages of an origin read answers. */
export function allowsOrigin(cors: CorsConfiguration, origin: string): boolean {
  return allowedOrigin(cors, origin) !== undefined;
}

/** The value of `access-control-allow-origin`, or nothing: exact origins, `*`, and all of a scheme (`https://*`). */
function allowedOrigin(
  { allowOrigins = [] }: CorsConfiguration,
  origin: string | undefined,
): string | undefined {
  if (origin === undefined) return undefined;
  if (allowOrigins.includes('*')) return '*';
  const wanted = origin.toLowerCase();
  const allowed = allowOrigins.some((pattern) => {
    const lower = pattern.toLowerCase();
    return lower.endsWith('://*') ? wanted.startsWith(lower.slice(0, -1)) : lower === wanted;
  });
  return allowed ? origin : undefined;
}

function originHeaders({ allowCredentials }: CorsConfiguration, allowed: string): Record<string, string> {
  return {
    'access-control-allow-origin': allowed,
    ...(allowCredentials === true && { 'access-control-allow-credentials': 'true' }),
  };
}

function listHeader(name: string, values: readonly string[] | undefined): Record<string, string> {
  return values === undefined || values.length === 0 ? {} : { [name]: values.join(',') };
}
