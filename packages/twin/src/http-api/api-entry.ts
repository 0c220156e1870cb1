import { isIP } from 'node:net';
import type { ApiCustomDomain, HttpApiDefinition } from './http-api-definition.ts';
import type { HttpRequest } from './http-request.ts';
import { hostName } from './payload-v2.ts';

/** By which door a request came in, and what is left of its path behind it. */
export interface ApiEntry {
  readonly domainName: string;
  /** The path that routes are matched with; nothing when it is outside of the stage. */
  readonly routePath: string | undefined;
  /** The path that the function gets to see: without a base path, with a stage's name. */
  readonly eventPath: string;
}

const EXECUTE_API_HOST = /\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;

/**
 * Finds the door of a request by its Host: a custom domain of the API, or an address of the API itself. Nothing when it
 * is neither, which API Gateway answers with 403.
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
  const known = EXECUTE_API_HOST.test(host)
    ? !disableExecuteApiEndpoint
    : customDomains.length === 0 || isOwnAddress(host);
  if (!known) return undefined;
  return { domainName, routePath: pathInStage(path, stageName), eventPath: path };
}

/**
 * Whether a host name is this machine's. All others are refused by an API with names of its own, so that no website can
 * reach it through a name that it points at this machine.
 */
function isOwnAddress(host: string): boolean {
  return host === '' || host === 'localhost' || host.endsWith('.localhost') || isIP(unbracketed(host)) !== 0;
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
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
