import type { JsonObject } from '../engine/engine-client.ts';
import { isObject } from '../item/attribute-value.ts';
import { STAMP_ATTRIBUTE, stripStamp } from '../item/hidden-stamp.ts';
import { ServiceError } from '../protocol/service-error.ts';

/** Members of an answer that are keyed by table name. */
const KEYED_BY_TABLE = ['Responses', 'UnprocessedKeys', 'UnprocessedItems', 'ItemCollectionMetrics'] as const;

/**
 * Takes out of an answer what the application must not see: the stamp of every item, wherever the answer holds
 * one, and the engine's names of the tables.
 */
export function hideInternals(answer: JsonObject, enginePrefix: string): JsonObject {
  const visible: Record<string, unknown> = { ...answer };
  for (const name of ['Item', 'Attributes'] as const)
    if (isObject(visible[name])) visible[name] = stripStamp(visible[name]);
  if (Array.isArray(visible.Items)) visible.Items = visible.Items.map(stripStamp);
  for (const name of KEYED_BY_TABLE) {
    const member = visible[name];
    if (isObject(member)) visible[name] = hideByTable(member, enginePrefix);
    else if (Array.isArray(member)) visible[name] = member.map(hideInItem);
  }
  visible.ConsumedCapacity = hideCapacity(visible.ConsumedCapacity, enginePrefix);
  return visible;
}

/** The same for an error: the items it returns, and the engine's wording where it quotes a request. */
export function hideInternalsOfError(error: ServiceError, enginePrefix: string): ServiceError {
  const details: Record<string, unknown> = { ...error.details };
  if (isObject(details.Item)) details.Item = stripStamp(details.Item);
  if (Array.isArray(details.CancellationReasons))
    details.CancellationReasons = details.CancellationReasons.map((reason: unknown) =>
      hideInReason(reason, enginePrefix),
    );
  const message = hideInMessage(error.message, enginePrefix);
  return new ServiceError(error.type, message, { status: error.status, details, cause: error.cause });
}

function hideByTable(member: JsonObject, enginePrefix: string): JsonObject {
  return Object.fromEntries(
    Object.entries(member).map(([engineName, content]) => [
      engineName.startsWith(enginePrefix) ? engineName.slice(enginePrefix.length) : engineName,
      Array.isArray(content) ? content.map(hideInItem) : content,
    ]),
  );
}

/** An element is an item (BatchGetItem), holds one (TransactGetItems), or is a put that was not made. */
function hideInItem(element: unknown): unknown {
  if (!isObject(element)) return element;
  if (isObject(element.PutRequest) && isObject(element.PutRequest.Item))
    return { PutRequest: { ...element.PutRequest, Item: stripStamp(element.PutRequest.Item) } };
  const stripped = stripStamp(element) ?? {};
  const { Item: item } = element;
  return isObject(item) && STAMP_ATTRIBUTE in item ? { ...stripped, Item: stripStamp(item) } : stripped;
}

function hideInReason(reason: unknown, enginePrefix: string): unknown {
  if (!isObject(reason)) return reason;
  const visible: Record<string, unknown> = { ...reason };
  if (isObject(reason.Item)) visible.Item = stripStamp(reason.Item);
  if (typeof reason.Message === 'string') visible.Message = hideInMessage(reason.Message, enginePrefix);
  return visible;
}

function hideCapacity(capacity: unknown, enginePrefix: string): unknown {
  if (Array.isArray(capacity)) return capacity.map((element: unknown) => hideCapacity(element, enginePrefix));
  if (!isObject(capacity) || typeof capacity.TableName !== 'string') return capacity;
  return { ...capacity, TableName: capacity.TableName.replace(enginePrefix, '') };
}

/** An engine that quotes the request in its message quotes what was added to it as well. */
function hideInMessage(message: string, enginePrefix: string): string {
  const visible = message.replaceAll(enginePrefix, '');
  if (!visible.includes(STAMP_ATTRIBUTE) && !visible.includes('twin_stamp')) return visible;
  return `${visible.slice(0, visible.search(/[:;]/) + 1)} the request is not valid`.trim();
}
