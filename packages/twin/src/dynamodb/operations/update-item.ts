import type { JsonObject } from '../engine/engine-client.ts';
import { type AttributeMap, isAttributeMap, sameItem } from '../item/attribute-value.ts';
import { assertNoHiddenAttribute, splitStamp, stripStamp } from '../item/hidden-stamp.ts';
import { validationError } from '../protocol/service-error.ts';
import { type ItemAddress, readStoredItem, restoreStamp } from '../write/stored-items.ts';
import { itemBefore, localWrite, type WriteContext, withItemLocks } from '../write/write-context.ts';
import { attempt } from './attempt.ts';
import { keyOf, type Operation, withoutParameters } from './operation.ts';
import { stampUpdate } from './rewrite-update.ts';

const RETURN_VALUES = ['NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW'];

/** UpdateItem. An update that changes nothing gives the item its stamp back, and has no record. */
export const updateItem: Operation = async (context, request) => {
  assertNoHiddenAttribute(request);
  const { ReturnValues: returnValues = 'NONE' } = request;
  if (!RETURN_VALUES.includes(String(returnValues)))
    throw validationError('Return values set to invalid value');
  const table = context.tables.require(request.TableName);
  const address = { table, key: table.keys.ofKey(keyOf(request.Key)) };
  return withItemLocks(context, [address], async () => {
    const before = await itemBefore(context, address);
    const write = localWrite(context, address, { kind: 'put', before });
    const body = {
      ...stampUpdate(request, write.stamp),
      TableName: table.engineName,
      ReturnValues: engineReturn(returnValues),
    };
    return attempt(context, [write], async ([intent], call) => {
      const engineAnswer = await call('UpdateItem', body);
      const after = await itemAfter(
        context,
        address,
        engineReturn(returnValues) === 'ALL_NEW' ? engineAnswer.Attributes : undefined,
      );
      const answer = {
        ...withoutParameters(engineAnswer, ['Attributes']),
        ...attributesOf(returnValues, { before: before?.item, after, engineAnswer }),
      };
      const unchanged = before !== undefined && sameItem(before.item, after);
      if (unchanged) await restoreStamp(context.engine, address, before.stamp);
      return { answer, completed: unchanged || intent === undefined ? [] : [{ intent, after }] };
    });
  });
};

/** The new item is needed for the record; the two that return a part of it are the engine's to work out. */
function engineReturn(returnValues: unknown): string {
  return returnValues === 'UPDATED_OLD' || returnValues === 'UPDATED_NEW' ? returnValues : 'ALL_NEW';
}

async function itemAfter(
  context: WriteContext,
  address: ItemAddress,
  returned: unknown,
): Promise<AttributeMap> {
  if (isAttributeMap(returned)) return splitStamp(returned).item;
  const stored = await readStoredItem(context.engine, address);
  if (stored === undefined) throw new Error('Cannot read the item back after its update: it is missing');
  return stored.item;
}

function attributesOf(
  returnValues: unknown,
  images: {
    readonly before: AttributeMap | undefined;
    readonly after: AttributeMap;
    readonly engineAnswer: JsonObject;
  },
): JsonObject {
  switch (returnValues) {
    case 'NONE':
      return {};
    case 'ALL_NEW':
      return { Attributes: images.after };
    case 'ALL_OLD':
      return images.before === undefined ? {} : { Attributes: images.before };
    default: {
      const attributes = stripStamp(images.engineAnswer.Attributes) ?? {};
      return Object.keys(attributes).length === 0 ? {} : { Attributes: attributes };
    }
  }
}
