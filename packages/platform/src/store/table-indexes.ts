import type { ItemKey } from '../contract/item.ts';
import { limits } from '../contract/limits.ts';
import type { ItemImage } from '../domain/item-image.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { IndexEntry } from '../entities/entity-keys.ts';
import type { TableRecord } from './table-record.ts';

/** Names of one index of the table, and of the attributes that it is made of. */
export interface IndexNames {
  readonly index: string;
  readonly partition: string;
  readonly sort: string;
}

/** The indexes of a table: generic and sparse, so that what items are found by changes without the table. */
export interface TableIndexes {
  /** Names of the index in a slot of the pool, counted from 1. */
  names(slot: number): IndexNames;
  /** Attributes by which an image is in indexes; none for a tombstone, which so leaves those that its item was in. */
  attributesOf(image: ItemImage): TableRecord;
}

/**
 * Makes the indexes of a table.
 *
 * @param options.names - names of the index in a slot
 * @param options.entriesOf - where an item stands in the indexes; asked of no tombstone
 */
export function createTableIndexes({
  names,
  entriesOf,
}: {
  readonly names: (slot: number) => IndexNames;
  readonly entriesOf: (image: ItemImage) => readonly IndexEntry[];
}): TableIndexes {
  return {
    names,
    attributesOf: (image) => {
      if (image.deleted) return {};
      const attributes = entriesOf(image).flatMap((entry) => {
        const { partition, sort } = names(entry.slot);
        return [[partition, entry.partition] as const, [sort, entry.sort] as const];
      });
      return Object.fromEntries(attributes);
    },
  };
}

/**
 * Writes where a record stands in an index: its key there and in the table, which together are unique. The sort key of
 * ours ends with the item's own, which is not written twice.
 */
export function encodeIndexPosition(record: TableRecord, { sort: attribute }: IndexNames): string {
  const [pk, sk, sort] = [String(record.pk), String(record.sk), String(record[attribute])];
  const tail = sort.endsWith(sk) ? '' : sk;
  return `${pk.length}.${sk.length}.${sort.length}.${pk}${sort}${tail}`;
}

const lengthsPattern = /^([1-9]\d{0,3})\.([1-9]\d{0,3})\.([1-9]\d{0,3})\./;

/**
 * Reads a position back.
 *
 * @throws PlatformError `invalid-cursor` for what no index can have given out, of which a table would say no more
 */
export function decodeIndexPosition(position: string): { readonly key: ItemKey; readonly sort: string } {
  const [head, pkLength, skLength, sortLength] = lengthsPattern.exec(position) ?? [];
  const text = position.slice(head?.length);
  const pk = text.slice(0, Number(pkLength));
  const rest = text.slice(pk.length);
  const sort = rest.slice(0, Number(sortLength));
  const sk = rest.slice(-Number(skLength));
  const isWhole = rest.length === sort.length || rest.length === sort.length + sk.length;
  const isPossible =
    fits(pk, limits.partitionKeyBytesMax) &&
    fits(sk, limits.sortKeyBytesMax) &&
    fits(sort, limits.sortKeyBytesMax);
  if (head !== undefined && isWhole && isPossible) return { key: { pk, sk }, sort };
  throw new PlatformError('invalid-cursor', 'Cannot go on in the list: the cursor is damaged');
}

function fits(key: string, bytesMax: number): boolean {
  const bytes = Buffer.byteLength(key);
  return bytes >= 1 && bytes <= bytesMax;
}
