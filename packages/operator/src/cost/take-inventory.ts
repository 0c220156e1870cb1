import type { StageChanges } from '@gsp/platform/topology';
import { isRecord } from '@gsp/twin';
import type { StageTarget } from '../cloud/stage-target.ts';
import type { Project } from '../project.ts';
import { synthesize } from '../synthesis/synthesize.ts';
import { billedAs, recordsIn, standingUse } from './billed-types.ts';
import type { RegionUse } from './calculate-bill.ts';
import { CHECKER_REGIONS_ALL, type EndpointCheck } from './probes.ts';
import { type PlacedResource, readResources } from './read-resources.ts';

/** A function that is called, as far as its calls are billed. */
export interface CalledFunction {
  readonly memoryMb: number;
  /** Whether it has the extension of AWS Fault Injection Service, which asks a bucket for experiments. */
  readonly asksForExperiments: boolean;
  /** Secrets that it loads and keeps for some minutes. */
  readonly secrets: number;
}

/** What one Region's templates say of what is billed by use. */
export interface RegionInventory {
  readonly region: string;
  readonly functions: {
    readonly api: CalledFunction;
    readonly health: CalledFunction;
    readonly heartbeat: CalledFunction;
    readonly conflicts: CalledFunction;
    readonly authorizer: CalledFunction;
  };
  /** Longest retention of any log group, in days. */
  readonly logRetentionDays: number;
  readonly hasHeartbeat: boolean;
  readonly hasStreamConsumer: boolean;
  /** Whether a function verifies tokens. */
  readonly hasTokenFunction: boolean;
  /** Whether API Gateway writes metrics for each route. */
  readonly hasRouteMetrics: boolean;
  /** Whether its replica can be restored to any second. */
  readonly canRecover: boolean;
}

/** What a stage's templates hold that is billed. */
export interface Inventory {
  /** Regions that answer, the primary first. */
  readonly regions: readonly RegionInventory[];
  /** What is billed by the month. */
  readonly standing: readonly RegionUse[];
  /** Checks that ask a Region for its health, and those that ask it for evacuations of its peers. */
  readonly checks: {
    readonly health: readonly EndpointCheck[];
    readonly evacuation: readonly EndpointCheck[];
  };
  /** Whether items expire, which is a write in each other Region. */
  readonly expires: boolean;
  readonly hasDistribution: boolean;
  readonly hasWebAcl: boolean;
  /** Types of resources of which nobody has said how they are billed. */
  readonly notPriced: readonly string[];
}

/**
 * What the stage's templates hold that is billed, with those changes to its settings.
 *
 * @throws {SynthesisError} where the definition is wrong
 */
export async function inventoryOfStage(
  { rootDir }: Pick<Project, 'rootDir'>,
  { regions, branch: name }: Pick<StageTarget, 'regions' | 'branch'>,
  changes?: StageChanges,
): Promise<Inventory> {
  const backend = { type: 'branch', namespace: 'local', name } as const;
  const made = await synthesize({ rootDir, regions, backend, changes });
  const resources = await Promise.all(
    made.map(({ assemblyDir, region }) => readResources(assemblyDir, region)),
  );
  return takeInventory(resources.flat(), regions);
}

/** What those resources of a stage come to. Resources elsewhere than in `regions` serve the stage as a whole. */
export function takeInventory(resources: readonly PlacedResource[], regions: readonly string[]): Inventory {
  const of = propertiesIn(resources);
  const types = [...new Set(resources.map(({ type }) => type))].sort();
  const [table = {}] = of('AWS::DynamoDB::GlobalTable');
  const checks = endpointChecks(of('AWS::Route53::HealthCheck'));
  return {
    regions: regions.map((region) =>
      regionInventory(
        region,
        resources.filter((resource) => resource.region === region),
        table,
      ),
    ),
    standing: standingUse(resources),
    checks: {
      health: checks.filter(({ isEvacuation }) => !isEvacuation),
      evacuation: checks.filter(({ isEvacuation }) => isEvacuation),
    },
    expires: isRecord(table.TimeToLiveSpecification) && table.TimeToLiveSpecification.Enabled === true,
    hasDistribution: types.includes('AWS::CloudFront::Distribution'),
    hasWebAcl: types.includes('AWS::WAFv2::WebACL'),
    notPriced: types.filter((type) => billedAs(type) === undefined),
  };
}

type Properties = PlacedResource['properties'];

function propertiesIn(resources: readonly PlacedResource[]): (type: string) => Properties[] {
  return (type) => resources.filter((each) => each.type === type).map(({ properties }) => properties);
}

function regionInventory(
  region: string,
  resources: readonly PlacedResource[],
  table: Properties,
): RegionInventory {
  const of = propertiesIn(resources);
  const fn = functionIn(of('AWS::Lambda::Function'));
  const retentions = of('AWS::Logs::LogGroup').map(({ RetentionInDays }) => Number(RetentionInDays ?? 0));
  return {
    region,
    functions: {
      ...{ api: fn('api'), health: fn('health'), heartbeat: fn('heartbeat') },
      ...{ conflicts: fn('conflicts'), authorizer: fn('authorizer') },
    },
    logRetentionDays: Math.max(0, ...retentions),
    // A rule by the clock: the stage has no other.
    hasHeartbeat: of('AWS::Events::Rule').length > 0,
    hasStreamConsumer: of('AWS::Lambda::EventSourceMapping').length > 0,
    hasTokenFunction: of('AWS::ApiGatewayV2::Authorizer').some(
      ({ AuthorizerType }) => AuthorizerType === 'REQUEST',
    ),
    hasRouteMetrics: of('AWS::ApiGatewayV2::Stage').some(
      ({ DefaultRouteSettings: settings }) => isRecord(settings) && settings.DetailedMetricsEnabled === true,
    ),
    canRecover: recordsIn(table.Replicas).some(
      ({ Region, PointInTimeRecoverySpecification: recovery }) =>
        Region === region && isRecord(recovery) && recovery.PointInTimeRecoveryEnabled === true,
    ),
  };
}

/** Finds a function by its own part of its name. */
function functionIn(functions: readonly Properties[]): (name: string) => CalledFunction {
  return (name) => {
    const found = functions.find(({ FunctionName }) => String(FunctionName).endsWith(`-${name}`)) ?? {};
    const variables = isRecord(found.Environment) ? found.Environment.Variables : undefined;
    const environment = isRecord(variables) ? variables : {};
    return {
      // Lambda's own default.
      memoryMb: Number(found.MemorySize ?? 128),
      asksForExperiments: environment.AWS_FIS_CONFIGURATION_LOCATION !== undefined,
      secrets:
        environment.ORIGIN_SECRETS === undefined ? 0 : String(environment.ORIGIN_SECRETS).split(',').length,
    };
  };
}

function endpointChecks(
  checks: readonly Properties[],
): (EndpointCheck & { readonly isEvacuation: boolean })[] {
  return checks
    .map(({ HealthCheckConfig: config }) => (isRecord(config) ? config : {}))
    .filter(({ Type }) => String(Type).startsWith('HTTP'))
    .map(({ RequestInterval, Regions, ResourcePath }) => ({
      intervalSeconds: Number(RequestInterval ?? 30),
      checkerRegions: Array.isArray(Regions) ? Regions.length : CHECKER_REGIONS_ALL,
      // The path that tells a Region's health is computed when its stack is made.
      isEvacuation: String(ResourcePath).startsWith('/control/'),
    }));
}
