import type { JsonObject } from '../engine/engine-client.ts';
import { type AttributeMap, isObject, sameItem } from '../item/attribute-value.ts';
import {
  assertNoHiddenAttribute,
  STAMP_ATTRIBUTE,
  type StampedItem,
  stampValue,
} from '../item/hidden-stamp.ts';
import type { TokenUse } from '../journal/idempotency-tokens.ts';
import { validationError } from '../protocol/service-error.ts';
import type { ItemWrite } from '../write/item-write.ts';
import type { ItemAddress } from '../write/stored-items.ts';
import { localWrite, type WriteContext } from '../write/write-context.ts';
import { keyOf } from './operation.ts';
import { itemOf } from './put-item.ts';
import { stampUpdate } from './rewrite-update.ts';

const VERBS = ['Put', 'Update', 'Delete', 'ConditionCheck'] as const;
const ACTIONS_MAX = 100;

/** One action of a transaction. */
export interface TransactAction extends ItemAddress {
  readonly verb: (typeof VERBS)[number];
  readonly request: JsonObject;
  /** The item to put; absent for the other verbs. */
  readonly item: AttributeMap | undefined;
}

/** An action, what it changes, and how the engine is asked for it. */
export interface PlannedAction {
  readonly action: TransactAction;
  /** Absent when the action cannot change anything. */
  readonly write: ItemWrite | undefined;
  readonly member: JsonObject;
  /** The item afterwards, null for none; absent when only the engine knows it. */
  readonly after: AttributeMap | null | undefined;
}

/**
 * Reads the actions of a transaction.
 *
 * @throws {ServiceError} `ValidationException` when there are none or more than 100, when two are on one item,
 * or when one is malformed; `ResourceNotFoundException`
 */
export function transactActions(context: WriteContext, items: unknown): TransactAction[] {
  if (!Array.isArray(items) || items.length === 0 || items.length > ACTIONS_MAX)
    throw validationError(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to ${ACTIONS_MAX} and greater than or equal to 1`,
    );
  const actions = items.map((item: unknown) => actionOf(context, item));
  if (new Set(actions.map(({ table, key }) => `${table.name} ${key}`)).size < actions.length)
    throw validationError('Transaction request cannot include multiple operations on one item');
  return actions;
}

function actionOf({ tables }: WriteContext, member: unknown): TransactAction {
  const present = isObject(member) ? VERBS.filter((verb) => isObject(member[verb])) : [];
  const [verb] = present;
  const request = isObject(member) && verb !== undefined ? member[verb] : undefined;
  if (verb === undefined || present.length > 1 || !isObject(request))
    throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  assertNoHiddenAttribute(request);
  const table = tables.require(request.TableName);
  if (verb !== 'Put')
    return { verb, request, table, key: table.keys.ofKey(keyOf(request.Key)), item: undefined };
  const item = itemOf(request.Item);
  return { verb, request, table, key: table.keys.ofItem(item), item };
}

/**
 * Gives an action its stamp. An identical put keeps the stamp that is stored; the deletion of an absent item and
 * a condition check change nothing.
 */
export function planAction(
  context: WriteContext,
  action: TransactAction,
  { before, tokenUse }: { readonly before: StampedItem | undefined; readonly tokenUse: TokenUse | undefined },
): PlannedAction {
  const { verb, table, item } = action;
  const request = { ...action.request, TableName: table.engineName };
  const begin = (kind: 'put' | 'delete'): ItemWrite => ({
    ...localWrite(context, action, { kind, before }),
    ...(tokenUse === undefined ? {} : { tokenUse }),
  });
  if (verb === 'Put' && item !== undefined) {
    const unchanged = before !== undefined && sameItem(before.item, item);
    const write = unchanged ? undefined : begin('put');
    const stamp = stampValue(write?.stamp ?? before?.stamp ?? '');
    return {
      action,
      write,
      after: item,
      member: { Put: { ...request, Item: { ...item, [STAMP_ATTRIBUTE]: stamp } } },
    };
  }
  if (verb === 'Update') {
    const write = begin('put');
    return { action, write, after: undefined, member: { Update: stampUpdate(request, write.stamp) } };
  }
  const write = verb === 'Delete' && before !== undefined ? begin('delete') : undefined;
  return { action, write, after: null, member: { [verb]: request } };
}
