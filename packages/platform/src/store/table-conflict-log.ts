import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Conflict } from '../contract/conflict.ts';
import type { ItemKey } from '../contract/item.ts';
import type { Clock } from '../domain/clock.ts';
import type { ConflictId, ConflictLog, LoggedLoss } from '../domain/conflict-log.ts';
import { foreignItem } from '../domain/foreign-item.ts';
import type { StoreCallOptions } from '../domain/item-store.ts';
import {
  conflictIndexPk,
  conflictPk,
  conflictSk,
  fromConflictRecord,
  fromLossRecord,
  keyOfConflict,
  toConflictRecord,
} from './conflict-record.ts';
import { createConflictLister } from './list-conflicts.ts';
import { readAttributes, reporting, type TableRecord, timeText } from './table-record.ts';
import { sendOptions, translated } from './translated.ts';

/** What the conflict log needs. */
export interface TableConflictLogOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Tells which entries are over: the table removes them later, within days. */
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Told of every record in the log's partitions that is no entry; lists name it. */
  readonly onForeignRecord: (key: ItemKey) => void;
}

/**
 * By how much an entry's time may be before that of the write that is looked for: a keyed write that two regions made
 * is one write with two times, and clocks differ. How much later it may be has no limit: others may have built on it.
 */
const earlierMs = 24 * 3_600_000;

/** By how much a record of the index outlives the entry it was written for: a redelivered entry may be as late. */
const indexGraceSeconds = 2 * 86_400;

/** Makes the conflict log over the table that also holds the items. */
export function createTableConflictLog(options: TableConflictLogOptions): ConflictLog {
  const { client, tableName, clock, onForeignRecord } = options;
  const toConflict = reporting<Conflict>(fromConflictRecord, onForeignRecord);
  const toLoss = reporting<LoggedLoss>(fromLossRecord, onForeignRecord);

  /** @returns whether it was put, and, if its condition refused it and it asks for that, what lies there */
  const putIf = (input: Omit<PutCommandInput, 'TableName'>, call?: StoreCallOptions) =>
    translated('enter the conflict', async () => {
      try {
        await client.send(new PutCommand({ TableName: tableName, ...input }), sendOptions(call));
        return { isPut: true };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException)
          return { isPut: false, held: readAttributes(error.Item) };
        throw error;
      }
    });

  const read = async (Key: ItemKey, call?: StoreCallOptions): Promise<TableRecord | undefined> => {
    const command = new GetCommand({ TableName: tableName, Key, ConsistentRead: true });
    const { Item } = await translated('look for the conflict', () => client.send(command, sendOptions(call)));
    return Item;
  };

  // One page of at most 1 MB: a token that anybody can write must not buy more. What lies behind it is found by whoever
  // has seen something newer.
  const search = async (id: ConflictId, call?: StoreCallOptions): Promise<LoggedLoss | undefined> => {
    const { Items = [] } = await translated('look for the conflict', () =>
      client.send(new QueryCommand(searchInput(tableName, id)), sendOptions(call)),
    );
    return Items.map(toLoss).find((loss) => loss !== undefined);
  };

  return {
    record: async (id, conflict, call) => {
      if (!id.isQuiet) await putIf(indexPut(id.pk, conflict.ttl + indexGraceSeconds), call);
      const { isPut, held } = await putIf(
        {
          Item: toConflictRecord(id, conflict),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
        call,
      );
      // What is not an entry does not keep the loss: the stream has to give it again, until an operator has made room.
      if (held !== undefined && toConflict(held) === undefined)
        throw foreignItem('enter the conflict', { pk: conflictPk(id.pk), sk: conflictSk(id) });
      return isPut;
    },
    find: async (id, call) => {
      const Key = { pk: conflictPk(id.pk), sk: conflictSk(id) };
      const record = await read(Key, call);
      if (record === undefined) return search(id, call);
      const loss = toLoss(record);
      if (loss === undefined) throw foreignItem('look for the conflict', Key);
      return loss;
    },
    findDot: search,
    acknowledge: async (id, { requireOwner, ...call } = {}) => {
      const Key = keyOfConflict(id);
      if (Key === undefined) return false;
      if (requireOwner !== undefined) {
        // Of an entry nothing changes but whether it is listed: what is read here holds for the write.
        const held = await read(Key, call);
        if (held === undefined) return false;
        const conflict = toConflict(held);
        if (conflict === undefined) throw foreignItem('acknowledge the conflict', Key);
        requireOwner(conflict);
      }
      return translated('acknowledge the conflict', async () => {
        try {
          await client.send(
            new UpdateCommand({ TableName: tableName, Key, ...acknowledgement(clock.nowMs()) }),
            sendOptions(call),
          );
          return true;
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
          const held = readAttributes(error.Item);
          if (held !== undefined && toConflict(held) === undefined)
            throw foreignItem('acknowledge the conflict', Key);
          return false;
        }
      });
    },
    list: createConflictLister({ client, tableName, clock, toConflict }),
  };
}

/** What finds the entry of a write by its dot, or by that of a write that was made from it. */
function searchInput(tableName: string, { pk, item, dot, updatedAtMs }: ConflictId) {
  return {
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND sk >= :from',
    FilterExpression: '#item = :item AND (#dot = :dot OR contains(#history, :dot))',
    ExpressionAttributeNames: { '#item': 'item', '#dot': 'dot', '#history': 'history' },
    ExpressionAttributeValues: {
      ':pk': conflictPk(pk),
      ':from': timeText(updatedAtMs - earlierMs),
      ':item': item,
      ':dot': dot,
    },
  };
}

/** What takes an entry off the list. It may not make a record where there is none, nor change what is no entry. */
function acknowledgement(nowMs: number) {
  return {
    UpdateExpression: 'SET quiet = :true',
    ConditionExpression: 'attribute_exists(loser) AND #ttl > :now',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':true': true, ':now': Math.floor(nowMs / 1000) },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const;
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
