import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Conflict } from '../contract/conflict.ts';
import type { ItemKey } from '../contract/item.ts';
import type { Clock } from '../domain/clock.ts';
import type { ConflictId, ConflictLog } from '../domain/conflict-log.ts';
import type { StoreCallOptions } from '../domain/item-store.ts';
import {
  conflictIndexPk,
  conflictPk,
  conflictSk,
  fromConflictRecord,
  timeText,
  toConflictRecord,
} from './conflict-record.ts';
import { type ConflictReader, listConflicts } from './list-conflicts.ts';
import type { TableRecord } from './read-attributes.ts';
import { sendOptions } from './send-options.ts';
import { translated } from './translated.ts';

/** What the conflict log needs. */
export interface TableConflictLogOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Tells which entries are over: the table removes them later, within days. */
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Told of every record in the log's partitions that is no entry; it is passed over. */
  readonly onForeignRecord: (key: ItemKey) => void;
}

/** A keyed write that two regions made is one write with two times. They are no further apart than this, or not found. */
const sameWriteMs = 24 * 3_600_000;

/** By how much a record of the index outlives the entry it was written for: a redelivered entry may be as late. */
const indexGraceSeconds = 2 * 86_400;

/** Makes the conflict log over the table that also holds the items. */
export function createTableConflictLog(options: TableConflictLogOptions): ConflictLog {
  const { client, tableName, clock, onForeignRecord } = options;
  const toConflict = (record: TableRecord): Conflict | undefined => {
    const conflict = fromConflictRecord(record);
    if (conflict === undefined) onForeignRecord({ pk: String(record.pk), sk: String(record.sk) });
    return conflict;
  };

  /** @returns whether it was put, or else refused by its condition */
  const putIf = (input: Omit<PutCommandInput, 'TableName'>, call?: StoreCallOptions) =>
    translated('enter the conflict', async () => {
      try {
        await client.send(new PutCommand({ TableName: tableName, ...input }), sendOptions(call));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    });

  const queryConflicts: ConflictReader['queryConflicts'] = async ({ pk, limit, after }, call) => {
    const command = new QueryCommand({
      ...{ TableName: tableName, Limit: limit, ScanIndexForward: false },
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: '#ttl > :now',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':pk': conflictPk(pk), ':now': Math.floor(clock.nowMs() / 1000) },
      ...(after === undefined ? {} : { ExclusiveStartKey: { pk: conflictPk(pk), sk: after } }),
    });
    const output = await translated('list the conflicts', () => client.send(command, sendOptions(call)));
    const conflicts = (output.Items ?? []).map(toConflict).filter((conflict) => conflict !== undefined);
    const { LastEvaluatedKey: last } = output;
    return last === undefined ? { conflicts } : { conflicts, next: String(last.sk) };
  };

  const queryPks: ConflictReader['queryPks'] = async ({ limit, after }, call) => {
    const command = new QueryCommand({
      ...{ TableName: tableName, Limit: limit },
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': conflictIndexPk },
      ...(after === undefined ? {} : { ExclusiveStartKey: { pk: conflictIndexPk, sk: after } }),
    });
    const output = await translated('list the conflicts', () => client.send(command, sendOptions(call)));
    const pks = (output.Items ?? []).map(({ sk }) => String(sk));
    return { pks, hasMore: output.LastEvaluatedKey !== undefined };
  };

  const findSameWrite = async (id: ConflictId, call?: StoreCallOptions): Promise<Conflict | undefined> => {
    const command = new QueryCommand({
      ...{ TableName: tableName, ConsistentRead: true },
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      FilterExpression: '#item = :item AND #dot = :dot',
      ExpressionAttributeNames: { '#item': 'item', '#dot': 'dot' },
      ExpressionAttributeValues: {
        ...{ ':pk': conflictPk(id.pk), ':item': id.item, ':dot': id.dot },
        ...{
          ':from': timeText(id.updatedAtMs - sameWriteMs),
          ':to': timeText(id.updatedAtMs + sameWriteMs + 1),
        },
      },
    });
    // One page of at most 1 MB: a session that waits has to have an answer, and asks again.
    const { Items = [] } = await translated('look for the conflict', () =>
      client.send(command, sendOptions(call)),
    );
    return Items.map(toConflict).find((conflict) => conflict !== undefined);
  };

  return {
    record: async (id, conflict, call) => {
      await putIf(indexPut(id.pk, conflict.ttl + indexGraceSeconds), call);
      return putIf(
        { Item: toConflictRecord(id, conflict), ConditionExpression: 'attribute_not_exists(pk)' },
        call,
      );
    },
    find: async (id, call) => {
      const Key = { pk: conflictPk(id.pk), sk: conflictSk(id) };
      const command = new GetCommand({ TableName: tableName, Key, ConsistentRead: true });
      const { Item: record } = await translated('look for the conflict', () =>
        client.send(command, sendOptions(call)),
      );
      return record === undefined ? findSameWrite(id, call) : toConflict(record);
    },
    list: (query, call) => listConflicts(query, { queryConflicts, queryPks }, call),
  };
}

/**
 * The put of the index's record. It comes before that of the entry, so that a crash leaves no entry that the list of
 * all conflicts would not show, and so that an entry counts as new by the last step:
 *
 *     consumer      put index ... crash      an index record without entry: harmless, lists nothing
 *     redelivered   put index, put entry: new, once
 *
 * It never shortens the record's life: a redelivered conflict is as old as it was. Only where two regions write the
 * record at once may the shorter life win; the grace covers that.
 */
function indexPut(pk: string, ttl: number): Omit<PutCommandInput, 'TableName'> {
  return {
    Item: { pk: conflictIndexPk, sk: pk, ttl },
    ConditionExpression: 'attribute_not_exists(pk) OR #ttl < :ttl',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':ttl': ttl },
  };
}
