import type { Entity } from '../contract/entity.ts';
import { limits } from '../contract/limits.ts';
import { decodeCursor } from './list-cursor.ts';

/** Where a page starts, as an entity's store takes it. */
type Position = { readonly before?: string };

/** Name of the list of one partition, which its cursors are for. */
export function partitionList({ plural }: Pick<Entity, 'plural'>, partition: string): string {
  return `${plural}:${partition}`;
}

/** Name of what an index finds for a value. No partition is named like that: a plural has letters and digits only. */
export function indexList(
  { plural }: Pick<Entity, 'plural'>,
  { name, value }: { readonly name: string; readonly value: string },
): string {
  return `${plural}?${name}=${value}`;
}

/** @throws PlatformError `invalid-cursor` */
export function partitionPositionOf(list: string, cursor: string | undefined): Position {
  return cursor === undefined ? {} : { before: decodeCursor(list, cursor) };
}

/** @throws PlatformError `invalid-cursor` */
export function indexPositionOf(list: string, cursor: string | undefined): Position {
  return cursor === undefined ? {} : { before: decodeCursor(list, cursor, limits.indexPositionBytesMax) };
}
