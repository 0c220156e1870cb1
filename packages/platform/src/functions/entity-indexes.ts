import type { Entity } from '../contract/entity.ts';
import type { ItemImage } from '../domain/item-image.ts';
import { entityOfKey, type Fields, type IndexEntry, indexEntries } from '../entities/entity-keys.ts';
import { createTableIndexes, type TableIndexes } from '../store/table-indexes.ts';
import { indexName, indexPartitionAttribute, indexSortAttribute } from '../topology/names.ts';

/** Makes the indexes of the table as entities use them. Whatever writes images writes by them. */
export function createEntityIndexes(entities: readonly Entity[]): TableIndexes {
  const names = (slot: number) => ({
    index: indexName(slot),
    partition: indexPartitionAttribute(slot),
    sort: indexSortAttribute(slot),
  });
  return createTableIndexes({ names, entriesOf: indexEntriesOf(entities) });
}

/** Makes what tells where an item stands in the indexes of its entity. */
export function indexEntriesOf(entities: readonly Entity[]): (image: ItemImage) => readonly IndexEntry[] {
  const indexed = entities.filter(({ indexes }) => Object.keys(indexes).length > 0);
  return ({ pk, sk: id, createdAt, updatedAt, data }) => {
    const entity = entityOfKey(indexed, { pk });
    const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
    return entity === undefined || !isObject
      ? []
      : indexEntries(entity, data as Fields, { id, createdAt, updatedAt });
  };
}
