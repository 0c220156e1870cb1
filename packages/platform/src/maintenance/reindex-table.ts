import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Entity } from '../contract/entity.ts';
import type { ItemKey } from '../contract/item.ts';
import type { ItemImage } from '../domain/item-image.ts';
import { keyPrefixOf, slotOf } from '../entities/entity-keys.ts';
import { createEntityIndexes } from '../functions/entity-indexes.ts';
import { documentClient } from '../store/create-table-client.ts';
import { fromImageRecord } from '../store/image-record.ts';
import type { TableRecord } from '../store/table-record.ts';
import { indexPartitionAttribute, indexSortAttribute } from '../topology/names.ts';

/** One region's replica of a table. */
export interface TableReplica {
  readonly region: string;
  readonly client: DynamoDBClient;
}

/** What came of the records that were looked at. */
export interface ReindexCounts {
  /** Records of the entity that were looked at. */
  readonly items: number;
  /** Of these, written: put into an index, moved in it, or taken out. */
  readonly changed: number;
  /** Left alone, because they were being written: regions held different versions of them. Another run finds them. */
  readonly busy: number;
  /** Left alone, because they are no images of this API, or damaged. */
  readonly unreadable: number;
}

/** What reindexing needs. */
export interface ReindexOptions {
  readonly tableName: string;
  /** Every replica of the table; the first one is scanned and written. */
  readonly replicas: readonly [TableReplica, ...TableReplica[]];
  readonly entity: Entity;
  /** Name of the one index that is filled. @default - all of the entity */
  readonly index?: string | undefined;
  /** Capacity units of reads and writes together that are used in a second. */
  readonly unitsPerSecond: number;
  /** Key after which the scan goes on. @default - from the start */
  readonly after?: ItemKey | undefined;
  /** Told after each page: what was done in this run, and where another one goes on. Absent: the scan is at its end. */
  readonly onPage: (counts: ReindexCounts, next: ItemKey | undefined) => Promise<void>;
  /** Milliseconds of a clock that only goes forward. */
  readonly nowMs: () => number;
  readonly sleep: (delayMs: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Records of a page, at most: it bounds what is read at once, and what another run looks at again. */
const pageRecords = 100;

/**
 * Gives each item of an entity the index attributes that its content asks for, and changes nothing else of it: version, dot
 * and history stay, so that no region takes the record for a write that lost, or that another one lost to.
 *
 * What is written is a record, and of two records DynamoDB keeps the later one, whole. So that no write of another region is
 * replaced, an item is written only while every replica holds the same image, and on the condition that ours still does:
 *
 *     this region   reads {w:7} ---- asks --------------- writes {w:7} with attributes
 *     elsewhere                       ^- {w:7}: the same   ... writes {c:9} later: it is kept, with attributes of its own
 *     elsewhere     writes {c:9} ..... ^- {c:9}: another one, the item is busy and left alone
 *
 * A write between the answer and ours, within milliseconds or a difference of clocks, may be replaced. Its region enters it
 * into the conflict log, as any write that loses.
 *
 * @throws what a replica's client throws; what was done stays done, and `onPage` has said where to go on
 */
export async function reindexTable(options: ReindexOptions): Promise<ReindexCounts> {
  const { tableName, replicas, entity, onPage, signal, unitsPerSecond } = options;
  const [primary, ...peers] = replicas.map(({ client }) => documentClient(client));
  if (primary === undefined) throw new TypeError('Cannot reindex: no replica is named');
  const wantedOf = createWanted(options);
  const counts = { items: 0, changed: 0, busy: 0, unreadable: 0 };
  let after = options.after;
  do {
    const startedAtMs = options.nowMs();
    const { Items: records = [], ...page } = await primary.send(scanOf(tableName, entity, after), {
      abortSignal: signal,
    });
    let units = page.ConsumedCapacity?.CapacityUnits ?? 0;
    for (const record of records) {
      counts.items++;
      const image = fromImageRecord(record);
      if (image === undefined) {
        counts.unreadable++;
        continue;
      }
      const change = changeOf(record, wantedOf(image));
      if (change === undefined) continue;
      const { outcome, used } = await write(image, change, { tableName, primary, peers, signal });
      counts[outcome]++;
      units += used;
    }
    after = page.LastEvaluatedKey as ItemKey | undefined;
    await onPage({ ...counts }, after);
    const leftMs = (units / unitsPerSecond) * 1_000 - (options.nowMs() - startedAtMs);
    if (after !== undefined && leftMs > 0) await options.sleep(leftMs, signal);
  } while (after !== undefined);
  return counts;
}

function scanOf(tableName: string, entity: Entity, after: ItemKey | undefined) {
  return new ScanCommand({
    TableName: tableName,
    Limit: pageRecords,
    ConsistentRead: true,
    FilterExpression: 'begins_with(pk, :prefix)',
    ExpressionAttributeValues: { ':prefix': keyPrefixOf(entity) },
    ReturnConsumedCapacity: 'TOTAL',
    ...(after === undefined ? {} : { ExclusiveStartKey: { pk: after.pk, sk: after.sk } }),
  });
}

/** Index attributes by their names; undefined for one that is to go. */
type Wanted = Readonly<Record<string, string | undefined>>;

const poolMax = 20;

/** Makes what says which index attributes a record should have, among those that this run is about. */
function createWanted({
  entity,
  index,
}: Pick<ReindexOptions, 'entity' | 'index'>): (image: ItemImage) => Wanted {
  const { attributesOf } = createEntityIndexes([entity]);
  const all = Array.from({ length: poolMax }, (_, at) => at + 1);
  const slots = index === undefined ? all : [slotOf(entity, index) ?? Number.NaN];
  const names = slots.flatMap((slot) => [indexPartitionAttribute(slot), indexSortAttribute(slot)]);
  return (image) => {
    const attributes = attributesOf(image);
    return Object.fromEntries(names.map((name) => [name, attributes[name] as string | undefined]));
  };
}

function changeOf(record: TableRecord, wanted: Wanted): Wanted | undefined {
  const different = Object.entries(wanted).filter(([name, value]) => record[name] !== value);
  return different.length === 0 ? undefined : Object.fromEntries(different);
}

interface WriteTools {
  readonly tableName: string;
  readonly primary: DynamoDBDocumentClient;
  readonly peers: readonly DynamoDBDocumentClient[];
  readonly signal: AbortSignal;
}

async function write(
  image: ItemImage,
  change: Wanted,
  { tableName, primary, peers, signal }: WriteTools,
): Promise<{ readonly outcome: 'changed' | 'busy'; readonly used: number }> {
  const Key = { pk: image.pk, sk: image.sk };
  const held = await Promise.all(
    peers.map((peer) =>
      peer.send(
        new GetCommand({ TableName: tableName, Key, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }),
        { abortSignal: signal },
      ),
    ),
  );
  const used = held.reduce((sum, { ConsumedCapacity }) => sum + (ConsumedCapacity?.CapacityUnits ?? 1), 0);
  const isSame = held.every(({ Item }) => Item?.dot === image.dot && Item.updatedAt === image.updatedAt);
  if (!isSame) return { outcome: 'busy', used };
  try {
    const { ConsumedCapacity } = await primary.send(updateOf(tableName, image, change), {
      abortSignal: signal,
    });
    // Each region writes it.
    const units = (ConsumedCapacity?.CapacityUnits ?? 1) * (peers.length + 1);
    return { outcome: 'changed', used: used + units };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { outcome: 'busy', used: used + 1 };
    throw error;
  }
}

function updateOf(tableName: string, { pk, sk, dot, updatedAt }: ItemImage, change: Wanted): UpdateCommand {
  const entries = Object.entries(change);
  const set = entries.flatMap(([name, value], at) => (value === undefined ? [] : [{ name, value, at }]));
  const gone = entries.flatMap(([name, value]) => (value === undefined ? [name] : []));
  const expressions = [
    ...(set.length > 0 ? [`SET ${set.map(({ name, at }) => `${name} = :v${at}`).join(', ')}`] : []),
    ...(gone.length > 0 ? [`REMOVE ${gone.join(', ')}`] : []),
  ];
  return new UpdateCommand({
    TableName: tableName,
    Key: { pk, sk },
    UpdateExpression: expressions.join(' '),
    ConditionExpression: '#dot = :dot AND updatedAt = :at',
    ExpressionAttributeNames: { '#dot': 'dot' },
    ExpressionAttributeValues: {
      ':dot': dot,
      ':at': updatedAt,
      ...Object.fromEntries(set.map(({ at, value }) => [`:v${at}`, value])),
    },
    ReturnConsumedCapacity: 'TOTAL',
  });
}
