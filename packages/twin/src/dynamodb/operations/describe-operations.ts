import type { JsonObject } from '../engine/engine-client.ts';
import { ServiceError, validationError } from '../protocol/service-error.ts';
import type { SecondaryIndex } from '../table-definition.ts';
import { type ReplicaTable, streamArnOf } from '../write/replica-table.ts';
import type { WriteContext } from '../write/write-context.ts';
import type { Operation } from './operation.ts';

/** DescribeTable. `Replicas` names the other regions, as AWS does. Sizes are not kept. */
export const describeTable: Operation = async (context, request) => ({
  Table: descriptionOf(requireByName(context, request.TableName), context.region),
});

/** ListTables: the tables of the deployed template, by name. */
export const listTables: Operation = async ({ tables }, request) => {
  const { ExclusiveStartTableName: start, Limit: limit = 100 } = request;
  if (!(Number.isInteger(limit) && Number(limit) >= 1 && Number(limit) <= 100))
    throw validationError(
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value between 1 and 100`,
    );
  const names = tables
    .all()
    .map(({ name }) => name)
    .sort()
    .filter((name) => typeof start !== 'string' || name > start);
  const page = names.slice(0, Number(limit));
  const last = page.at(-1);
  return {
    TableNames: page,
    ...(page.length < names.length && last !== undefined ? { LastEvaluatedTableName: last } : {}),
  };
};

/** DescribeTimeToLive. */
export const describeTimeToLive: Operation = async (context, request) => {
  const { ttlAttribute } = requireByName(context, request.TableName).definition;
  return {
    TimeToLiveDescription:
      ttlAttribute === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute },
  };
};

/** DescribeContinuousBackups. The twin has no backups, whatever the template asks for. */
export const describeContinuousBackups: Operation = async (context, request) => {
  requireByName(context, request.TableName);
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    },
  };
};

/** DescribeLimits: the defaults of a new account. */
export const describeLimits: Operation = async () => ({
  AccountMaxReadCapacityUnits: 80_000,
  AccountMaxWriteCapacityUnits: 80_000,
  TableMaxReadCapacityUnits: 40_000,
  TableMaxWriteCapacityUnits: 40_000,
});

function requireByName({ tables }: WriteContext, nameOrArn: unknown): ReplicaTable {
  try {
    return tables.require(nameOrArn);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.type !== 'ResourceNotFoundException') throw error;
    throw new ServiceError(error.type, `Requested resource not found: Table: ${nameOrArn} not found`);
  }
}

function descriptionOf(table: ReplicaTable, region: string): JsonObject {
  const { definition, meta } = table;
  const createdAt = meta.createdAtMs / 1_000;
  const peers = definition.replicaRegions.filter((replica) => replica !== region);
  const global = { GlobalTableVersion: '2019.11.21', MultiRegionConsistency: 'EVENTUAL' };
  return {
    TableName: table.name,
    TableArn: table.arn,
    TableId: meta.tableId,
    TableStatus: 'ACTIVE',
    CreationDateTime: createdAt,
    AttributeDefinitions: definition.attributeDefinitions,
    KeySchema: definition.keySchema,
    ItemCount: table.index.itemCount,
    TableSizeBytes: 0,
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: createdAt },
    ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    TableThroughputModeSummary: { TableThroughputMode: 'PAY_PER_REQUEST' },
    DeletionProtectionEnabled: false,
    ...indexesOf('GlobalSecondaryIndexes', definition.globalSecondaryIndexes, {
      table,
      status: { IndexStatus: 'ACTIVE' },
    }),
    ...indexesOf('LocalSecondaryIndexes', definition.localSecondaryIndexes, { table, status: {} }),
    ...streamOf(table),
    ...(peers.length === 0
      ? {}
      : { ...global, Replicas: peers.map((RegionName) => ({ RegionName, ReplicaStatus: 'ACTIVE' })) }),
  };
}

function indexesOf(
  member: string,
  indexes: readonly SecondaryIndex[] | undefined,
  { table, status }: { readonly table: ReplicaTable; readonly status: JsonObject },
): JsonObject {
  if (indexes === undefined || indexes.length === 0) return {};
  return {
    [member]: indexes.map(({ IndexName, KeySchema, Projection }) => ({
      IndexName,
      KeySchema,
      Projection,
      ...status,
      IndexArn: `${table.arn}/index/${IndexName}`,
      IndexSizeBytes: 0,
      ItemCount: 0,
    })),
  };
}

function streamOf(table: ReplicaTable): JsonObject {
  const { streamViewType } = table.definition;
  if (streamViewType === undefined) return {};
  return {
    StreamSpecification: { StreamEnabled: true, StreamViewType: streamViewType },
    LatestStreamLabel: table.streamLabel,
    LatestStreamArn: streamArnOf(table),
  };
}
