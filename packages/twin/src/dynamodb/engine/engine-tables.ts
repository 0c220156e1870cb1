import { setTimeout as delay } from 'node:timers/promises';
import { type AttributeMap, isAttributeMap, isObject } from '../item/attribute-value.ts';
import { STAMP_ATTRIBUTE, splitStamp } from '../item/hidden-stamp.ts';
import { ServiceError } from '../protocol/service-error.ts';
import type { ReplicaTable } from '../write/replica-table.ts';
import type { EngineClient, JsonObject } from './engine-client.ts';

const ACTIVE_POLLS_MAX = 200;
const POLL_INTERVAL_MS = 25;

/**
 * Makes a table in the engine unless it is there. It has no stream and no TTL of the engine's: both are the
 * replica's.
 *
 * @throws {Error} when the engine does not make it within five seconds
 */
export async function ensureEngineTable(engine: EngineClient, table: ReplicaTable): Promise<void> {
  try {
    await engine.call('CreateTable', createRequest(table));
  } catch (error) {
    if (!(error instanceof ServiceError) || error.type !== 'ResourceInUseException') throw error;
  }
  for (let poll = 0; poll < ACTIVE_POLLS_MAX; poll += 1) {
    const { Table: description } = await engine.call('DescribeTable', { TableName: table.engineName });
    if (isObject(description) && description.TableStatus === 'ACTIVE') return;
    await delay(POLL_INTERVAL_MS);
  }
  throw new Error(`Cannot make the table ${table.name} in the engine: it does not become active`);
}

function createRequest({ engineName, definition }: ReplicaTable): JsonObject {
  const {
    attributeDefinitions,
    keySchema,
    globalSecondaryIndexes = [],
    localSecondaryIndexes = [],
  } = definition;
  return {
    TableName: engineName,
    AttributeDefinitions: attributeDefinitions,
    KeySchema: keySchema,
    BillingMode: 'PAY_PER_REQUEST',
    ...(globalSecondaryIndexes.length === 0 ? {} : { GlobalSecondaryIndexes: globalSecondaryIndexes }),
    ...(localSecondaryIndexes.length === 0 ? {} : { LocalSecondaryIndexes: localSecondaryIndexes }),
  };
}

/** Fills the table's index from what the engine has stored: keys, stamps and TTLs of all items. */
export async function loadIndex(engine: EngineClient, table: ReplicaTable): Promise<void> {
  const { engineName, keys, index, definition } = table;
  const attributes = [
    ...new Set([
      ...keys.names,
      STAMP_ATTRIBUTE,
      ...(definition.ttlAttribute === undefined ? [] : [definition.ttlAttribute]),
    ]),
  ];
  const names = Object.fromEntries(attributes.map((name, place) => [`#a${place}`, name]));
  let start: AttributeMap | undefined;
  do {
    const page = await engine.call('Scan', {
      TableName: engineName,
      ConsistentRead: true,
      ProjectionExpression: Object.keys(names).join(','),
      ExpressionAttributeNames: names,
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    const items: readonly unknown[] = Array.isArray(page.Items) ? page.Items : [];
    for (const stored of items.filter(isAttributeMap)) {
      const { item, stamp } = splitStamp(stored);
      index.setItem(keys.ofItem(item), stamp, item);
    }
    start = isAttributeMap(page.LastEvaluatedKey) ? page.LastEvaluatedKey : undefined;
  } while (start !== undefined);
}
