import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
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
import { Construct } from 'constructs';
import { indexName, indexPartitionAttribute, indexSortAttribute } from '../topology/names.ts';

/** What a {@link GlobalTable} is made of. */
export interface GlobalTableProps {
  /** Computed, so that Regions which do not own the table can name it. */
  readonly tableName: string;

  /** Regions with a replica, the one that owns the table first. */
  readonly replicaRegions: readonly string[];

  /** Whether this Region owns the table's control plane; exactly one may. */
  readonly isOwner: boolean;

  /** Read units per second at which each replica's on-demand capacity stops. */
  readonly maxReadRequestUnits: number;

  /** Write units per second at which on-demand capacity stops, replicated writes included. */
  readonly maxWriteRequestUnits: number;

  /** How many generic indexes the table has; those that no item fills cost nothing. */
  readonly indexPool: number;

  /** Tags of a Region's replica. CloudFormation's own do not reach replicas. */
  readonly replicaTags: (region: string) => Readonly<Record<string, string>>;

  /** @default 'eventual' - last writer wins between Regions */
  readonly consistency?: 'eventual' | 'strong';

  /** Region that votes and keeps no items, with consistency 'strong' and two replicas. @default - none */
  readonly witnessRegion?: string | null;

  /** Whether items expire at the epoch seconds in their attribute `ttl`. @default true */
  readonly timeToLive?: boolean;

  /** Whether each replica can be restored to any second of the last 35 days. @default false */
  readonly pointInTimeRecovery?: boolean;

  /** Whether each replica refuses to be deleted, and the table outlives its stack. @default false */
  readonly deletionProtection?: boolean;
}

/**
 * The platform's table: `pk` and `sk`, on demand, streamed, one replica per Region, and a pool of generic indexes that
 * entities share. The pool is there from the start, as a deployed table gains one index per deployment.
 *
 * `AWS::DynamoDB::GlobalTable` belongs to one stack in one Region, which owns the control plane of all
 * replicas. Every other Region has no resource here and knows its replica by the computed name, so that
 * no stack depends on another Region's.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
 */
export class GlobalTable extends Construct {
  readonly tableName: string;
  /** ARN of this Region's replica, without its indexes: what a function of this Region may be granted. */
  readonly replicaArn: string;

  constructor(scope: Construct, id: string, props: GlobalTableProps) {
    super(scope, id);
    this.tableName = props.tableName;
    this.replicaArn = this.replicaArnIn(Aws.REGION);
    if (props.isOwner) this.own(props);
  }

  /**
   * ARNs of those Regions' replicas, without their indexes. For the one thing for which a Region asks another's replica:
   * to see whether a write has arrived there.
   */
  peerReplicaArns(peerRegions: readonly string[]): string[] {
    return peerRegions.map((region) => this.replicaArnIn(region));
  }

  private replicaArnIn(region: string): string {
    return Stack.of(this).formatArn({
      service: 'dynamodb',
      region,
      resource: 'table',
      resourceName: this.tableName,
    });
  }

  private own(props: GlobalTableProps): void {
    const { consistency = 'eventual', timeToLive = true, deletionProtection = false } = props;
    const table = new TableV2(this, 'Table', {
      tableName: props.tableName,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand({ maxWriteRequestUnits: props.maxWriteRequestUnits }),
      globalSecondaryIndexes: slotsOf(props).map((slot) => genericIndex(slot, props)),
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      // Encrypted at rest either way. A KMS key of one's own costs each month and on each call, and a
      // replica whose key is lost for 20 hours leaves the global table for good.
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      removalPolicy: deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(timeToLive ? { timeToLiveAttribute: 'ttl' } : {}),
    });
    this.replicate(globalTableOf(table), props, consistency);
  }

  /**
   * Replicas, set on the resource itself: TableV2 refuses replicas in a stack that does not know its
   * Region, as Amplify's does not. Everything that DynamoDB never synchronises between replicas is said
   * once for each.
   */
  private replicate(
    table: CfnGlobalTable,
    props: GlobalTableProps,
    consistency: 'eventual' | 'strong',
  ): void {
    const { pointInTimeRecovery = false, deletionProtection = false, witnessRegion = null } = props;
    table.replicas = props.replicaRegions.map((region) => ({
      region,
      deletionProtectionEnabled: deletionProtection,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: pointInTimeRecovery },
      readOnDemandThroughputSettings: { maxReadRequestUnits: props.maxReadRequestUnits },
      ...indexReadLimits(props),
      tags: Object.entries(props.replicaTags(region)).map(([key, value]) => ({ key, value })),
    }));
    if (consistency === 'eventual') return;
    table.multiRegionConsistency = 'STRONG';
    if (witnessRegion !== null) table.globalTableWitnesses = [{ region: witnessRegion }];
  }
}

/** Slots of the pool, counted from 1. */
function slotsOf({ indexPool }: Pick<GlobalTableProps, 'indexPool'>): number[] {
  return Array.from({ length: indexPool }, (_, index) => index + 1);
}

/**
 * Sparse: an item is in it once it has both attributes. Its write limit is the table's, as an index that takes less
 * throttles the table's own writes.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html
 */
function genericIndex(slot: number, { maxWriteRequestUnits }: GlobalTableProps): GlobalSecondaryIndexPropsV2 {
  return {
    indexName: indexName(slot),
    partitionKey: { name: indexPartitionAttribute(slot), type: AttributeType.STRING },
    sortKey: { name: indexSortAttribute(slot), type: AttributeType.STRING },
    projectionType: ProjectionType.ALL,
    maxWriteRequestUnits,
  };
}

/** Read limits of a replica's indexes, which the table's does not bound. */
function indexReadLimits(
  props: GlobalTableProps,
): Pick<CfnGlobalTable.ReplicaSpecificationProperty, 'globalSecondaryIndexes'> {
  if (props.indexPool === 0) return {};
  const readOnDemandThroughputSettings = { maxReadRequestUnits: props.maxReadRequestUnits };
  return {
    globalSecondaryIndexes: slotsOf(props).map((slot) => ({
      indexName: indexName(slot),
      readOnDemandThroughputSettings,
    })),
  };
}

function globalTableOf(table: TableV2): CfnGlobalTable {
  const resource = table.node.defaultChild;
  if (resource instanceof CfnGlobalTable) return resource;
  throw new Error(
    `Cannot add replicas: ${table.node.path} has no AWS::DynamoDB::GlobalTable, one is needed. Check the version of aws-cdk-lib`,
  );
}
