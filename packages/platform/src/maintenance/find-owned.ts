import { paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Entity } from '../contract/entity.ts';
import type { ItemKey } from '../contract/item.ts';
import type { JsonValue } from '../contract/json-value.ts';
import { entityOfKey, keyPrefixOf } from '../entities/entity-keys.ts';
import { conflictPk, fromConflictRecord } from '../store/conflict-record.ts';
import { documentClient } from '../store/create-table-client.ts';
import { fromImageRecord } from '../store/image-record.ts';
import type { TableRecord } from '../store/table-record.ts';
import type { TableReplica } from './reindex-table.ts';

/**
 * Finds the keys of items that belong to a subject, in one replica: by the items themselves, and by writes of theirs in the
 * conflict log, whose items may be gone. It reads the whole table.
 *
 * @param entities those that have an owner; others have nothing that is a subject's
 */
export async function findOwned({
  tableName,
  replica,
  entities,
  subject,
  signal,
}: {
  readonly tableName: string;
  readonly replica: TableReplica;
  readonly entities: readonly Entity[];
  readonly subject: string;
  readonly signal: AbortSignal;
}): Promise<readonly ItemKey[]> {
  const prefixes = entities.flatMap((entity) => [keyPrefixOf(entity), conflictPk(keyPrefixOf(entity))]);
  if (prefixes.length === 0) return [];
  const scan = {
    TableName: tableName,
    ConsistentRead: true,
    FilterExpression: prefixes.map((_, at) => `begins_with(pk, :p${at})`).join(' OR '),
    ExpressionAttributeValues: Object.fromEntries(prefixes.map((prefix, at) => [`:p${at}`, prefix])),
  };
  const found = new Map<string, ItemKey>();
  const client = documentClient(replica.client);
  for await (const { Items = [] } of paginateScan({ client }, scan, { abortSignal: signal })) {
    for (const record of Items) {
      const item = contentOf(record);
      const owner = item && entityOfKey(entities, item)?.access.owner;
      if (item === undefined || owner === undefined || memberOf(item.data, owner) !== subject) continue;
      found.set(JSON.stringify([item.pk, item.sk]), { pk: item.pk, sk: item.sk });
    }
  }
  return [...found.values()];
}

function contentOf(record: TableRecord): (ItemKey & { readonly data?: JsonValue | undefined }) | undefined {
  return fromImageRecord(record) ?? fromConflictRecord(record)?.loser;
}

function memberOf(data: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  return (data as Readonly<Record<string, JsonValue>>)[name];
}
