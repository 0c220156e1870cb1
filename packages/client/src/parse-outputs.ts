import { InvalidOutputsError } from './client-error.ts';
import { isRecord } from './json-object.ts';
import type { RegionEndpoint } from './region.ts';

/** Whom a client asks: each region by its own API, or the one name that DNS points at a healthy region. */
export type EndpointMode = 'regional' | 'global';

type Members = Readonly<Record<string, unknown>>;

/** Whether the outputs say that regions let nobody in but through the edge. False for what are no outputs. */
export function isEdgeOnly(outputs: unknown): boolean {
  return valueAt(outputs, ['custom', 'platform', 'domain', 'edgeOnly']) === true;
}

/**
 * Finds whom a client asks: the regions, unless the stage lets nobody in but through its edge. Then it is the global name
 * alone, which the edge has, as regions would refuse every call (`edge-required`).
 *
 * @param endpoint what the program wants; undefined where it takes what there is
 * @throws {InvalidOutputsError} as {@link regionsOf} does; and where the regions are wanted that let nobody in
 */
export function endpointsOf(outputs: unknown, endpoint: EndpointMode | undefined): readonly RegionEndpoint[] {
  if (!isEdgeOnly(outputs)) return regionsOf(outputs, endpoint ?? 'regional');
  if (endpoint !== 'regional') return regionsOf(outputs, 'global');
  throw new InvalidOutputsError(
    'Cannot ask the regions: custom.platform.domain.edgeOnly is true, the endpoint "global" is needed',
    {
      remedy:
        'Create the client with the endpoint "global" or without one. Or set edge.enforced false in ' +
        'amplify/topology.ts and deploy: the regions then answer directly as well.',
    },
  );
}

/**
 * Finds the regions in the content of `amplify_outputs.json`, in the order in which it has them: the primary first.
 *
 * The file has `custom.platform.regions` (region → `{apiName}`) and `custom.API` (name → `{endpoint}`); the API of the
 * global name is called `<project>-<stage>-global`, and stands there when the stage has a domain.
 *
 * @throws {InvalidOutputsError} that names what is missing, and how to have the file written
 */
export function regionsOf(outputs: unknown, endpoint: EndpointMode): readonly RegionEndpoint[] {
  const custom = membersAt(outputs, ['custom']);
  const platform = membersAt(outputs, ['custom', 'platform']);
  const apis = membersAt(outputs, ['custom', 'API']);
  if (endpoint === 'global') return [globalEndpoint(platform, apis)];
  const regions = Object.entries(membersAt(outputs, ['custom', 'platform', 'regions']));
  if (regions.length === 0) throw invalid('custom.platform.regions is empty, at least one region is needed');
  return regions.map(([region]) => {
    const apiName = textAt(custom, ['platform', 'regions', region, 'apiName']);
    return { region, apiName, endpoint: urlOf(apis, apiName) };
  });
}

function globalEndpoint(platform: Members, apis: Members): RegionEndpoint {
  const project = textAt(platform, ['project'], 'custom.platform');
  const stage = textAt(platform, ['stage'], 'custom.platform');
  const apiName = `${project}-${stage}-global`;
  if (Object.hasOwn(apis, apiName)) return { region: 'global', apiName, endpoint: urlOf(apis, apiName) };
  throw invalid(
    `custom.API has no "${apiName}", a stage with a domain is needed for the endpoint "global"`,
    'Give the stage a domain in amplify/topology.ts and run "npm run outputs", or create the client with the endpoint "regional".',
  );
}

function urlOf(apis: Members, apiName: string): string {
  const text = textAt(apis, [apiName, 'endpoint'], 'custom.API');
  const where = `custom.API.${apiName}.endpoint is ${JSON.stringify(text)}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw invalid(`${where}, a URL that begins with http:// or https:// is needed`);
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    throw invalid(`${where}, a URL without query, fragment and credentials is needed`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function membersAt(value: unknown, path: readonly string[]): Members {
  const found = valueAt(value, path);
  if (isRecord(found)) return found;
  throw invalid(`${path.join('.')} is ${described(found)}, an object is needed`);
}

function textAt(value: unknown, path: readonly string[], parent = 'custom'): string {
  const found = valueAt(value, path);
  if (typeof found === 'string' && found !== '') return found;
  throw invalid(`${[parent, ...path].join('.')} is ${described(found)}, a text is needed`);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (each, name) => (isRecord(each) && Object.hasOwn(each, name) ? each[name] : undefined),
    value,
  );
}

function described(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null || value === '') return JSON.stringify(value);
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}

function invalid(
  fault: string,
  remedy = 'Run "npm run outputs", or deploy, and pass the content of amplify_outputs.json as it is.',
): InvalidOutputsError {
  return new InvalidOutputsError(`Cannot find the regions: ${fault}`, { remedy });
}
