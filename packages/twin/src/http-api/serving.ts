import type { HttpApiDefinition, HttpRoute, ThrottleSettings } from './http-api-definition.ts';
import { type RouteTable, routeTable } from './route-table.ts';

/** A definition made ready to serve requests: routes compiled, buckets filled. Replaced whole by a swap. */
export interface Serving {
  readonly definition: HttpApiDefinition;
  readonly match: RouteTable;
  /** Takes a token for a route; false means 429. */
  readonly admit: (route: HttpRoute) => boolean;
}

/**
 * Compiles a definition. A route with settings of its own has its own bucket; all others share the stage's,
 * so that one route cannot be starved by the rest once it has a bucket.
 *
 * @throws {HttpApiError} `InvalidRoute`
 */
export function serving(definition: HttpApiDefinition, clock: () => number): Serving {
  const own = new Map<string, TokenBucket>();
  for (const { routeKey, throttle } of definition.routes) {
    if (throttle) own.set(routeKey, tokenBucket(throttle, clock));
  }
  const shared = definition.defaultThrottle && tokenBucket(definition.defaultThrottle, clock);
  return {
    definition,
    match: routeTable(definition.routes),
    admit: ({ routeKey }) => (own.get(routeKey) ?? shared)?.() ?? true,
  };
}

/** Takes one token; false means that the request is throttled. */
export type TokenBucket = () => boolean;

/**
 * API Gateway's throttle: a bucket of `burstLimit` tokens that fills with `rateLimit` tokens a second.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 *
 * @param clock epoch milliseconds; one that steps back adds no tokens and takes none
 */
export function tokenBucket({ rateLimit, burstLimit }: ThrottleSettings, clock: () => number): TokenBucket {
  let tokens = burstLimit;
  let filledMs = clock();
  return () => {
    const nowMs = clock();
    tokens = Math.min(burstLimit, tokens + (Math.max(0, nowMs - filledMs) / 1000) * rateLimit);
    filledMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
