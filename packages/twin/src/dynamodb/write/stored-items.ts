import type { EngineClient } from '../engine/engine-client.ts';
import { type AttributeMap, isAttributeMap, isObject } from '../item/attribute-value.ts';
import { STAMP_ATTRIBUTE, type StampedItem, splitStamp, stampValue } from '../item/hidden-stamp.ts';
import type { Stamp } from '../item/hybrid-logical-clock.ts';
import type { ItemKey } from '../item/item-key.ts';
import type { ReplicaTable } from './replica-table.ts';

/** An item of a table, by its key. */
export interface ItemAddress {
  readonly table: ReplicaTable;
  readonly key: ItemKey;
}

const BATCH_KEYS_MAX = 100;
const BATCH_ROUNDS_MAX = 200;

/** Reads one item as it is stored; nothing when there is none. */
export async function readStoredItem(
  engine: EngineClient,
  { table, key }: ItemAddress,
): Promise<StampedItem | undefined> {
  const answer = await engine.call('GetItem', {
    TableName: table.engineName,
    Key: table.keys.attributesOf(key),
    ConsistentRead: true,
  });
  return isAttributeMap(answer.Item) ? splitStamp(answer.Item) : undefined;
}

/**
 * Reads many items of any tables as they are stored, by table name and key. Items that do not exist are
 * missing in the answer.
 */
export async function readStoredItems(
  engine: EngineClient,
  addresses: readonly ItemAddress[],
): Promise<ReadonlyMap<ReplicaTable, ReadonlyMap<ItemKey, StampedItem>>> {
  const found = new Map<ReplicaTable, Map<ItemKey, StampedItem>>();
  for (let start = 0; start < addresses.length; start += BATCH_KEYS_MAX)
    await readBatch(engine, addresses.slice(start, start + BATCH_KEYS_MAX), found);
  return found;
}

async function readBatch(
  engine: EngineClient,
  addresses: readonly ItemAddress[],
  found: Map<ReplicaTable, Map<ItemKey, StampedItem>>,
): Promise<void> {
  const tables = new Map<string, ReplicaTable>();
  const keysOf: Record<string, { Keys: AttributeMap[]; ConsistentRead: true }> = {};
  for (const { table, key } of addresses) {
    tables.set(table.engineName, table);
    keysOf[table.engineName] ??= { Keys: [], ConsistentRead: true };
    keysOf[table.engineName]?.Keys.push(table.keys.attributesOf(key));
  }
  let pending: unknown = keysOf;
  // A batch returns at most 16 MB and names the rest as unprocessed; 100 items of 400 KB take three rounds.
  for (let round = 0; isObject(pending) && Object.keys(pending).length > 0; round += 1) {
    if (round === BATCH_ROUNDS_MAX)
      throw new Error('Cannot read a batch of items: the engine leaves it unprocessed');
    const answer = await engine.call('BatchGetItem', { RequestItems: pending });
    collect(answer.Responses, tables, found);
    pending = answer.UnprocessedKeys;
  }
}

function collect(
  responses: unknown,
  tables: ReadonlyMap<string, ReplicaTable>,
  found: Map<ReplicaTable, Map<ItemKey, StampedItem>>,
): void {
  if (!isObject(responses)) return;
  for (const [engineName, items] of Object.entries(responses)) {
    const table = tables.get(engineName);
    if (table === undefined || !Array.isArray(items)) continue;
    const byKey = found.get(table) ?? new Map<ItemKey, StampedItem>();
    found.set(table, byKey);
    for (const stored of items.filter(isAttributeMap))
      byKey.set(table.keys.ofItem(stored), splitStamp(stored));
  }
}

/** Gives an item its earlier stamp back: a write that changed nothing must not pass for a newer version. */
export async function restoreStamp(
  engine: EngineClient,
  { table, key }: ItemAddress,
  stamp: Stamp,
): Promise<void> {
  await engine.call('UpdateItem', {
    TableName: table.engineName,
    Key: table.keys.attributesOf(key),
    UpdateExpression: stamp === '' ? 'REMOVE #stamp' : 'SET #stamp = :stamp',
    ExpressionAttributeNames: { '#stamp': STAMP_ATTRIBUTE },
    ...(stamp === '' ? {} : { ExpressionAttributeValues: { ':stamp': stampValue(stamp) } }),
  });
}
