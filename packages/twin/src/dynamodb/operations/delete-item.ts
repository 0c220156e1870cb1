import type { JsonObject } from '../engine/engine-client.ts';
import { assertNoHiddenAttribute, type StampedItem } from '../item/hidden-stamp.ts';
import type { ItemAddress } from '../write/stored-items.ts';
import { itemBefore, localWrite, type WriteContext, withItemLocks } from '../write/write-context.ts';
import { attempt } from './attempt.ts';
import {
  asksForEngineAnswer,
  assertReturnValues,
  conditionJson,
  keyOf,
  type Operation,
  oldAttributes,
  withoutParameters,
} from './operation.ts';

/** DeleteItem. The deletion of an item that does not exist is no write, though its condition counts. */
export const deleteItem: Operation = async (context, request) => {
  assertNoHiddenAttribute(request);
  assertReturnValues(request);
  const table = context.tables.require(request.TableName);
  const address = { table, key: table.keys.ofKey(keyOf(request.Key)) };
  return withItemLocks(context, [address], async () => {
    const before = await itemBefore(context, address);
    const body = { ...withoutParameters(request, ['ReturnValues']), TableName: table.engineName };
    const answer =
      before === undefined
        ? await context.engine.call('DeleteItem', body)
        : await deleteExisting(context, request, { address, before, body });
    return { ...answer, ...oldAttributes(request, before) };
  });
};

async function deleteExisting(
  context: WriteContext,
  request: JsonObject,
  {
    address,
    before,
    body,
  }: { readonly address: ItemAddress; readonly before: StampedItem; readonly body: JsonObject },
): Promise<JsonObject> {
  const write = localWrite(context, address, { kind: 'delete', before });
  if (!asksForEngineAnswer(request)) {
    const target = { TableName: address.table.engineName, Key: address.table.keys.attributesOf(address.key) };
    const json = `${JSON.stringify(target).slice(0, -1)}${conditionJson(request)}}`;
    await context.group.submit({ write, verb: 'Delete', body: json, after: null });
    return {};
  }
  return attempt(context, [write], async ([intent], call) => {
    const answer = await call('DeleteItem', body);
    return { answer, completed: intent === undefined ? [] : [{ intent, after: null }] };
  });
}
