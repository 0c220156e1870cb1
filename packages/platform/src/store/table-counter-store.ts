import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ItemKey } from '../contract/item.ts';
import { limits } from '../contract/limits.ts';
import type { Clock } from '../domain/clock.ts';
import type { CounterStore, IncrementOutcome, IncrementRecord } from '../domain/counter.ts';
import { foreignItem } from '../domain/foreign-item.ts';
import type { StoreCallOptions } from '../domain/item-store.ts';
import { PlatformError } from '../domain/platform-error.ts';
import {
  counterPk,
  fromIncrementRecord,
  shardPrefix,
  shardSk,
  takenBackSk,
  toIncrementRecord,
} from './increment-record.ts';
import { readAttributes } from './table-record.ts';
import { isRefused, type Transact } from './transact.ts';
import { sendOptions, translated } from './translated.ts';

/** What the counter store needs. */
export interface TableCounterStoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Region whose part of the counters it adds to. */
  readonly region: string;
  readonly clock: Clock;
  readonly transact: Transact;
  /**
   * Client that makes one attempt at each command. It is given where the table takes no transactions, as global
   * tables with strong consistency do not: an increment is then a plain update, which nothing may repeat, and
   * increments with a key must not be asked for.
   */
  readonly singleAttemptClient?: DynamoDBDocumentClient;
}

/**
 * How long it is known that an increment was taken back. The stream gives a record for 24 h; the rest is room for
 * clocks that differ, and for batches that an operator has read again.
 */
const takenBackTtlSeconds = 7 * 86_400;

/** Pages of one read at most: a counter has one part a region, so that the first is the last. */
const pagesMax = 10;

/** Makes the counter store over the table that also holds the items. */
export function createTableCounterStore(options: TableCounterStoreOptions): CounterStore {
  const { client, tableName, clock, transact, singleAttemptClient } = options;
  return {
    add: async (id, by, call) => {
      const increment = incrementWithinRange(options, id, by);
      if (singleAttemptClient !== undefined) return addOnlyOnce(singleAttemptClient, increment, call);
      const refusals = await transact({ act: 'add to the counter', items: [{ Update: increment }] }, call);
      return refusals === undefined ? 'counted' : refusedPart(increment, refusals[0]?.Item);
    },
    addOnce: (record, call) => addWithRecord(record, options, call),
    takeBack: async (record, call) => {
      const ttl = Math.floor(clock.nowMs() / 1000) + takenBackTtlSeconds;
      // No attribute `region` at its top: the stream's filter would take the mark for a record of an increment.
      const mark = { pk: counterPk(record.id), sk: takenBackSk(record), by: record.by, ttl };
      const Put = { TableName: tableName, Item: mark, ConditionExpression: 'attribute_not_exists(pk)' };
      // Without a limit: what was counted wrongly has to go. The mark is the condition; if it is there, this was done.
      const items = [{ Put }, { Update: incrementOf(options, record.id, -record.by) }];
      return (await transact({ act: 'take the increment back', items }, call)) === undefined;
    },
    read: (id, call) => readSum({ client, tableName, id }, call),
  };
}

interface PartOptions {
  readonly tableName: string;
  readonly region: string;
}

function incrementOf({ tableName, region }: PartOptions, id: string, by: number) {
  return {
    TableName: tableName,
    Key: { pk: counterPk(id), sk: shardSk(region) },
    UpdateExpression: 'ADD #value :by',
    ExpressionAttributeNames: { '#value': 'value' },
    ExpressionAttributeValues: { ':by': by },
  };
}

// What may be added to is what stays within the limit when `by` is added. An absent part is 0, and `by` is smaller. What
// has no number there is not a part, and is left alone.
function incrementWithinRange(options: PartOptions, id: string, by: number) {
  const increment = incrementOf(options, id, by);
  const max = limits.counterShardMax;
  return {
    ...increment,
    ConditionExpression: 'attribute_not_exists(pk) OR #value BETWEEN :low AND :high',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    ExpressionAttributeValues: {
      ...increment.ExpressionAttributeValues,
      ':low': -max - by,
      ':high': max - by,
    },
  };
}

/**
 * Says why a part was not added to.
 *
 * @param held - what lies there, as DynamoDB tells with the refusal
 * @throws PlatformError `foreign-item` when that is no part of a counter
 */
function refusedPart({ Key }: { readonly Key: ItemKey }, held: unknown): 'out-of-range' {
  const part = readAttributes(held);
  if (part !== undefined && !Number.isSafeInteger(part.value)) throw foreignItem('add to the counter', Key);
  return 'out-of-range';
}

/**
 * Adds by a plain update, with one attempt. Whether it counted is unknown when no answer comes, and repeating it might
 * count twice; so the caller is told that much, whatever the reason.
 */
async function addOnlyOnce(
  client: DynamoDBDocumentClient,
  increment: ReturnType<typeof incrementWithinRange>,
  call?: StoreCallOptions,
): Promise<IncrementOutcome> {
  const act = 'add to the counter';
  try {
    await translated(act, () => client.send(new UpdateCommand(increment), sendOptions(call)));
    return 'counted';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return refusedPart(increment, error.Item);
    if (!(error instanceof PlatformError) || !mayHaveCounted(error)) throw error;
    const state = 'the table gave no answer, and it is unknown whether it counted';
    throw new PlatformError('table-timeout', `Cannot ${act}: ${state}. Read it before adding again`, {
      cause: error.cause,
    });
  }
}

// Who was never reached has not counted; every other connection may have carried the update.
function mayHaveCounted({ code, cause }: PlatformError): boolean {
  const unreached = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code === 'table-timeout' || (code === 'table-unavailable' && !unreached.includes(reason));
}

/**
 * Adds and keeps the record of the key, both or neither.
 *
 *     retry 1   put record if none, ADD: made, no answer
 *     retry 2        put record if none: refused, told the record, nothing added
 */
async function addWithRecord(
  record: IncrementRecord,
  options: TableCounterStoreOptions,
  call?: StoreCallOptions,
): Promise<IncrementOutcome | { found: IncrementRecord }> {
  const act = 'add to the counter';
  const Put = {
    TableName: options.tableName,
    Item: toIncrementRecord(record),
    // What is over still lies there. Version 0.1 kept a record as long as its key.
    ConditionExpression:
      'attribute_not_exists(pk) OR #until <= :now OR (attribute_not_exists(#until) AND #ttl <= :now)',
    ExpressionAttributeNames: { '#ttl': 'ttl', '#until': 'until' },
    ExpressionAttributeValues: { ':now': Math.floor(record.atMs / 1000) },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  const increment = incrementWithinRange(options, record.id, record.by);
  const items = [{ Put }, { Update: increment }];
  const refusals = await options.transact({ act, items }, call);
  if (refusals === undefined) return 'counted';
  const [keyRefusal, partRefusal] = refusals;
  if (keyRefusal === undefined || !isRefused(keyRefusal)) return refusedPart(increment, partRefusal?.Item);
  const found = fromIncrementRecord(readAttributes(keyRefusal.Item) ?? {});
  if (found === undefined) throw foreignItem(act, { pk: Put.Item.pk, sk: Put.Item.sk });
  return { found };
}

interface CounterPlace {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly id: string;
}

async function readSum({ client, tableName, id }: CounterPlace, call?: StoreCallOptions): Promise<number> {
  const act = 'read the counter';
  const pk = counterPk(id);
  let sum = 0;
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const command = new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :shard)',
      ExpressionAttributeValues: { ':pk': pk, ':shard': shardPrefix },
      // Consistent: whoever has counted here finds the count, together with what has come from the other regions.
      ConsistentRead: true,
      ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
    });
    const output = await translated(act, () => client.send(command, sendOptions(call)));
    for (const { sk, value } of output.Items ?? []) {
      // A sum without a part would be a wrong answer that looks right.
      if (!Number.isSafeInteger(value)) throw foreignItem(act, { pk, sk: String(sk) });
      sum += Number(value);
    }
    ExclusiveStartKey = output.LastEvaluatedKey;
    if (ExclusiveStartKey === undefined) return sum;
  }
  throw new Error(`Cannot ${act}: its parts fill more than ${pagesMax} pages, one part a region is needed`);
}
