import { isAwsRegion } from './aws-regions.ts';
import { branchOf, listedStages, type Topology } from './define-topology.ts';
import {
  apiName,
  isZoneName,
  LOCAL_HOSTED_ZONE_ID,
  NAME_PREFIX_LENGTH_MAX,
  slug,
  tableName,
  ZONE_NAME_LENGTH_MAX,
} from './names.ts';
import { stageIssues } from './stage-issues.ts';
import { changeSettings } from './stage-settings.ts';
import { issue, TopologyError } from './topology-error.ts';
import type { StageInput, StageSettings } from './topology-schema.ts';

/** How Amplify names a backend: a Git branch, a developer's sandbox, or a deployment outside Hosting. */
export type BackendType = 'branch' | 'sandbox' | 'standalone';

/**
 * The primary owns what exists once for all Regions, such as the global table's control plane. Both
 * roles serve the same routes.
 */
export type Role = 'primary' | 'secondary';

/** What a backend has to know about itself: one Region of one stage. */
export interface BackendContext {
  readonly project: string;
  /** The stage's part of resource names. */
  readonly stage: string;
  /** Whether the stage is in the topology, or was made for a branch or a developer and may vanish. */
  readonly kind: 'listed' | 'preview' | 'sandbox';
  readonly region: string;
  readonly role: Role;
  /** Regions of the stage, the primary first. */
  readonly regions: readonly string[];
  readonly tableName: string;
  readonly apiName: string;
  /**
   * The zone under which the stage is reached, or null where it has none. While `hostedZoneId` is null the
   * zone is still to be made: by the primary, and with nothing in it.
   */
  readonly domain: { readonly zoneName: string; readonly hostedZoneId: string | null } | null;
  readonly settings: StageSettings;
}

/** Which backend, as Amplify tells it, and in which Region. */
export interface BackendTarget {
  readonly backendType: BackendType;
  /** Name of the branch or the sandbox; of a standalone deployment the name of its stage. */
  readonly backendName: string;
  /** The Region to deploy to. `undefined` where the environment names none, which is an issue. */
  readonly region: string | undefined;
  /**
   * Zone of the local twin, for a stage whose own is not there: without a domain, or not made yet.
   * @default - none, as on AWS
   */
  readonly localZoneName?: string | undefined;
  /** Settings to try out instead of the stage's own; checked like those in the topology. @default - none */
  readonly changes?: Partial<StageInput> | undefined;
}

/**
 * What a backend has to know about itself.
 *
 * A branch is the stage that names it, else the stage of its own name; a standalone deployment, which no branch
 * stands behind, is the stage of its name. Any other is a preview, so that each branch is exactly one stage. Previews and sandboxes live in the one Region they are deployed to, unless
 * `stages.preview.regions` or `stages.sandbox.regions` says otherwise.
 *
 * @throws {TopologyError} where the stage has no replica in that Region
 */
export function resolveStage(topology: Topology, target: BackendTarget): BackendContext {
  const { kind, stage, regions, settings } = stageOf(topology, target);
  const issues = target.changes === undefined ? [] : stageIssues({ regions, settings });
  if (issues.length > 0) throw new TopologyError(`try changes of stage '${stage}'`, issues);
  const { region } = target;
  if (region === undefined || !regions.includes(region) || !isAwsRegion(region)) {
    throw new TopologyError(`place stage '${stage}'`, [
      issue(
        'region',
        region,
        regions.filter(isAwsRegion).join(', ') || 'any Region of the aws partition',
        'Set AWS_REGION to one of them, or add the Region in amplify/topology.ts',
      ),
    ]);
  }
  const { project } = topology;
  return {
    project,
    stage,
    kind,
    region,
    role: roleOf(regions, region),
    regions,
    tableName: tableName(project, stage),
    apiName: apiName(project, stage, region),
    domain: domainOf(settings.domain, target.localZoneName),
    settings: withLocalOrigins(settings, kind === 'sandbox' || target.localZoneName !== undefined),
  };
}

/**
 * Pages of one's own machine may call the twin and a sandbox. What is deployed for others lets in the origins that it names: a
 * page on some port of a visitor's machine is not the team's.
 */
function withLocalOrigins(settings: StageSettings, isLocal: boolean): StageSettings {
  const { allowOrigins, localOrigins } = settings.cors;
  if (!isLocal || allowOrigins.includes('*')) return settings;
  return { ...settings, cors: { ...settings.cors, allowOrigins: [...allowOrigins, ...localOrigins] } };
}

/**
 * Regions that a backend is deployed to, the primary first, for whoever goes through all of them.
 * `region` matters for previews and sandboxes only; there it defaults to the topology's primary.
 */
export function regionsOf(
  topology: Topology,
  backend: { readonly type: BackendType; readonly name: string; readonly region?: string },
): readonly string[] {
  const { type, name, region = topology.regions[0] } = backend;
  return stageOf(topology, { backendType: type, backendName: name, region }).regions;
}

/** Role of a Region among a stage's Regions: the first is the primary. */
export function roleOf(regions: readonly string[], region: string): Role {
  return regions[0] === region ? 'primary' : 'secondary';
}

function domainOf(
  domain: StageSettings['domain'],
  localZoneName: string | undefined,
): BackendContext['domain'] {
  if (localZoneName === undefined || typeof domain?.hostedZoneId === 'string') return domain;
  if (isZoneName(localZoneName)) {
    return { zoneName: domain?.zoneName ?? localZoneName, hostedZoneId: LOCAL_HOSTED_ZONE_ID };
  }
  throw new TopologyError('use the local zone', [
    issue(
      'localZoneName',
      localZoneName,
      `a domain name in lower case without a final dot, at most ${ZONE_NAME_LENGTH_MAX} characters`,
      "Take a name that no public resolver knows, such as 'gsp.test'",
    ),
  ]);
}

function stageOf(
  topology: Topology,
  target: BackendTarget,
): Pick<BackendContext, 'kind' | 'stage' | 'regions' | 'settings'> {
  const { project, stages } = topology;
  const listed = listedStageOf(topology, target);
  const kind = listed !== undefined ? 'listed' : target.backendType === 'sandbox' ? 'sandbox' : 'preview';
  const changes = stages[listed ?? kind] ?? {};
  const settings = changeSettings(changeSettings(topology.settings, changes), target.changes ?? {});
  const lengthMax = NAME_PREFIX_LENGTH_MAX - project.length - 1;
  if (listed !== undefined) {
    const stage = slug(listed, lengthMax);
    return { kind, stage, regions: changes.regions ?? topology.regions, settings };
  }
  const regions = changes.regions ?? [target.region ?? ''];
  const prefix = `${kind}-`;
  return {
    kind,
    stage: `${prefix}${slug(target.backendName, lengthMax - prefix.length)}`,
    regions,
    settings: shortLived(settings, regions),
  };
}

/** The stage of the topology that a backend is, or undefined where it is a preview or a sandbox. */
function listedStageOf(topology: Topology, { backendType, backendName }: BackendTarget): string | undefined {
  if (backendType === 'sandbox') return undefined;
  return listedStages(topology).find(
    (name) => (backendType === 'branch' ? branchOf(topology, name) : name) === backendName,
  );
}

/**
 * Settings of a stage that goes away with its stack. Protection that it would inherit is dropped, and the
 * domain, of which there is one. So is strong consistency where there is one Region: a single replica is always strongly consistent, and
 * DynamoDB refuses the setting there. Nobody is on call for it: alarms, dashboard and budget are left out,
 * and with the alarms what breaks it on purpose. Without a domain there is no edge.
 */
function shortLived(settings: StageSettings, regions: readonly string[]): StageSettings {
  const table = { ...settings.table, deletionProtection: false };
  const observability = {
    ...settings.observability,
    alarms: false,
    dashboard: false,
    alarmTopic: false,
    alarmEmails: [],
  };
  const edge = { ...settings.edge, cloudFront: false, waf: 'off' as const };
  const own = { ...settings, domain: null, budget: null, observability, edge, faultInjection: false };
  if (regions.length > 1) return { ...own, table };
  return { ...own, table: { ...table, consistency: 'eventual', witnessRegion: null, timeToLive: true } };
}
