import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Definitions } from '../contract/definitions.ts';
import type { Entity } from '../contract/entity.ts';
import { keyPrefixOf } from '../entities/entity-keys.ts';
import { canLoseWrites, hasHeartbeat, hasSeveralIssuers, isEdgeOnly } from '../topology/backend-features.ts';
import {
  canaryPartitionKey,
  heartbeatPartitionKey,
  indexName,
  originSecretName,
  systemKeyPatterns,
} from '../topology/names.ts';
import type { BackendContext } from '../topology/resolve-stage.ts';
import { type BackendFunction, configureFunction, type FunctionAccess } from './configure-function.ts';
import type { GlobalTable } from './global-table.ts';
import { tokenEnvironment } from './token-authorizer.ts';

/**
 * What every function of a backend is defined with. Its stage decides on retention, level and variables, which it gets
 * where it is configured. All are in one group: with it they are in one stack, beside what they work with.
 */
export const functionDefaults = {
  runtime: 24,
  architecture: 'arm64',
  resourceGroupName: 'platform',
  logging: { format: 'json', level: 'info', retention: '1 week' },
} as const;

/** The platform's own functions, as `defineBackend` returns them. */
export interface BuiltInFunctions {
  readonly health: BackendFunction;
  readonly control: BackendFunction;
  readonly api: BackendFunction;
  readonly authorizer: BackendFunction;
  readonly conflicts: BackendFunction;
  readonly streamLookup: BackendFunction;
  readonly heartbeat: BackendFunction;
}

/** What one of them may do, and where it is of use. */
interface BuiltInFunction {
  readonly key: keyof BuiltInFunctions;
  /** Its own part of its name. @default - its key */
  readonly name?: string;
  readonly access: (context: BackendContext, deployed: Deployed) => FunctionAccess;
  /**
   * Whether anything calls it. Amplify wants to know the functions before it says which stage this is, so that one which
   * nothing calls is there all the same: without rights.
   *
   * @default - in every backend
   */
  readonly isUsed?: (context: BackendContext) => boolean;
  /** Whether callers wait for its answer: when Lambda refuses it, the Region should not serve. @default false */
  readonly serves?: boolean;
  /** Whether it runs only while a stack is deployed, whose failure CloudFormation tells. @default false */
  readonly deploys?: boolean;
}

/** What is deployed. */
interface Deployed {
  readonly revision: string | undefined;
  readonly entities: readonly Entity[];
}

const { conflicts, conflictIndex, counters, health, heartbeats, evacuations } = systemKeyPatterns;

const builtInFunctions: readonly BuiltInFunction[] = [
  {
    key: 'health',
    serves: true,
    access: (context, { revision }) => ({
      tableAccess: [canaryAccess(context), { actions: ['Query'], partitionKeys: [evacuations] }],
      // This function alone tells it: in the others it would end their warm environments with every deployment.
      ...(revision !== undefined && { environment: { REVISION: revision } }),
    }),
  },
  {
    key: 'control',
    access: (context) => ({
      tableAccess: [
        // It asks for its own Region's health before it sends another one's traffic here.
        canaryAccess(context),
        { actions: ['PutItem', 'Query'], partitionKeys: [evacuations] },
      ],
    }),
  },
  {
    key: 'api',
    serves: true,
    access: (context, { entities }) => ({
      tableAccess: [{ actions: ['GetItem', 'PutItem', 'Query', 'UpdateItem'] }, ...indexAccess(entities)],
      // A request that gets past every check must not be able to forge what was lost, or a Region's health, nor to
      // evacuate a Region.
      readOnlyPartitionKeys: [conflicts, conflictIndex, health, heartbeats, evacuations],
      ...edgeAccess(context),
    }),
  },
  {
    key: 'authorizer',
    serves: true,
    isUsed: hasSeveralIssuers,
    access: ({ settings }) => ({ tableAccess: [], environment: tokenEnvironment(settings.jwt) }),
  },
  {
    key: 'conflicts',
    isUsed: canLoseWrites,
    access: (_, { entities }) => ({
      tableAccess: [
        { actions: ['PutItem', 'UpdateItem'], partitionKeys: [conflicts, conflictIndex, counters] },
        ...mergeAccess(entities),
      ],
    }),
  },
  {
    key: 'streamLookup',
    name: 'stream-lookup',
    deploys: true,
    isUsed: canLoseWrites,
    access: () => ({ tableAccess: [{ actions: ['DescribeTable'] }] }),
  },
  {
    key: 'heartbeat',
    isUsed: hasHeartbeat,
    access: ({ region }) => ({
      tableAccess: [
        { actions: ['PutItem'], partitionKeys: [heartbeatPartitionKey(region)] },
        { actions: ['GetItem'], partitionKeys: [heartbeats] },
      ],
      peerReadKeys: [heartbeatPartitionKey(region)],
    }),
  },
];

/** Entities share the table's indexes: of one each, the first is the first. */
function indexAccess(entities: readonly Entity[]): FunctionAccess['tableAccess'] {
  const used = Math.max(0, ...entities.map(({ indexes }) => Object.keys(indexes).length));
  if (used === 0) return [];
  return [{ actions: ['Query'], indexes: Array.from({ length: used }, (_, at) => indexName(at + 1)) }];
}

/** Conflicts of an entity with a merge are resolved where they are seen. */
function mergeAccess(entities: readonly Entity[]): FunctionAccess['tableAccess'] {
  const merging = entities.filter(({ merge }) => merge !== undefined);
  if (merging.length === 0) return [];
  return [
    { actions: ['GetItem', 'PutItem'], partitionKeys: merging.map((entity) => `${keyPrefixOf(entity)}*`) },
  ];
}

/** The canary by which a Region finds out whether its replica can be read and written. */
function canaryAccess({ region }: BackendContext) {
  return { actions: ['GetItem', 'PutItem'], partitionKeys: [canaryPartitionKey(region)] };
}

/** Behind the edge a function answers what came through it, and knows that by one of two secrets of its own Region. */
function edgeAccess(context: BackendContext): Pick<FunctionAccess, 'environment' | 'readableSecrets'> {
  if (!isEdgeOnly(context)) return {};
  const { project, stage } = context;
  const secrets = (['a', 'b'] as const).map((slot) => originSecretName(project, stage, slot));
  return { environment: { ORIGIN_SECRETS: secrets.join(',') }, readableSecrets: secrets };
}

/** What {@link configureFunctions} tells the platform's own functions. */
export interface ConfigureFunctionsOptions {
  readonly context: BackendContext;
  readonly table: GlobalTable;
  /** What is deployed. @default - nobody says */
  readonly revision?: string | undefined;
  /** What a team has defined. @default - nothing */
  readonly definitions?: Definitions;
}

/** Makes the platform's own functions those of this backend, each with the rights that its code needs here. */
export function configureFunctions(
  functions: BuiltInFunctions,
  { context, table, revision, definitions = {} }: ConfigureFunctionsOptions,
): void {
  const deployed = { revision, entities: Object.values(definitions.entities ?? {}) };
  for (const { key, name = key, access, isUsed } of builtInFunctions) {
    const used = isUsed?.(context) ?? true;
    const own = used ? access(context, deployed) : { tableAccess: [] };
    configureFunction(functions[key], { context, name, table, ...own });
  }
}

/** The platform's own functions, as whatever watches them has to know them. */
export interface WatchedFunctions {
  /** By their own part of the name; without those that this backend does not use. */
  readonly functions: Readonly<Record<string, IFunction>>;
  /** Names of those whose callers wait for an answer. */
  readonly serving: readonly string[];
  /** Name of the one that reads the stream, where one does. */
  readonly streamConsumer: string | undefined;
}

/** Those of the platform's own functions that are worth watching in this backend. */
export function watchedFunctions(context: BackendContext, functions: BuiltInFunctions): WatchedFunctions {
  const watched = builtInFunctions.filter(({ deploys, isUsed }) => !deploys && (isUsed?.(context) ?? true));
  return {
    functions: Object.fromEntries(
      watched.map(({ key, name = key }) => [name, functions[key].resources.lambda]),
    ),
    serving: watched.filter(({ serves }) => serves).map(({ key, name = key }) => name),
    streamConsumer: watched.find(({ key }) => key === 'conflicts')?.key,
  };
}
