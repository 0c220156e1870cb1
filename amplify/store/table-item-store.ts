import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Item, ItemKey } from '../contract/item.ts';
import type { ItemQuery, ItemSlice, ItemStore, StoreCallOptions } from '../domain/item-store.ts';
import { fromItemRecord, type ItemRecord, toItemRecord } from './item-record.ts';
import { translated } from './translated.ts';

/** What the item store needs. */
export interface TableItemStoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /**
   * Told of every record under a user's key that is no item. Such a record, written past this API, is treated as
   * absent, so that it cannot break the list that it lies in.
   */
  readonly onForeignRecord: (key: ItemKey) => void;
}

/** Makes the item store over a DynamoDB table with the string keys `pk` and `sk`. */
export function createTableItemStore(options: TableItemStoreOptions): ItemStore {
  const { client, tableName, onForeignRecord } = options;
  const toItem = (record: ItemRecord): Item | undefined => {
    const item = fromItemRecord(record);
    if (item === undefined) onForeignRecord({ pk: String(record.pk), sk: String(record.sk) });
    return item;
  };
  return {
    put: async (item, call) => {
      // The SDK repeats a put whose answer was lost. That is safe: it puts the same item under the same key.
      const command = new PutCommand({ TableName: tableName, Item: toItemRecord(item) });
      await translated('write the item', () => client.send(command, sendOptions(call)));
    },
    get: async ({ pk, sk }, call) => {
      // Consistent: a caller whose write this region has acknowledged must never hear that there is no such item.
      const command = new GetCommand({ TableName: tableName, Key: { pk, sk }, ConsistentRead: true });
      const { Item: record } = await translated('read the item', () =>
        client.send(command, sendOptions(call)),
      );
      return record === undefined ? undefined : toItem(record);
    },
    query: async (query, call) => {
      const command = queryCommand(tableName, query);
      const output = await translated('list the items', () => client.send(command, sendOptions(call)));
      const items = (output.Items ?? []).map(toItem).filter((item) => item !== undefined);
      return slice(items, output.LastEvaluatedKey);
    },
  };
}

function queryCommand(tableName: string, { pk, limit, before }: ItemQuery): QueryCommand {
  return new QueryCommand({
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
    // Sort keys made by the server grow with time: downwards is newest first.
    ScanIndexForward: false,
    // Eventually consistent: a list never proves that an item is absent, costs half, and is still served while
    // the leader of the partition changes.
    ConsistentRead: false,
    Limit: limit,
    ...(before === undefined ? {} : { ExclusiveStartKey: { pk, sk: before } }),
  });
}

function slice(items: readonly Item[], lastKey: ItemRecord | undefined): ItemSlice {
  return lastKey === undefined ? { items } : { items, next: String(lastKey.sk) };
}

function sendOptions({ signal }: StoreCallOptions = {}): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
