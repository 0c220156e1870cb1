import { isEdgeOnly } from '@gsp/client/fetch';

/** A region as `amplify_outputs.json` names it. */
export interface PlatformRegion {
  readonly region: string;
  /** URL of its API, without a trailing slash. */
  readonly endpoint: string;
  readonly role: string;
}

/** What the console knows of the platform before it has asked it anything. */
export interface PlatformOutputs {
  readonly project: string;
  readonly stage: string;
  /** In the order of the file, the primary first. */
  readonly regions: readonly PlatformRegion[];
  /** The name of all regions together, and where it is reached; null for a stage without a domain. */
  readonly global: { readonly endpoint: string; readonly name: string } | null;
  /** Whether regions let nobody in but through the edge, so that no call can choose its region. */
  readonly isEdgeOnly: boolean;
  /** The file as it was read, for the client. */
  readonly file: object;
}

/** `amplify_outputs.json` is missing, or is not one of this platform. The message says what to do. */
export class OutputsError extends Error {
  override readonly name = 'OutputsError';
}

const REMEDY =
  'Start the twin with npm start, or deploy the platform and serve its outputs beside this page.';

/**
 * Reads the content of `amplify_outputs.json`.
 *
 * @throws {OutputsError} naming what is missing in it
 */
export function readPlatformOutputs(file: unknown): PlatformOutputs {
  const custom = recordIn(file, 'custom');
  const platform = recordIn(custom, 'platform');
  const apis = recordIn(custom, 'API');
  if (!isRecord(file) || platform === null || apis === null)
    throw lacks('it has no part "custom" with "platform" and "API"');
  const { project, stage } = platform;
  if (typeof project !== 'string' || typeof stage !== 'string') throw lacks('it names no project and stage');
  const regions = Object.entries(recordIn(platform, 'regions') ?? {}).map(([region, facts]) =>
    regionOf(region, { facts, apis }),
  );
  if (regions.length === 0) throw lacks('it names no region');
  const ordered = [...regions].sort((a, b) => Number(b.role === 'primary') - Number(a.role === 'primary'));
  const global = globalOf(platform, apis);
  return { project, stage, regions: ordered, global, isEdgeOnly: isEdgeOnly(file), file };
}

/** Whether the outputs lead to this machine, as those of a twin do. */
export function leadsToThisMachine({ regions }: Pick<PlatformOutputs, 'regions'>): boolean {
  return regions.every(({ endpoint }) =>
    /^http:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:|$)/.test(endpoint),
  );
}

function regionOf(
  region: string,
  { facts, apis }: { facts: unknown; apis: Readonly<Record<string, unknown>> },
): PlatformRegion {
  const { apiName, role } = isRecord(facts) ? facts : {};
  const endpoint = typeof apiName === 'string' ? endpointIn(apis, apiName) : null;
  if (endpoint === null) throw lacks(`it has no endpoint for ${region}`);
  return { region, endpoint, role: typeof role === 'string' ? role : 'member' };
}

function globalOf(
  platform: Readonly<Record<string, unknown>>,
  apis: Readonly<Record<string, unknown>>,
): PlatformOutputs['global'] {
  const name = recordIn(platform, 'domain')?.globalName;
  const endpoint = endpointIn(apis, `${String(platform.project)}-${String(platform.stage)}-global`);
  return typeof name === 'string' && endpoint !== null ? { endpoint, name } : null;
}

function endpointIn(apis: Readonly<Record<string, unknown>>, apiName: string): string | null {
  const endpoint = recordIn(apis, apiName)?.endpoint;
  return typeof endpoint === 'string' && /^https?:\/\//.test(endpoint) ? endpoint.replace(/\/+$/, '') : null;
}

function lacks(what: string): OutputsError {
  return new OutputsError(
    `Cannot read amplify_outputs.json: ${what}, the outputs of this platform are needed. ${REMEDY}`,
  );
}

function recordIn(value: unknown, name: string): Readonly<Record<string, unknown>> | null {
  const found = isRecord(value) ? value[name] : undefined;
  return isRecord(found) ? found : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
