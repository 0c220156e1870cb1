import * as z from 'zod/mini';
import { type Item, itemSchema } from '../contract/item.ts';
import type { JsonValue } from '../contract/json-value.ts';

/** Prefix of the attributes that hold an item's version vector, one number attribute a region: `v#eu-west-1`. */
const versionAttributePrefix = 'v#';

/** An item as the document client reads and writes it: attribute name to value. */
export type ItemRecord = Readonly<Record<string, unknown>>;

/**
 * Turns an item into the record that is stored. The version vector becomes top-level attributes, since a nested
 * map cannot be incremented on an item that does not exist yet, and one attribute a region can.
 */
export function toItemRecord({ version, data, ...attributes }: Item): ItemRecord {
  const counts = Object.entries(version).map(([region, count]) => [versionAttributePrefix + region, count]);
  return {
    ...attributes,
    ...Object.fromEntries(counts),
    ...(data === undefined ? {} : { data: toMarshallable(data) }),
  };
}

/**
 * Turns a stored record back into the item.
 *
 * @returns undefined when the record is no item: written by something else, or damaged by hand.
 */
export function fromItemRecord(record: ItemRecord): Item | undefined {
  const isCount = ([name]: [string, unknown]) => name.startsWith(versionAttributePrefix);
  const version = Object.entries(record)
    .filter(isCount)
    .map(([name, count]) => [name.slice(versionAttributePrefix.length), count]);
  const { success, data: item } = z.safeParse(itemSchema, {
    ...record,
    version: Object.fromEntries(version),
  });
  return success ? item : undefined;
}

/**
 * Rebuilds a JSON value with maps in place of objects. The document client chooses an attribute's type by
 * `value.constructor`, which a caller can name in JSON: `{"constructor":{"name":"Set"}}` as a plain object would
 * be taken for a set.
 */
function toMarshallable(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(toMarshallable);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([name, member]) => [name, toMarshallable(member)]));
}
