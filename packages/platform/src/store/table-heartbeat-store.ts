import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ItemKey } from '../contract/item.ts';
import type { HeartbeatStore } from '../domain/heartbeat.ts';
import { fromHeartbeatRecord, heartbeatKey, toHeartbeatRecord } from './heartbeat-record.ts';
import { sendOptions } from './send-options.ts';
import { translated } from './translated.ts';

/** What the store of heartbeats needs. */
export interface TableHeartbeatStoreOptions {
  /** Client of the region whose replica is meant: this region's, or a peer's. */
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /**
   * Whether reads are served by the leader of the partition, which takes replicated writes first. Not for a strongly
   * consistent table: there such a read asks other regions, and would tell nothing of this replica.
   */
  readonly isConsistent: boolean;
  /** Told of a record in a heartbeat's place that is none; it counts as absent. */
  readonly onForeignRecord: (key: ItemKey) => void;
}

/**
 * Makes the store of heartbeats over the table that also holds the items. Plain puts and gets: a strongly consistent
 * table takes them as well, and repeating one after a lost answer changes nothing.
 */
export function createTableHeartbeatStore(options: TableHeartbeatStoreOptions): HeartbeatStore {
  const { client, tableName, isConsistent, onForeignRecord } = options;
  return {
    keep: async (heartbeat, call) => {
      const command = new PutCommand({ TableName: tableName, Item: toHeartbeatRecord(heartbeat) });
      await translated('write the heartbeat', () => client.send(command, sendOptions(call)));
    },
    read: async (region, call) => {
      const key = heartbeatKey(region);
      const command = new GetCommand({ TableName: tableName, Key: key, ConsistentRead: isConsistent });
      const { Item: record } = await translated('read the heartbeat', () =>
        client.send(command, sendOptions(call)),
      );
      const heartbeat = record && fromHeartbeatRecord(record);
      if (record !== undefined && heartbeat === undefined) onForeignRecord(key);
      return heartbeat;
    },
  };
}
