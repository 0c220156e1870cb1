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
import type {
  ConflictId,
  ConflictLog,
  ConflictQuery,
  ConflictSlice,
  LoggedLoss,
} from '../domain/conflict-log.ts';
import type { StoreCallOptions } from '../domain/item-store.ts';
import { PlatformError } from '../domain/platform-error.ts';
import {
  conflictIndexPk,
  conflictPk,
  conflictSk,
  fromConflictRecord,
  fromLossRecord,
  toConflictRecord,
} from './conflict-record.ts';
import { reporting, timeText } from './table-record.ts';
import { sendOptions, translated } from './translated.ts';

/** What the conflict log needs. */
export interface TableConflictLogOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Tells which entries are over: the table removes them later, within days. */
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Told of every record in the log's partitions that is no entry; it is passed over. */
  readonly onForeignRecord: (key: ItemKey) => void;
}

/**
 * By how much an entry's time may be before that of the write that is looked for: a keyed write that two regions made
 * is one write with two times, and clocks differ. How much later it may be has no limit: others may have built on it.
 */
const earlierMs = 24 * 3_600_000;

/** Pages of one search, 1 MB each: a session that waits has to have an answer, and asks again. */
const searchPagesMax = 3;

/** By how much a record of the index outlives the entry it was written for: a redelivered entry may be as late. */
const indexGraceSeconds = 2 * 86_400;

/** Makes the conflict log over the table that also holds the items. */
export function createTableConflictLog(options: TableConflictLogOptions): ConflictLog {
  const { client, tableName, clock, onForeignRecord } = options;
  const toConflict = reporting<Conflict>(fromConflictRecord, onForeignRecord);
  const toLoss = reporting<LoggedLoss>(fromLossRecord, onForeignRecord);

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
      TableName: tableName,
      Limit: limit,
      ScanIndexForward: false,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: '#ttl > :now AND attribute_not_exists(quiet)',
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
      TableName: tableName,
      Limit: limit,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': conflictIndexPk },
      ...(after === undefined ? {} : { ExclusiveStartKey: { pk: conflictIndexPk, sk: after } }),
    });
    const output = await translated('list the conflicts', () => client.send(command, sendOptions(call)));
    const pks = (output.Items ?? []).map(({ sk }) => String(sk));
    return { pks, hasMore: output.LastEvaluatedKey !== undefined };
  };

  const search = async (id: ConflictId, call?: StoreCallOptions): Promise<LoggedLoss | undefined> => {
    const input = searchInput(tableName, id);
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    for (let page = 0; page < searchPagesMax; page++) {
      const from = ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey };
      const { Items = [], LastEvaluatedKey } = await translated('look for the conflict', () =>
        client.send(new QueryCommand({ ...input, ...from }), sendOptions(call)),
      );
      const found = Items.map(toLoss).find((loss) => loss !== undefined);
      if (found !== undefined || LastEvaluatedKey === undefined) return found;
      ExclusiveStartKey = LastEvaluatedKey;
    }
    return undefined;
  };

  return {
    record: async (id, conflict, call) => {
      if (!id.isQuiet) await putIf(indexPut(id.pk, conflict.ttl + indexGraceSeconds), call);
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
      return record === undefined ? search(id, call) : toLoss(record);
    },
    list: (query, call) => listConflicts(query, { queryConflicts, queryPks }, call),
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

/** Reads of the table for one slice, at most: each takes milliseconds, and a request waits for them one by one. */
const readsMax = 25;

/** The two reads of which lists are made. */
interface ConflictReader {
  /** Entries of one partition key, the latest lost write first; positions are sort keys. */
  readonly queryConflicts: (
    query: ConflictQuery & { readonly pk: string },
    call?: StoreCallOptions,
  ) => Promise<ConflictSlice>;
  /** Partition keys that may have entries, in ascending order, after one of them. */
  readonly queryPks: (
    query: { readonly limit: number; readonly after?: string },
    call?: StoreCallOptions,
  ) => Promise<{ readonly pks: readonly string[]; readonly hasMore: boolean }>;
}

/** Where a list of all conflicts stands: after this sort key of that partition, or at the end of it. */
interface Position {
  readonly pk: string;
  readonly sk?: string;
}

/** Reads one slice of the conflict log, of one partition key or of all. */
function listConflicts(
  query: ConflictQuery,
  reader: ConflictReader,
  call?: StoreCallOptions,
): Promise<ConflictSlice> {
  const { pk, limit, after } = query;
  if (pk === undefined) return listAll(query, reader, call);
  return reader.queryConflicts({ pk, limit, ...(after === undefined ? {} : { after }) }, call);
}

/**
 * Walks through the partitions in the order of the index. Entries that come meanwhile behind the position are not
 * seen, those ahead are; none is shown twice.
 */
async function listAll(
  { limit, after }: ConflictQuery,
  { queryConflicts, queryPks }: ConflictReader,
  call?: StoreCallOptions,
): Promise<ConflictSlice> {
  const conflicts: Conflict[] = [];
  let position = after === undefined ? undefined : readPosition(after);
  let pending: readonly string[] = position?.sk === undefined ? [] : [position.pk];
  let hasMorePks = true;
  for (let reads = 0; reads < readsMax && conflicts.length < limit; reads++) {
    const [pk] = pending;
    if (pk === undefined) {
      if (!hasMorePks) return { conflicts };
      const page = await queryPks(
        { limit: readsMax, ...(position === undefined ? {} : { after: position.pk }) },
        call,
      );
      pending = page.pks;
      hasMorePks = page.hasMore;
      continue;
    }
    const from = position?.pk === pk && position.sk !== undefined ? { after: position.sk } : {};
    const slice = await queryConflicts({ pk, limit: limit - conflicts.length, ...from }, call);
    conflicts.push(...slice.conflicts);
    position = slice.next === undefined ? { pk } : { pk, sk: slice.next };
    if (slice.next === undefined) pending = pending.slice(1);
  }
  const isEnd = pending.length === 0 && !hasMorePks;
  return isEnd || position === undefined ? { conflicts } : { conflicts, next: writePosition(position) };
}

function writePosition({ pk, sk }: Position): string {
  return JSON.stringify(sk === undefined ? [pk] : [pk, sk]);
}

function readPosition(text: string): Position {
  try {
    const value: unknown = JSON.parse(text);
    const [pk, sk, ...rest]: unknown[] = Array.isArray(value) ? value : [];
    if (typeof pk === 'string' && rest.length === 0) {
      if (sk === undefined) return { pk };
      if (typeof sk === 'string') return { pk, sk };
    }
  } catch {
    // Not JSON: refused below, as everything else that was not given out.
  }
  throw new PlatformError('invalid-cursor', 'Cannot go on in the list: the cursor is none of this list');
}
