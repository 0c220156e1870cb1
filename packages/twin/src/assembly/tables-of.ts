import { z } from 'zod';
import type { TableDefinition } from '../dynamodb/table-definition.ts';
import { isRecord } from '../json-value.ts';
import { cfnBoolean, type DeployedResource, readProperties, refOf } from './deployed-resource.ts';
import { isSwitchedOn, type NotEmulatedList } from './not-emulated-list.ts';

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
