import type { PlatformOutputs } from '@gsp/platform/contract';
import { InvalidOutputsError } from './client-error.ts';
import { isRecord } from './json-object.ts';
import type { RegionEndpoint } from './region.ts';

/** Whom a client asks: each region by its own API, or the one name that DNS points at a healthy region. */
export type EndpointMode = 'regional' | 'global';

type Members = Readonly<Record<string, unknown>>;

type DeployedRegion = Readonly<Pick<PlatformOutputs['platform']['regions'][string], 'role' | 'revision'>>;

/** What `amplify_outputs.json` says of a platform. */
export interface ParsedOutputs extends Pick<PlatformOutputs['platform'], 'project' | 'stage'> {
  /** By their own APIs, the primary first. */
  readonly regions: readonly (RegionEndpoint & DeployedRegion)[];
  /** The name of all regions together, its zone, and where it is reached; null in a stage without a domain. */
  readonly global: { readonly name: string; readonly zoneName: string; readonly endpoint: string } | null;
  /** Whether regions let nobody in but through the edge, so that no call can choose its region. */
  readonly isEdgeOnly: boolean;
  /** The content as it was given, from which a client is made. */
  readonly content: object;
}

/**
 * Reads the content of `amplify_outputs.json`, in which the outputs of all regions are merged.
 *
 * @throws {InvalidOutputsError} that names what is missing, and how to have the file written
 */
export function parseOutputs(content: unknown): ParsedOutputs {
  const { platform, apis } = partsOf(content);
  const text = (...path: string[]) => textAt(platform, path, 'custom.platform');
  const [project, stage] = [text('project'), text('stage')];
  const regions = regionsOf(content, 'regional').map((each) => ({
    ...each,
    ...deployedRegion(valueAt(platform, ['regions', each.region])),
  }));
  const hasDomain = platform.domain !== undefined && platform.domain !== null;
  return {
    project,
    stage,
    regions: regions.toSorted((a, b) => Number(b.role === 'primary') - Number(a.role === 'primary')),
    global: hasDomain
      ? {
          name: text('domain', 'globalName'),
          zoneName: text('domain', 'zoneName'),
          endpoint: globalEndpoint(platform, apis).endpoint,
        }
      : null,
    isEdgeOnly: isEdgeOnly(content),
    content: membersAt(content, []),
  };
}

function deployedRegion(facts: unknown): DeployedRegion {
  const revision = valueAt(facts, ['revision']);
  return {
    role: valueAt(facts, ['role']) === 'primary' ? 'primary' : 'secondary',
    ...(typeof revision === 'string' && { revision }),
  };
}

/** Whether the outputs say that regions let nobody in but through the edge. False for what are no outputs. */
function isEdgeOnly(outputs: unknown): boolean {
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
  const { custom, platform, apis } = partsOf(outputs);
  if (endpoint === 'global') return [globalEndpoint(platform, apis)];
  const regions = Object.entries(membersAt(outputs, ['custom', 'platform', 'regions']));
  if (regions.length === 0) throw invalid('custom.platform.regions is empty, at least one region is needed');
  return regions.map(([region]) => {
    const apiName = textAt(custom, ['platform', 'regions', region, 'apiName']);
    return { region, apiName, endpoint: urlOf(apis, apiName) };
  });
}

/** The first that is missing is the one to name. */
function partsOf(outputs: unknown): Readonly<Record<'custom' | 'platform' | 'apis', Members>> {
  const custom = membersAt(outputs, ['custom']);
  const platform = membersAt(outputs, ['custom', 'platform']);
  return { custom, platform, apis: membersAt(outputs, ['custom', 'API']) };
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
