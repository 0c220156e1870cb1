import { type Entity, entityKeySeparator } from '../contract/entity.ts';
import type { ItemKey } from '../contract/item.ts';
import type { JsonValue } from '../contract/json-value.ts';
import { limits } from '../contract/limits.ts';
import { sortText } from './sort-text.ts';

/** Fields of an item, by name. */
export type Fields = Readonly<Record<string, JsonValue>>;

/** First characters of an entity's partition keys. No other route reads or writes what begins with them. */
export function keyPrefixOf({ name }: Pick<Entity, 'name'>): string {
  return name + entityKeySeparator;
}

/**
 * Key of an item: items with one value of the partition field form one list; without a partition each item is alone.
 *
 * @param partition - value of the partition field; the id where there is none
 */
export function entityKey(entity: Entity, { partition, id }: { partition: string; id: string }): ItemKey {
  return { pk: keyPrefixOf(entity) + partition, sk: id };
}

/** Value of the partition field that a key holds; undefined for a key of another entity. */
export function partitionOf(entity: Entity, { pk }: Pick<ItemKey, 'pk'>): string | undefined {
  const prefix = keyPrefixOf(entity);
  return pk.startsWith(prefix) ? pk.slice(prefix.length) : undefined;
}

/** Finds the entity whose items have such a partition key. */
export function entityOfKey(entities: Iterable<Entity>, { pk }: Pick<ItemKey, 'pk'>): Entity | undefined {
  for (const entity of entities) if (pk.startsWith(keyPrefixOf(entity))) return entity;
  return undefined;
}

/** Where an item stands in one index of the table's pool. */
export interface IndexEntry {
  /** Number of the index in the pool, counted from 1: the first index of a definition takes the first. */
  readonly slot: number;
  readonly partition: string;
  readonly sort: string;
}

/** Partition key of an index for one value of its partition field: `order~byStatus~open`. */
export function indexPartition(entity: Entity, index: string, value: string): string {
  return `${keyPrefixOf(entity)}${index}${entityKeySeparator}${value}`;
}

/** Number of an index in the table's pool, counted from 1; undefined for one that the entity does not have. */
export function slotOf(entity: Entity, index: string): number | undefined {
  const at = Object.keys(entity.indexes).indexOf(index);
  return at < 0 ? undefined : at + 1;
}

/** What index entries are made of beside the fields. */
export interface IndexedFacts {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/**
 * Entries of an item in the indexes of its entity. It has none in an index whose fields it lacks, or whose keys would not
 * fit into the table.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export function indexEntries(entity: Entity, fields: Fields, facts: IndexedFacts): readonly IndexEntry[] {
  return Object.entries(entity.indexes).flatMap(([name, { partition, sort = 'createdAt' }], at) => {
    const value = keyText(fields[partition]);
    const place = sort === 'createdAt' || sort === 'updatedAt' ? facts[sort] : sortText(fields[sort]);
    if (value === undefined || place === undefined) return [];
    const entry = {
      slot: at + 1,
      partition: indexPartition(entity, name, value),
      sort: `${place}${entityKeySeparator}${facts.id}`,
    };
    return isPartitionKey(entry.partition) && bytesOf(entry.sort) <= limits.sortKeyBytesMax ? [entry] : [];
  });
}

/** A value as one partition of an index: text as it is, a number or truth value as JSON writes it. */
export function keyText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? JSON.stringify(value) : undefined;
}

/** Whether a table takes a text as a partition key. */
export function isPartitionKey(text: string): boolean {
  return bytesOf(text) <= limits.partitionKeyBytesMax;
}

const encoder = new TextEncoder();
const bytesOf = (text: string) => encoder.encode(text).length;
