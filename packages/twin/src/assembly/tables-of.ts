import { z } from 'zod';
import type { TableDefinition } from '../dynamodb/table-definition.ts';
import { isRecord } from '../json-value.ts';
import { AssemblyError } from './assembly-error.ts';
import { cfnBoolean, type DeployedResource, readProperties, refOf } from './deployed-resource.ts';
import { isSwitchedOn, type NotEmulatedList, type ResolvedRegion } from './resolved-region.ts';

const GLOBAL_TABLE = 'AWS::DynamoDB::GlobalTable';
const TABLE = 'AWS::DynamoDB::Table';

/** The resource types that become tables. */
export const TABLE_TYPES: readonly string[] = [GLOBAL_TABLE, TABLE];

/** Properties that change how a table behaves on AWS and do nothing here. */
const NOT_HONOURED = [
  'DeletionProtectionEnabled',
  'GlobalTableWitnesses',
  'ImportSourceSpecification',
  'KinesisStreamSpecification',
  'MultiRegionConsistency',
  'OnDemandThroughput',
  'PointInTimeRecoverySpecification',
  'ProvisionedThroughput',
  'ReadOnDemandThroughputSettings',
  'ReadProvisionedThroughputSettings',
  'ResourcePolicy',
  'WriteOnDemandThroughputSettings',
  'WriteProvisionedThroughputSettings',
];

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const secondaryIndexes = z.array(
  z.object({
    IndexName: z.string(),
    KeySchema: keySchema,
    Projection: z
      .object({
        ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
        NonKeyAttributes: z.array(z.string()).optional(),
      })
      .transform(({ ProjectionType, NonKeyAttributes }) => ({
        ProjectionType,
        ...(NonKeyAttributes && { NonKeyAttributes }),
      })),
  }),
);
const tableProperties = z.object({
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: secondaryIndexes.optional(),
  LocalSecondaryIndexes: secondaryIndexes.optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().optional(), Enabled: cfnBoolean }).optional(),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) })
    .optional(),
  Replicas: z.array(z.object({ Region: z.string() })).optional(),
});

/** The tables that a region's templates define. */
export function tablesOf(
  resources: readonly DeployedResource[],
  { region, notEmulated }: { region: string; notEmulated: NotEmulatedList },
): TableDefinition[] {
  const tables = resources.filter(({ Type }) => TABLE_TYPES.includes(Type));
  for (const table of tables) noteProperties(table, notEmulated);
  return tables.map((table) => tableOf(table, region));
}

function tableOf(resource: DeployedResource, region: string): TableDefinition {
  const properties = readProperties(resource, tableProperties);
  const { GlobalSecondaryIndexes, LocalSecondaryIndexes, TimeToLiveSpecification: ttl } = properties;
  const replicaRegions = properties.Replicas?.map((replica) => replica.Region) ?? [region];
  // A global table of two regions or more has a stream always: replication lives on it.
  const streamViewType =
    properties.StreamSpecification?.StreamViewType ??
    (replicaRegions.length > 1 ? 'NEW_AND_OLD_IMAGES' : undefined);
  return {
    tableName: refOf(resource),
    attributeDefinitions: properties.AttributeDefinitions,
    keySchema: properties.KeySchema,
    ...(GlobalSecondaryIndexes?.length && { globalSecondaryIndexes: GlobalSecondaryIndexes }),
    ...(LocalSecondaryIndexes?.length && { localSecondaryIndexes: LocalSecondaryIndexes }),
    ...(ttl?.Enabled && ttl.AttributeName !== undefined && { ttlAttribute: ttl.AttributeName }),
    ...(streamViewType && { streamViewType }),
    replicaRegions,
  };
}

/** Names what is set on the table, or on one of its replicas, and has no effect here. */
function noteProperties({ Type, scope, logicalId }: DeployedResource, notEmulated: NotEmulatedList): void {
  const replicas = scope.property(logicalId, 'Replicas');
  const levels = [
    (name: string) => scope.property(logicalId, name),
    ...(Array.isArray(replicas)
      ? replicas.filter(isRecord).map((replica) => (name: string) => replica[name])
      : []),
  ];
  for (const name of NOT_HONOURED) {
    if (levels.some((level) => isSwitchedOn(level(name)))) notEmulated.add(`${Type} ${name}`, logicalId);
  }
}

/**
 * The tables of every region: those its own templates define, and the replicas that another region's template puts
 * there. Only the region that owns a global table has it in its template.
 *
 * A replica in a region that is not among `regions` is left out of `replicaRegions`: nobody runs it, so nothing
 * must wait to be replicated to it.
 *
 * @throws {AssemblyError} `ConflictingTables` when two templates put different tables of one name into a region
 */
export function mergeTables(regions: readonly ResolvedRegion[]): Map<string, TableDefinition[]> {
  const merged = new Map<string, TableDefinition[]>(regions.map(({ region }) => [region, []]));
  for (const { tables } of regions) {
    for (const table of tables) {
      const replicaRegions = table.replicaRegions.filter((region) => merged.has(region));
      for (const region of replicaRegions)
        addTable(merged.get(region) ?? [], { ...table, replicaRegions }, region);
    }
  }
  return merged;
}

function addTable(tables: TableDefinition[], table: TableDefinition, region: string): void {
  const existing = tables.find(({ tableName }) => tableName === table.tableName);
  if (!existing) {
    tables.push(table);
  } else if (JSON.stringify(existing) !== JSON.stringify(table)) {
    throw new AssemblyError(
      'ConflictingTables',
      `Cannot create table ${table.tableName} in ${region}: the templates of two regions define it differently, one owner is needed. Define a global table in its primary region only.`,
    );
  }
}
