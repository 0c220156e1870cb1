import { HttpApiError, type HttpRoute } from './http-api-definition.ts';

/** A route and what its path template took out of the path. */
export interface RouteMatch {
  readonly route: HttpRoute;
  /** Nothing where the route has no variables. */
  readonly pathParameters?: Readonly<Record<string, string>>;
}

/** Finds the route of a request, or nothing when none matches and there is no `$default`. */
export type RouteTable = (method: string, path: string) => RouteMatch | undefined;

interface CompiledRoute {
  readonly route: HttpRoute;
  readonly method: string;
  readonly segments: readonly Segment[];
}

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'greedy'; readonly name: string };

const SPECIFICITY = { literal: 0, variable: 1, greedy: 2 } as const;
const METHODS = new Set(['ANY', 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Orders routes as API Gateway does: a full match beats one by a greedy variable, and `$default` comes last.
 * Among equals the more specific path wins, segment by segment from the left, a literal before a variable; for
 * equal paths the method beats `ANY`. A route of another method never counts.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 *
 * The table is called with the decoded path, as HTTP APIs decode a path before they route: an encoded slash divides it.
 *
 * @throws {HttpApiError} `InvalidRoute` for a route key that is none
 */
export function routeTable(routes: readonly HttpRoute[]): RouteTable {
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  const compiled = routes.filter((route) => route !== fallback).map(compileRoute);
  compiled.sort(compareRoutes);
  return (method, path) => {
    const parts = path.split('/').slice(1);
    for (const candidate of compiled) {
      if (candidate.method !== method && candidate.method !== 'ANY') continue;
      const pathParameters = matchSegments(candidate.segments, parts);
      if (pathParameters === undefined) continue;
      const { route } = candidate;
      return Object.keys(pathParameters).length === 0 ? { route } : { route, pathParameters };
    }
    return fallback && { route: fallback };
  };
}

function compileRoute(route: HttpRoute): CompiledRoute {
  const [method = '', path = '', ...rest] = route.routeKey.split(' ');
  const segments = path.split('/').slice(1).map(compileSegment);
  const greedy = segments.findIndex(({ kind }) => kind === 'greedy');
  const valid = METHODS.has(method) && path.startsWith('/') && rest.length === 0;
  if (!valid || (greedy !== -1 && greedy !== segments.length - 1)) {
    throw new HttpApiError(
      'InvalidRoute',
      `Cannot use route key "${route.routeKey}": it must be "$default" or "<METHOD> /<path>", and {name+} may only come last. Correct the route in the backend definition.`,
    );
  }
  return { route, method, segments };
}

function compileSegment(text: string): Segment {
  const [, name, plus] = /^\{([^{}+]+)(\+?)\}$/.exec(text) ?? [];
  if (name === undefined) return { kind: 'literal', text };
  return { kind: plus === '+' ? 'greedy' : 'variable', name };
}

function compareRoutes(a: CompiledRoute, b: CompiledRoute): number {
  if (isGreedy(a) !== isGreedy(b)) return isGreedy(a) ? 1 : -1;
  for (const [index, segment] of a.segments.entries()) {
    const other = b.segments[index];
    // The shorter template cannot match the same path unless the longer one ends in a greedy variable.
    if (other === undefined) return 1;
    const difference = SPECIFICITY[segment.kind] - SPECIFICITY[other.kind];
    if (difference !== 0) return difference;
  }
  if (a.segments.length !== b.segments.length) return -1;
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function isGreedy({ segments }: CompiledRoute): boolean {
  return segments.at(-1)?.kind === 'greedy';
}

function matchSegments(
  segments: readonly Segment[],
  parts: readonly string[],
): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (part === undefined) return undefined;
    if (segment.kind === 'greedy') {
      const rest = parts.slice(index).join('/');
      return rest === '' ? undefined : { ...values, [segment.name]: rest };
    }
    if (segment.kind === 'variable' && part === '') return undefined;
    if (segment.kind === 'variable') values[segment.name] = part;
    else if (segment.kind === 'literal' && segment.text !== part) return undefined;
  }
  return parts.length === segments.length ? values : undefined;
}
