import type { JsonObject } from '../engine/engine-client.ts';
import { isObject } from '../item/attribute-value.ts';
import { assertNoHiddenAttribute } from '../item/hidden-stamp.ts';
import { validationError } from '../protocol/service-error.ts';
import type { Operation } from './operation.ts';

/** An operation that reads one table: the engine carries it out under its own name of the table. */
function readTable(name: 'GetItem' | 'Query' | 'Scan'): Operation {
  return async ({ engine, tables }, request) => {
    assertNoHiddenAttribute(request);
    const { engineName } = tables.require(request.TableName);
    return engine.call(name, { ...request, TableName: engineName });
  };
}

/** GetItem. */
export const getItem = readTable('GetItem');

/** Query. */
export const query = readTable('Query');

/** Scan. */
export const scan = readTable('Scan');

const BATCH_KEYS_MAX = 100;
const TRANSACT_ITEMS_MAX = 100;

/** BatchGetItem. */
export const batchGetItem: Operation = async ({ engine, tables }, request) => {
  if (!isObject(request.RequestItems)) throw batchSizeError();
  const requestItems: Record<string, unknown> = {};
  let count = 0;
  for (const [tableName, keys] of Object.entries(request.RequestItems)) {
    if (!isObject(keys) || !Array.isArray(keys.Keys)) throw batchSizeError();
    assertNoHiddenAttribute(keys);
    count += keys.Keys.length;
    requestItems[tables.require(tableName).engineName] = keys;
  }
  if (count === 0 || count > BATCH_KEYS_MAX) throw batchSizeError();
  return engine.call('BatchGetItem', { ...request, RequestItems: requestItems });
};

/** TransactGetItems. */
export const transactGetItems: Operation = async ({ engine, tables }, request) => {
  const { TransactItems: items } = request;
  if (!Array.isArray(items) || items.length === 0 || items.length > TRANSACT_ITEMS_MAX)
    throw validationError(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to ${TRANSACT_ITEMS_MAX} and greater than or equal to 1`,
    );
  const members = items.map((item: unknown) => {
    const get: JsonObject | undefined = isObject(item) && isObject(item.Get) ? item.Get : undefined;
    if (get === undefined) throw validationError('TransactItems can only contain Get');
    assertNoHiddenAttribute(get);
    return { Get: { ...get, TableName: tables.require(get.TableName).engineName } };
  });
  return engine.call('TransactGetItems', { ...request, TransactItems: members });
};

function batchSizeError() {
  return validationError(
    `1 validation error detected: Value at 'requestItems.member.keys' failed to satisfy constraint: Member must have length less than or equal to ${BATCH_KEYS_MAX} and greater than or equal to 1`,
  );
}
