import { validationError } from '../protocol/service-error.ts';
import { type AttributeMap, type AttributeValue, isObject } from './attribute-value.ts';

/**
 * The attribute of every stored item that holds the stamp of its last write. The application never sees it and
 * can neither read nor write it. On AWS the same is a private system property
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html).
 */
export const STAMP_ATTRIBUTE = '~twin:stamp';

/** An item as the application knows it, and the stamp of its last write; the stamp is empty where there is none. */
export interface StampedItem {
  readonly item: AttributeMap;
  readonly stamp: string;
}

/** Takes a stored item apart. */
export function splitStamp(stored: AttributeMap): StampedItem {
  const { [STAMP_ATTRIBUTE]: attribute, ...item } = stored;
  return { item, stamp: attribute?.S ?? '' };
}

/** The stamp as an attribute value. */
export function stampValue(stamp: string): AttributeValue {
  return { S: stamp };
}

/** The text of an item's JSON with the stamp added: cheaper than serialising the item again. */
export function addStampToJson(itemJson: string, stamp: string): string {
  const member = `${JSON.stringify(STAMP_ATTRIBUTE)}:{"S":${JSON.stringify(stamp)}}`;
  return itemJson === '{}' ? `{${member}}` : `${itemJson.slice(0, -1)},${member}}`;
}

/** The item without the stamp; the same object when it has none, nothing for anything but an object. */
export function stripStamp(item: unknown): AttributeMap | undefined {
  if (!isObject(item)) return undefined;
  if (!(STAMP_ATTRIBUTE in item)) return item as AttributeMap;
  return splitStamp(item as AttributeMap).item;
}

/**
 * Refuses a request that names the hidden attribute anywhere it could be read, written or tested: as an
 * attribute of an item or key, behind an expression's placeholder, or in a parameter of the older API. In an
 * expression itself it cannot stand, since its name has a colon.
 *
 * @throws {ServiceError} `ValidationException`
 */
export function assertNoHiddenAttribute(request: Readonly<Record<string, unknown>>): void {
  const { ExpressionAttributeNames: names, AttributesToGet: attributes } = request;
  const named =
    (isObject(names) && Object.values(names).includes(STAMP_ATTRIBUTE)) ||
    (Array.isArray(attributes) && attributes.includes(STAMP_ATTRIBUTE)) ||
    MAPS_BY_ATTRIBUTE.some((member) => {
      const map = request[member];
      return isObject(map) && STAMP_ATTRIBUTE in map;
    });
  if (named)
    throw validationError(
      'One or more parameter values were invalid: an attribute name is reserved for the replication of this table',
    );
}

const MAPS_BY_ATTRIBUTE = [
  'Item',
  'Key',
  'AttributeUpdates',
  'Expected',
  'ScanFilter',
  'QueryFilter',
  'KeyConditions',
  'ExclusiveStartKey',
] as const;
