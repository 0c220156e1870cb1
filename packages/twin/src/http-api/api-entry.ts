import { hostName } from '../closed-door.ts';
import type { ApiCustomDomain, HttpApiDefinition } from './http-api-definition.ts';
import type { HttpRequest } from './http-request.ts';

/** By which name a request came in, and what is left of its path behind it. */
export interface ApiEntry {
  readonly domainName: string;
  /** The path that routes are matched with; nothing when it is outside of the stage. */
  readonly routePath: string | undefined;
  /** The path that the function gets to see: without a base path, with a stage's name. */
  readonly eventPath: string;
}

/** A host name of API Gateway's own, which no website can point at this machine. */
export const EXECUTE_API_HOST = /\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;

/**
 * Finds the entry of a request by its Host: a custom domain of the API, or an address of the API itself. Nothing when it
 * is outside of every base path, or by a switched-off name of API Gateway's own, which API Gateway answers with 403.
 *
 * A custom domain leads to its stage directly, below the base path of the longest mapping that matches:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
 */
export function apiEntryOf(request: HttpRequest, definition: HttpApiDefinition): ApiEntry | undefined {
  const { stageName, customDomains = [], disableExecuteApiEndpoint } = definition;
  const { path } = request;
  const domainName = hostName(request.headers.host);
  const host = domainName.toLowerCase().replace(/\.$/, '');
  const own = customDomains.filter((each) => each.domainName === host);
  if (own.length > 0) {
    const below = pathBelow(path, own);
    if (below === undefined) return undefined;
    return { domainName: host, routePath: below, eventPath: inStage(below, stageName) };
  }
  if (EXECUTE_API_HOST.test(host) && disableExecuteApiEndpoint) return undefined;
  return { domainName, routePath: pathInStage(path, stageName), eventPath: path };
}

/** The path below the base path of the longest mapping that matches. */
function pathBelow(path: string, mappings: readonly ApiCustomDomain[]): string | undefined {
  const keys = mappings.map(({ mappingKey }) => mappingKey).sort((a, b) => b.length - a.length);
  const key = keys.find((each) => each === '' || path === `/${each}` || path.startsWith(`/${each}/`));
  if (key === undefined) return undefined;
  const below = key === '' ? path : path.slice(key.length + 1);
  return below === '' ? '/' : below;
}

function inStage(path: string, stageName: string): string {
  return stageName === '$default' ? path : `/${stageName}${path}`;
}

/** The path below the stage's name; a path outside of it has no route. `$default` is served at the root. */
function pathInStage(path: string, stageName: string): string | undefined {
  if (stageName === '$default') return path;
  if (path === `/${stageName}`) return '/';
  return path.startsWith(`/${stageName}/`) ? path.slice(stageName.length + 1) : undefined;
}
