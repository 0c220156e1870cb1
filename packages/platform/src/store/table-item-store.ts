import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { type ItemKey, systemKeyPrefix } from '../contract/item.ts';
import { foreignItem } from '../domain/foreign-item.ts';
import type { ItemImage } from '../domain/item-image.ts';
import type {
  IndexQuery,
  ItemQuery,
  ItemSlice,
  ItemStore,
  ReplaceOutcome,
  StoreCallOptions,
} from '../domain/item-store.ts';
import type { KeyedWrite } from '../domain/keyed-write.ts';
import { PlatformError } from '../domain/platform-error.ts';
import { encodeVersion } from '../domain/version-vector.ts';
import { fromImageRecord, fromKeyRecord, toImageRecord, toKeyRecord } from './image-record.ts';
import { requireRoom } from './record-size.ts';
import {
  decodeIndexPosition,
  encodeIndexPosition,
  type IndexNames,
  type TableIndexes,
} from './table-indexes.ts';
import { readAttributes, reporting, type TableRecord } from './table-record.ts';
import type { Transact, TransactOutcome } from './transact.ts';
import { sendOptions, translated } from './translated.ts';

/** What the item store needs. */
export interface TableItemStoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Carries out transactions; absent where the table takes none, as global tables with strong consistency do not. */
  readonly transact?: Transact;
  /** What items are found by beside their keys. @default - nothing */
  readonly indexes?: TableIndexes;
  /**
   * Told of every record under a user's key that is no item. Such a record, written past this API, is not ours to show
   * or to replace: reads and writes of its key fail, lists name it.
   */
  readonly onForeignRecord: (key: ItemKey) => void;
}

/** Makes the item store over a DynamoDB table with the string keys `pk` and `sk`. */
export function createTableItemStore(options: TableItemStoreOptions): ItemStore {
  const { client, tableName, indexes, onForeignRecord } = options;
  const toImage = reporting(fromImageRecord, onForeignRecord);
  return {
    replace: async (image, before, call) => {
      const put = putInput(options, image, before);
      const isKeyed = call?.record !== undefined || image.keyedWrites.at(-1)?.dot === image.dot;
      const refused = { toImage, isKeyed };
      if (call?.record !== undefined) {
        const reasons = await putWithRecord({ put, image, record: call.record }, options, call);
        return reasons === undefined ? { replaced: true } : refusal(image, reasons[0]?.Item, refused);
      }
      return translated('write the item', async () => {
        try {
          await client.send(new PutCommand(put), sendOptions(call));
          return { replaced: true };
        } catch (error) {
          if (error instanceof ConditionalCheckFailedException) return refusal(image, error.Item, refused);
          throw error;
        }
      });
    },
    findRecord: async (key, call) => {
      const command = new GetCommand({ TableName: tableName, Key: recordKey(key), ConsistentRead: true });
      const { Item: record } = await translated('read the idempotency key', () =>
        client.send(command, sendOptions(call)),
      );
      return record === undefined ? undefined : fromKeyRecord(record);
    },
    get: async ({ pk, sk }, call) => {
      // Consistent: a caller whose write this region has acknowledged must never hear that there is no such item.
      const command = new GetCommand({ TableName: tableName, Key: { pk, sk }, ConsistentRead: true });
      const { Item: record } = await translated('read the item', () =>
        client.send(command, sendOptions(call)),
      );
      if (record === undefined) return undefined;
      const image = toImage(record);
      if (image === undefined) throw foreignItem('read the item', { pk, sk });
      return image;
    },
    query: async (query, call) => {
      const command = queryCommand(tableName, query);
      const output = await translated('list the items', () => client.send(command, sendOptions(call)));
      const records = (output.Items ?? []).map((record) => ({
        sk: String(record.sk),
        image: toImage(record),
      }));
      return slice(records, output.LastEvaluatedKey);
    },
    queryIndex: async (query, call) => {
      const names = indexes?.names(query.slot);
      if (names === undefined)
        throw new RangeError(`Cannot query the index: the table has none in slot ${query.slot}`);
      const command = indexCommand(tableName, names, query);
      const output = await translated('query the index', () => client.send(command, sendOptions(call)));
      const records = (output.Items ?? []).map((record) => ({
        key: { pk: String(record.pk), sk: String(record.sk) },
        position: encodeIndexPosition(record, names),
        image: toImage(record),
      }));
      const last = output.LastEvaluatedKey;
      return last === undefined ? { records } : { records, next: encodeIndexPosition(last, names) };
    },
  };
}

/**
 * The write of an image as one request. It puts the whole record, since replication and last-writer-wins know whole
 * records only; an attribute that this API does not know is dropped with the image that had it.
 *
 * The condition names the image that the new one was made from. Its dot and region name the write, and the time
 * tells the same keyed write apart, made here and elsewhere:
 *
 *     this region   holds {dot 5, eu-west-1}   <- {dot 5, eu-central-1} wins    put {6} if {dot 5, eu-west-1}: refused
 */
function putInput(
  { tableName, indexes }: TableItemStoreOptions,
  image: ItemImage,
  before: ItemImage | undefined,
): PutCommandInput {
  const record = toImageRecord(image, indexes?.attributesOf(image));
  requireRoom(record);
  const input = {
    TableName: tableName,
    Item: record,
    // What it holds instead comes with the refusal: no read is needed for the next attempt.
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const;
  if (before === undefined) return { ...input, ConditionExpression: 'attribute_not_exists(pk)' };
  const { dot, region, updatedAt } = before;
  return {
    ...input,
    ConditionExpression: '#dot = :dot AND #region = :region AND #updatedAt = :updatedAt',
    ExpressionAttributeNames: { '#dot': 'dot', '#region': 'region', '#updatedAt': 'updatedAt' },
    ExpressionAttributeValues: { ':dot': dot, ':region': region, ':updatedAt': updatedAt },
  };
}

/** Keys of the record of an idempotency key. */
function recordKey(key: string): ItemKey {
  return { pk: `${systemKeyPrefix}key#${key}`, sk: 'key' };
}

/**
 * Puts an image and the record of its idempotency key, both or neither.
 *
 *     retry 1   put image if {5}, put record if none: made, no answer
 *     retry 2        put image if {5}, put record if none: refused by either; the record tells
 *
 * @throws PlatformError `idempotency-unsupported` where the table takes no transactions
 */
function putWithRecord(
  { put, image, record }: { put: PutCommandInput; image: ItemImage; record: KeyedWrite },
  { tableName, transact }: TableItemStoreOptions,
  call?: StoreCallOptions,
): Promise<TransactOutcome> {
  if (transact === undefined) {
    throw new PlatformError(
      'idempotency-unsupported',
      'Cannot take the idempotency key: a strongly consistent table remembers only keys that are UUIDv7',
    );
  }
  // It has no attribute `region` at its top: the stream's filter would take it for an item.
  const Put = {
    TableName: tableName,
    Item: { ...recordKey(record.key), ...toKeyRecord(record), ttl: record.until },
    // What is over may still lie there: the table removes it later, within days.
    ConditionExpression: 'attribute_not_exists(pk) OR #ttl <= :now',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':now': Math.floor(Date.parse(image.updatedAt) / 1000) },
  };
  return transact({ act: 'write the item', items: [{ Put: put }, { Put }] }, call);
}

interface RefusalContext {
  readonly toImage: (record: TableRecord) => ItemImage | undefined;
  /** Whether the image comes from a keyed write. */
  readonly isKeyed: boolean;
}

// A foreign record cannot be told as `found`: the caller would take the place for free, and try again for ever.
function refusal(
  image: ItemImage,
  attributes: unknown,
  { toImage, isKeyed }: RefusalContext,
): ReplaceOutcome {
  const record = readAttributes(attributes);
  if (record === undefined) return { replaced: false };
  const found = toImage(record);
  if (found === undefined) throw foreignItem('write the item', image);
  return wasMade(image, found, isKeyed) ? { replaced: true } : { replaced: false, found };
}

/**
 * Tells whether an earlier attempt of the same call has made the write, and its answer was lost:
 *
 *     the SDK   put {6} if {5} ......... no answer: put {6} if {5}: refused, told {6}
 *     table          {6} made                           found is what was written
 *     or             {6} made, {7} made by another      found has it in its history
 *
 * Of a keyed write only the very image will do: under others it may be the trace of an earlier call with that key,
 * whose answer the record of the key gives again.
 */
function wasMade(image: ItemImage, found: ItemImage, isKeyed: boolean): boolean {
  const isIt =
    found.dot === image.dot &&
    found.region === image.region &&
    found.updatedAt === image.updatedAt &&
    encodeVersion(found.version) === encodeVersion(image.version);
  return isIt || (!isKeyed && found.history.includes(image.dot));
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

function indexCommand(
  tableName: string,
  { index, partition, sort }: IndexNames,
  query: IndexQuery,
): QueryCommand {
  const from = query.before === undefined ? undefined : decodeIndexPosition(query.before);
  return new QueryCommand({
    TableName: tableName,
    IndexName: index,
    KeyConditionExpression: '#p = :p',
    ExpressionAttributeNames: { '#p': partition },
    ExpressionAttributeValues: { ':p': query.partition },
    ScanIndexForward: false,
    Limit: query.limit,
    ...(from && { ExclusiveStartKey: { ...from.key, [partition]: query.partition, [sort]: from.sort } }),
  });
}

function slice(records: ItemSlice['records'], lastKey: TableRecord | undefined): ItemSlice {
  return lastKey === undefined ? { records } : { records, next: String(lastKey.sk) };
}
