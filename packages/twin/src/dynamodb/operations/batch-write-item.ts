import type { JsonObject } from '../engine/engine-client.ts';
import { type AttributeMap, isObject, sameItem } from '../item/attribute-value.ts';
import {
  assertNoHiddenAttribute,
  STAMP_ATTRIBUTE,
  type StampedItem,
  stampValue,
} from '../item/hidden-stamp.ts';
import type { Intent } from '../journal/intents.ts';
import { validationError } from '../protocol/service-error.ts';
import type { ItemWrite } from '../write/item-write.ts';
import type { ReplicaTable } from '../write/replica-table.ts';
import type { ItemAddress } from '../write/stored-items.ts';
import { itemsBefore, localWrite, type WriteContext, withItemLocks } from '../write/write-context.ts';
import { attempt } from './attempt.ts';
import { keyOf, type Operation } from './operation.ts';
import { itemOf } from './put-item.ts';

/** One put or deletion of a batch; a deletion has no item. */
interface BatchMember extends ItemAddress {
  readonly item: AttributeMap | undefined;
}

/** A member, what it changes, and how the engine is asked for it. */
interface PlannedMember {
  readonly member: BatchMember;
  readonly write: ItemWrite | undefined;
  readonly request: JsonObject;
}

const MEMBERS_MAX = 25;

/** BatchWriteItem. Its members are written, recorded and replicated one by one; a batch is no transaction. */
export const batchWriteItem: Operation = async (context, request) => {
  const members = membersOf(context, request.RequestItems);
  return withItemLocks(context, members, async () => {
    const before = await itemsBefore(context, members);
    const planned = members.map((member, index) => plan(context, member, before[index]));
    const writes = planned.flatMap(({ write }) => (write === undefined ? [] : [write]));
    return attempt(context, writes, async (intents, call) => {
      const answer = await call('BatchWriteItem', { ...request, RequestItems: engineItems(planned) });
      const unprocessed = unprocessedKeys(context, answer.UnprocessedItems);
      const after = new Map(planned.map(({ member, write }) => [write, member.item ?? null]));
      const completed = intents
        .map((intent: Intent, index) => ({ intent, after: after.get(writes[index]) ?? null }))
        .filter(({ intent: { tableName, key } }) => !unprocessed.has(`${tableName} ${key}`));
      return { answer, completed };
    });
  });
};

function membersOf(context: WriteContext, requestItems: unknown): BatchMember[] {
  if (!isObject(requestItems)) throw sizeError();
  const members = Object.entries(requestItems).flatMap(([tableName, requests]) => {
    if (!Array.isArray(requests)) throw sizeError();
    const table = context.tables.require(tableName);
    return requests.map((member: unknown) => memberOf(table, member));
  });
  if (members.length === 0 || members.length > MEMBERS_MAX) throw sizeError();
  if (new Set(members.map(({ table, key }) => `${table.name} ${key}`)).size < members.length)
    throw validationError('Provided list of item keys contains duplicates');
  return members;
}

function memberOf(table: ReplicaTable, member: unknown): BatchMember {
  const put = isObject(member) ? member.PutRequest : undefined;
  const remove = isObject(member) ? member.DeleteRequest : undefined;
  if (isObject(put) && remove === undefined) {
    assertNoHiddenAttribute(put);
    const item = itemOf(put.Item);
    return { table, item, key: table.keys.ofItem(item) };
  }
  if (isObject(remove) && put === undefined)
    return { table, item: undefined, key: table.keys.ofKey(keyOf(remove.Key)) };
  throw validationError(
    'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
  );
}

/** An identical item keeps its stamp, and the deletion of an absent item is none: neither changes anything. */
function plan(context: WriteContext, member: BatchMember, before: StampedItem | undefined): PlannedMember {
  const { table, key, item } = member;
  if (item === undefined) {
    const write = before === undefined ? undefined : localWrite(context, member, { kind: 'delete', before });
    return { member, write, request: { DeleteRequest: { Key: table.keys.attributesOf(key) } } };
  }
  const unchanged = before !== undefined && sameItem(before.item, item);
  const write = unchanged ? undefined : localWrite(context, member, { kind: 'put', before });
  const stamp = write?.stamp ?? before?.stamp ?? '';
  return {
    member,
    write,
    request: { PutRequest: { Item: { ...item, [STAMP_ATTRIBUTE]: stampValue(stamp) } } },
  };
}

function engineItems(planned: readonly PlannedMember[]): JsonObject {
  const items: Record<string, JsonObject[]> = {};
  for (const { member, request } of planned) {
    items[member.table.engineName] ??= [];
    items[member.table.engineName]?.push(request);
  }
  return items;
}

function unprocessedKeys({ tables }: WriteContext, unprocessed: unknown): ReadonlySet<string> {
  if (!isObject(unprocessed)) return new Set();
  return new Set(
    Object.entries(unprocessed).flatMap(([engineName, requests]) => {
      const table = tables.find(engineName.slice(tables.enginePrefix.length));
      if (table === undefined || !Array.isArray(requests)) return [];
      return requests.map((request: unknown) => `${table.name} ${memberOfEngine(table, request)}`);
    }),
  );
}

function memberOfEngine(table: ReplicaTable, request: unknown): string {
  const put = isObject(request) ? request.PutRequest : undefined;
  const remove = isObject(request) ? request.DeleteRequest : undefined;
  return isObject(put)
    ? table.keys.ofItem(itemOf(put.Item))
    : table.keys.ofKey(keyOf(isObject(remove) ? remove.Key : undefined));
}

function sizeError() {
  return validationError(
    `1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to ${MEMBERS_MAX}, Member must have length greater than or equal to 1]`,
  );
}
