import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { ItemKey } from '../contract/item.ts';
import type { Clock } from '../domain/clock.ts';
import type { EvacuationStore } from '../domain/evacuation-store.ts';
import type { StoreCallOptions } from '../domain/item-store.ts';
import {
  evacuationAuditPk,
  evacuationsPk,
  fromEvacuationAuditRecord,
  fromEvacuationRecord,
  toEvacuationAuditRecord,
  toEvacuationRecord,
} from './evacuation-record.ts';
import type { TableRecord } from './read-attributes.ts';
import { sendOptions } from './send-options.ts';
import { translated } from './translated.ts';

/** What the store of evacuations needs. */
export interface TableEvacuationStoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Tells which audit entries are over: the table removes them later, or, strongly consistent, never. */
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Told of every record in the store's partitions that is none of it; it is passed over. */
  readonly onForeignRecord: (key: ItemKey) => void;
}

/**
 * Makes the store of evacuations over the table that also holds the items. Plain puts and queries: a strongly consistent
 * table takes them as well, and repeating one after a lost answer changes nothing.
 */
export function createTableEvacuationStore(options: TableEvacuationStoreOptions): EvacuationStore {
  const { client, tableName, clock, onForeignRecord } = options;

  const readAll = <T>(records: readonly TableRecord[], read: (record: TableRecord) => T | undefined): T[] =>
    records.flatMap((record) => {
      const value = read(record);
      if (value === undefined) onForeignRecord({ pk: String(record.pk), sk: String(record.sk) });
      return value ?? [];
    });
  const put = async (act: string, Item: Record<string, unknown>, call?: StoreCallOptions) => {
    const command = new PutCommand({ TableName: tableName, Item });
    await translated(act, () => client.send(command, sendOptions(call)));
  };

  return {
    read: async ({ isConsistent, ...call }) => {
      // One page: a record for each region, however many evacuations there were.
      const command = new QueryCommand({
        ...{ TableName: tableName, ConsistentRead: isConsistent },
        ...{ KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': evacuationsPk } },
      });
      const { Items = [] } = await translated('read the evacuations', () =>
        client.send(command, sendOptions(call)),
      );
      return readAll(Items, fromEvacuationRecord);
    },
    keep: (evacuation, call) => put('keep the evacuation', toEvacuationRecord(evacuation), call),
    audit: (entry, call) => put('enter the audit trail', toEvacuationAuditRecord(entry), call),
    readAudit: async (limit, call) => {
      const command = new QueryCommand({
        ...{ TableName: tableName, Limit: limit, ScanIndexForward: false, ConsistentRead: true },
        KeyConditionExpression: 'pk = :pk',
        // What is over is older than all that is not: leaving it out makes no page short that could be longer.
        FilterExpression: '#ttl > :now',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':pk': evacuationAuditPk, ':now': Math.floor(clock.nowMs() / 1000) },
      });
      const { Items = [] } = await translated('read the audit trail', () =>
        client.send(command, sendOptions(call)),
      );
      return readAll(Items, fromEvacuationAuditRecord);
    },
  };
}
