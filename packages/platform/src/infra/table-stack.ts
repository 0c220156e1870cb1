import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  CfnGlobalTable,
  type GlobalSecondaryIndexPropsV2,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { indexName, indexPartitionAttribute, indexSortAttribute, tableStackName } from '../topology/names.ts';
import type { BackendContext } from '../topology/resolve-stage.ts';
import { backendTags, tagBackend } from './backend-context.ts';
import { GlobalTable } from './global-table.ts';
import { appOf } from './root-stacks.ts';

/**
 * The table of a stage, for its functions. In the primary's app it is also made: in a root stack of its own, which is
 * deployed before the backend.
 *
 *     table   made ............................................. unchanged
 *     backend      creation fails .. rolled back .. deployed again, creation succeeds
 *
 * In one stack with the backend, a first deployment that failed would leave a protected table behind that no later one
 * could take over.
 */
export function addTable(backend: Stack, context: BackendContext): GlobalTable {
  if (context.role === 'primary') {
    const stack = new TableStack(appOf(backend), 'Table', context);
    backend.addStackDependency(stack, 'Its functions work with the table.');
  }
  return new GlobalTable(context.tableName);
}

/**
 * The platform's table: `pk` and `sk`, on demand, streamed, one replica per Region, and a pool of generic indexes that
 * entities share. The pool is there from the start, as a deployed table gains one index per deployment.
 *
 * `AWS::DynamoDB::GlobalTable` belongs to one stack in one Region, which owns the control plane of all replicas.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
 */
export class TableStack extends Stack {
  constructor(scope: Construct, id: string, context: BackendContext) {
    const { project, stage, tableName, settings } = context;
    super(scope, id, {
      stackName: tableStackName(project, stage),
      description: `The global table of ${project}-${stage}`,
    });
    const { timeToLive, maxWriteRequestUnits } = settings.table;
    // The id is a contract: another one replaces the table.
    const table = new TableV2(this, 'Items', {
      tableName,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand({ maxWriteRequestUnits }),
      globalSecondaryIndexes: slotsOf(context).map((slot) => genericIndex(slot, maxWriteRequestUnits)),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      // Encrypted at rest either way. A KMS key of one's own costs each month and on each call, and a
      // replica whose key is lost for 20 hours leaves the global table for good.
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      removalPolicy: removalPolicyOf(context),
      ...(timeToLive ? { timeToLiveAttribute: 'ttl' } : {}),
    });
    replicate(globalTableOf(table), context);
    tagBackend(this, context);
  }
}

/** A protected table outlives its stack, but not a creation of it that fails: the next one makes the table again. */
function removalPolicyOf({ settings }: BackendContext): RemovalPolicy {
  return settings.table.deletionProtection ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}

/** Slots of the pool, counted from 1. */
function slotsOf({ settings }: BackendContext): number[] {
  return Array.from({ length: settings.table.indexPool }, (_, index) => index + 1);
}

/**
 * Sparse: an item is in it once it has both attributes. Its write limit is the table's, as an index that takes less
 * throttles the table's own writes.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html
 */
function genericIndex(slot: number, maxWriteRequestUnits: number): GlobalSecondaryIndexPropsV2 {
  return {
    indexName: indexName(slot),
    partitionKey: { name: indexPartitionAttribute(slot), type: AttributeType.STRING },
    sortKey: { name: indexSortAttribute(slot), type: AttributeType.STRING },
    projectionType: ProjectionType.ALL,
    maxWriteRequestUnits,
  };
}

/**
 * Replicas, set on the resource itself: TableV2 refuses replicas in a stack that does not know its
 * Region, as this one does not. Everything that DynamoDB never synchronises between replicas is said
 * once for each.
 */
function replicate(table: CfnGlobalTable, context: BackendContext): void {
  const { consistency, witnessRegion, pointInTimeRecovery, deletionProtection } = context.settings.table;
  const { maxReadRequestUnits } = context.settings.table;
  table.replicas = context.regions.map((region) => ({
    region,
    deletionProtectionEnabled: deletionProtection,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: pointInTimeRecovery },
    readOnDemandThroughputSettings: { maxReadRequestUnits },
    ...indexReadLimits(context),
    // CloudFormation's own tags do not reach replicas.
    tags: Object.entries(backendTags(context, region)).map(([key, value]) => ({ key, value })),
  }));
  if (consistency === 'eventual') return;
  table.multiRegionConsistency = 'STRONG';
  if (witnessRegion !== null) table.globalTableWitnesses = [{ region: witnessRegion }];
}

/** Read limits of a replica's indexes, which the table's does not bound. */
function indexReadLimits(
  context: BackendContext,
): Pick<CfnGlobalTable.ReplicaSpecificationProperty, 'globalSecondaryIndexes'> {
  const slots = slotsOf(context);
  if (slots.length === 0) return {};
  const { maxReadRequestUnits } = context.settings.table;
  return {
    globalSecondaryIndexes: slots.map((slot) => ({
      indexName: indexName(slot),
      readOnDemandThroughputSettings: { maxReadRequestUnits },
    })),
  };
}

function globalTableOf(table: TableV2): CfnGlobalTable {
  const resource = table.node.defaultChild;
  if (resource instanceof CfnGlobalTable) return resource;
  throw new Error(
    `Cannot add replicas: ${table.node.path} has no AWS::DynamoDB::GlobalTable. Check the version of aws-cdk-lib.`,
  );
}
