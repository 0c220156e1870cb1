import { createKeyCodec, type ItemKey, type KeyCodec } from '../item/item-key.ts';
import type { TableMeta } from '../journal/replica-meta.ts';
import { ServiceError, validationError } from '../protocol/service-error.ts';
import { streamLabelOf } from '../streams/stream-label.ts';
import type { TableDefinition } from '../table-definition.ts';
import { ItemIndex } from './item-index.ts';

/** A table of this replica: what the template declares, and what is known of its items. */
export interface ReplicaTable {
  readonly name: string;
  readonly definition: TableDefinition;
  readonly meta: TableMeta;
  readonly arn: string;
  /** Label of its stream, the last part of the stream's ARN. */
  readonly streamLabel: string;
  /** Its name in the engine; an engine may hold the tables of several regions. */
  readonly engineName: string;
  readonly keys: KeyCodec;
  readonly index: ItemIndex;
}

/** The tables of a replica. */
export interface ReplicaTables {
  /** What the names of this replica's tables begin with in the engine. */
  readonly enginePrefix: string;
  all(): readonly ReplicaTable[];
  find(tableName: string): ReplicaTable | undefined;
  /**
   * The table that a request names, by its name or its ARN.
   *
   * @throws {ServiceError} `ResourceNotFoundException` when this region has no replica of it
   */
  require(nameOrArn: unknown): ReplicaTable;
}

/** Makes the tables of a replica from their definitions and from what the data directory says about them. */
export function createReplicaTables(options: {
  readonly region: string;
  readonly accountId: string;
  readonly definitions: readonly TableDefinition[];
  readonly metas: Readonly<Record<string, TableMeta>>;
}): ReplicaTables {
  const { region, accountId, definitions, metas } = options;
  const enginePrefix = `${region}.`;
  const tables = new Map<string, ReplicaTable>();
  for (const definition of definitions) {
    const meta = metas[definition.tableName];
    if (meta === undefined)
      throw new TypeError(`Cannot serve ${definition.tableName}: its description is missing`);
    tables.set(definition.tableName, {
      name: definition.tableName,
      definition,
      meta,
      arn: `arn:aws:dynamodb:${region}:${accountId}:table/${definition.tableName}`,
      streamLabel: streamLabelOf({ region, tableName: definition.tableName }),
      engineName: `${enginePrefix}${definition.tableName}`,
      keys: createKeyCodec(definition),
      index: new ItemIndex(definition.ttlAttribute),
    });
  }
  return {
    enginePrefix,
    all: () => [...tables.values()],
    find: (tableName) => tables.get(tableName),
    require: (nameOrArn) => {
      if (typeof nameOrArn !== 'string' || nameOrArn === '')
        throw validationError(
          "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
        );
      const table = tables.get(nameOrArn) ?? [...tables.values()].find(({ arn }) => arn === nameOrArn);
      if (table === undefined)
        throw new ServiceError('ResourceNotFoundException', 'Requested resource not found');
      return table;
    },
  };
}

/** The name under which an item is locked. */
export function lockName(table: ReplicaTable, key: ItemKey): string {
  return `${table.name} ${key}`;
}

/** The ARN of a table's stream; nothing when the template gives it none. */
export function streamArnOf({ definition, arn, streamLabel }: ReplicaTable): string | undefined {
  return definition.streamViewType === undefined ? undefined : `${arn}/stream/${streamLabel}`;
}

/** The id of a stream's only shard: the time of its creation and a suffix, as AWS writes it. */
export function shardIdOf({ meta }: ReplicaTable): string {
  return `shardId-${String(meta.createdAtMs).padStart(20, '0')}-${meta.tableId.slice(0, 8)}`;
}
