import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Conflict } from '../contract/conflict.ts';
import { limits } from '../contract/limits.ts';
import type { Clock } from '../domain/clock.ts';
import type { ConflictLog, ConflictQuery } from '../domain/conflict-log.ts';
import type { StoreCallOptions } from '../domain/item-store.ts';
import { createPageBuilder, type Listed, type Page } from '../domain/page-builder.ts';
import { PlatformError } from '../domain/platform-error.ts';
import { conflictIndexPk, conflictPk } from './conflict-record.ts';
import type { TableRecord } from './table-record.ts';
import { sendOptions, translated } from './translated.ts';

/** What listing conflicts needs. */
export interface ConflictListerOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Tells which entries are over: the table removes them later, within days. */
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Reads an entry; undefined when the record is none. */
  readonly toConflict: (record: TableRecord) => Conflict | undefined;
}

/** Reads of the table for one page, at most: each takes milliseconds, and a request waits for them one by one. */
const readsMax = 25;

/** Makes the list of the conflict log, of one partition key or of all. */
export function createConflictLister(options: ConflictListerOptions): ConflictLog['list'] {
  return async (query, call) => {
    const { pk, limit } = query;
    if (pk === undefined) return listAll(query, options, call);
    const page = createPageBuilder<Conflict>(limit);
    const slice = await queryEntries(options, { ...query, pk }, call);
    for (const listed of slice.entries) if (!page.add(listed)) return page.before();
    return slice.next === undefined ? page.last() : page.before(slice.next);
  };
}

/**
 * Walks through the partitions in the order of the index. Entries that come meanwhile behind the position are not
 * seen, those ahead are; none is shown twice.
 */
async function listAll(
  { limit, after, isVisible }: ConflictQuery,
  options: ConflictListerOptions,
  call?: StoreCallOptions,
): Promise<Page<Conflict>> {
  const page = createPageBuilder<Conflict>(limit);
  let position = after === undefined ? undefined : readPosition(after);
  let pending: readonly string[] = position?.sk === undefined ? [] : [position.pk];
  let hasMorePks = true;
  for (let reads = 0; reads < readsMax && page.freeCount > 0 && !page.isHeavy; reads++) {
    const [pk] = pending;
    if (pk === undefined) {
      if (!hasMorePks) return page.last();
      const slice = await queryPks(options, position?.pk, call);
      pending = slice.pks;
      hasMorePks = slice.hasMore;
      continue;
    }
    const from = position?.pk === pk && position.sk !== undefined ? { after: position.sk } : {};
    const rule = isVisible === undefined ? {} : { isVisible };
    const slice = await queryEntries(options, { pk, limit: page.freeCount, ...from, ...rule }, call);
    for (const { position: sk, ...listed } of slice.entries)
      if (!page.add({ ...listed, position: writePosition({ pk, sk }) })) return page.before();
    position = slice.next === undefined ? { pk } : { pk, sk: slice.next };
    if (slice.next === undefined) pending = pending.slice(1);
  }
  const isEnd = pending.length === 0 && !hasMorePks;
  return isEnd || position === undefined ? page.last() : page.before(writePosition(position));
}

/** Reads entries of one partition key, the latest lost write first; positions are sort keys. */
async function queryEntries(
  { client, tableName, clock, toConflict }: ConflictListerOptions,
  { pk, limit, after, isVisible = () => true }: ConflictQuery & { readonly pk: string },
  call?: StoreCallOptions,
): Promise<{ readonly entries: readonly Listed<Conflict>[]; readonly next?: string }> {
  const command = new QueryCommand({
    TableName: tableName,
    Limit: limit,
    ScanIndexForward: false,
    KeyConditionExpression: 'pk = :pk',
    // "Not over" rather than "still good": what is not ours may have no such time, and has to be named.
    FilterExpression: '(NOT #ttl <= :now) AND attribute_not_exists(quiet)',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':pk': conflictPk(pk), ':now': Math.floor(clock.nowMs() / 1000) },
    ...(after === undefined ? {} : { ExclusiveStartKey: { pk: conflictPk(pk), sk: after } }),
  });
  const output = await translated('list the conflicts', () => client.send(command, sendOptions(call)));
  const entries = (output.Items ?? []).flatMap((record): Listed<Conflict>[] => {
    const entry = toConflict(record);
    const position = String(record.sk);
    if (entry === undefined) return [{ position, unreadable: { pk: conflictPk(pk), sk: position } }];
    return isVisible(entry) ? [{ position, entry }] : [];
  });
  const { LastEvaluatedKey: last } = output;
  return last === undefined ? { entries } : { entries, next: String(last.sk) };
}

/** Reads partition keys that may have entries, in ascending order, after one of them. */
async function queryPks(
  { client, tableName }: ConflictListerOptions,
  after: string | undefined,
  call?: StoreCallOptions,
): Promise<{ readonly pks: readonly string[]; readonly hasMore: boolean }> {
  const command = new QueryCommand({
    TableName: tableName,
    Limit: readsMax,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': conflictIndexPk },
    ...(after === undefined ? {} : { ExclusiveStartKey: { pk: conflictIndexPk, sk: after } }),
  });
  const output = await translated('list the conflicts', () => client.send(command, sendOptions(call)));
  const pks = (output.Items ?? []).map(({ sk }) => String(sk));
  return { pks, hasMore: output.LastEvaluatedKey !== undefined };
}

/** Where a list of all conflicts stands: after this sort key of that partition, or at the end of it. */
interface Position {
  readonly pk: string;
  readonly sk?: string;
}

// Not as JSON, which takes six bytes for a control character: a cursor has to fit into a request line. No key is empty.
function writePosition({ pk, sk = '' }: Position): string {
  return `${pk.length}:${pk}${sk}`;
}

function readPosition(text: string): Position {
  const [, digits = '', keys = ''] = /^(\d{1,4}):(.+)$/su.exec(text) ?? [];
  const length = Number(digits);
  const [pk, sk] = [keys.slice(0, length), keys.slice(length)];
  const isSound = pk !== '' && pk.length === length && writePosition({ pk, sk }) === text;
  if (isSound && [pk, sk].every((key) => Buffer.byteLength(key) <= limits.sortKeyBytesMax))
    return sk === '' ? { pk } : { pk, sk };
  throw new PlatformError('invalid-cursor', 'Cannot go on in the list: the cursor is none of this list');
}
