/** A key of a table or an index, as CreateTable takes it. */
export interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

/** A secondary index, as CreateTable takes it. */
export interface SecondaryIndex {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: {
    readonly ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
    readonly NonKeyAttributes?: readonly string[];
  };
}

/** Which images a stream record carries. */
export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/** A table as the deployed template declares it: all that a replica needs to serve it in one region. */
export interface TableDefinition {
  readonly tableName: string;
  readonly attributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: 'S' | 'N' | 'B';
  }[];
  readonly keySchema: readonly KeySchemaElement[];
  readonly globalSecondaryIndexes?: readonly SecondaryIndex[];
  readonly localSecondaryIndexes?: readonly SecondaryIndex[];
  readonly ttlAttribute?: string;
  readonly streamViewType?: StreamViewType;
  /** Every region that holds a replica, the owner's included. */
  readonly replicaRegions: readonly string[];
}
