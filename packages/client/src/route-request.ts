import { type OperationRequest, requestOf, requireMembers } from './operation-request.ts';
import type { DefinedRoute } from './read-definitions.ts';

/**
 * Makes the request of a route of a team's own: what the path names is taken from the input, the rest goes into the query of
 * a `GET` or `DELETE`, else into the body.
 *
 * @throws as {@link requestOf} does
 */
export function routeRequest(name: string, { method, path }: DefinedRoute, given: unknown): OperationRequest {
  const input = Object.entries(requireMembers(name, given));
  const isInPath = ([member]: readonly [string, unknown]) => path.includes(`{${member}}`);
  const parameters = input.filter(isInPath).map(([member, value]) => [member, pathText(value)] as const);
  const rest = Object.fromEntries(input.filter((each) => !isInPath(each)));
  return requestOf(
    { name, method, path },
    {
      parameters: Object.fromEntries(parameters),
      ...(method === 'GET' || method === 'DELETE' ? { query: rest } : { body: rest }),
      isOfSession: true,
      takesAnyJson: true,
    },
  );
}

function pathText(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
