import type { Entity } from '../contract/entity.ts';
import type { Item, ItemKey } from '../contract/item.ts';
import type { Issue } from '../contract/json-value.ts';
import { type Fields, partitionOf } from '../entities/entity-keys.ts';
import { readFields } from '../entities/entity-values.ts';
import type { ItemImage } from './item-image.ts';
import { PlatformError } from './platform-error.ts';

/**
 * What callers see of an image: flat, and as this version of the schema reads it.
 *
 * @throws PlatformError `unreadable-item` for what it cannot read
 */
export function itemOf(entity: Entity, image: ItemImage): Fields {
  const read = readFields(entity, image.data);
  if (read.ok) return { ...factsOf(image), ...read.fields };
  throw unreadable(entity, image, read.issues);
}

/** The error for what this version of the schema cannot read; it names entity, key and fields. */
export function unreadable(entity: Entity, { pk, sk }: ItemKey, issues: readonly Issue[]): PlatformError {
  const [first] = issues;
  const partition = partitionOf(entity, { pk });
  const place = partition === sk ? sk : `${partition}/${sk}`;
  return new PlatformError(
    'unreadable-item',
    `Cannot read the ${entity.name} ${place}: /${first?.path.join('/') ?? ''} ${first?.message ?? ''}`,
    { key: { pk, sk }, issues: issues.slice(0, 10) },
  );
}

/** What the platform says of an item. */
export function factsOf({
  sk: id,
  createdAt,
  updatedAt,
  ttl,
  region,
  version,
}: ItemImage): Fields & Pick<Item, 'version'> {
  return { id, createdAt, updatedAt, ...(ttl === undefined ? {} : { ttl }), region, version };
}
