import type { JsonObject } from '../engine/engine-client.ts';
import {
  type AttributeMap,
  isAttributeMap,
  sameItem,
  withCanonicalNumbers,
} from '../item/attribute-value.ts';
import { addStampToJson, assertNoHiddenAttribute, type StampedItem } from '../item/hidden-stamp.ts';
import { validationError } from '../protocol/service-error.ts';
import type { ItemAddress } from '../write/stored-items.ts';
import { itemBefore, localWrite, type WriteContext, withItemLocks } from '../write/write-context.ts';
import { attempt } from './attempt.ts';
import {
  asksForEngineAnswer,
  assertReturnValues,
  conditionJson,
  type Operation,
  oldAttributes,
  withoutParameters,
} from './operation.ts';

/** PutItem. An identical item is no write: it keeps its stamp, and has no record. */
export const putItem: Operation = async (context, request) => {
  assertNoHiddenAttribute(request);
  assertReturnValues(request);
  const table = context.tables.require(request.TableName);
  const item = itemOf(request.Item);
  const address = { table, key: table.keys.ofItem(item) };
  return withItemLocks(context, [address], async () => {
    const before = await itemBefore(context, address);
    const answer =
      before !== undefined && sameItem(before.item, item)
        ? await putUnchanged(context, request, { address, before })
        : await putChanged(context, request, { address, before, item });
    return { ...answer, ...oldAttributes(request, before) };
  });
};

/**
 * The item that a request wants to put, with its numbers as DynamoDB stores them.
 *
 * @throws {ServiceError} `ValidationException` when it is missing or not an item
 */
export function itemOf(item: unknown): AttributeMap {
  if (!isAttributeMap(item))
    throw validationError(
      "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null",
    );
  return withCanonicalNumbers(item);
}

/** The engine judges the condition; what it stores is what it has. */
async function putUnchanged(
  context: WriteContext,
  request: JsonObject,
  { address: { table }, before }: { readonly address: ItemAddress; readonly before: StampedItem },
): Promise<JsonObject> {
  return context.engine.call(
    'PutItem',
    engineRequest(request, table.engineName, addStampToJson(JSON.stringify(before.item), before.stamp)),
  );
}

async function putChanged(
  context: WriteContext,
  request: JsonObject,
  put: {
    readonly address: ItemAddress;
    readonly before: StampedItem | undefined;
    readonly item: AttributeMap;
  },
): Promise<JsonObject> {
  const { address, before, item } = put;
  const write = localWrite(context, address, { kind: 'put', before });
  const afterJson = JSON.stringify(item);
  const stored = addStampToJson(afterJson, write.stamp);
  if (!asksForEngineAnswer(request)) {
    const body = `{"TableName":${JSON.stringify(address.table.engineName)},"Item":${stored}${conditionJson(request)}}`;
    await context.group.submit({ write, verb: 'Put', body, after: item, afterJson });
    return {};
  }
  const body = engineRequest(request, address.table.engineName, stored);
  return attempt(context, [write], async ([intent], call) => {
    const answer = await call('PutItem', body);
    return { answer, completed: intent === undefined ? [] : [{ intent, after: item, afterJson }] };
  });
}

function engineRequest(request: JsonObject, engineName: string, storedJson: string): string {
  const rest = JSON.stringify({
    ...withoutParameters(request, ['Item', 'ReturnValues']),
    TableName: engineName,
  });
  return `${rest.slice(0, -1)},"Item":${storedJson}}`;
}
