import type { JsonValue } from '@gsp/platform/contract';

/** An entity of the backend, as its outputs tell. */
export interface EntityFacts {
  /** Also its name in the client and the first part of its paths. */
  readonly plural: string;
  readonly name: string;
  /** Field whose value an item's list is named by; null where each item is by its own id. */
  readonly partition: string | null;
  /** Indexes by name, each with the field that it is asked by. */
  readonly indexes: readonly { readonly name: string; readonly partition: string }[];
}

/** An item of any entity: facts of the platform, and fields. */
export type EntityItem = Readonly<Record<string, JsonValue>>;

type Members = Readonly<Record<string, unknown>>;

/** The entities that outputs name, in their order; none where a backend has defined none. */
export function entitiesOf(content: object): readonly EntityFacts[] {
  const entities = membersOf(membersOf(membersOf(content, 'custom'), 'platform'), 'entities');
  return Object.entries(entities).map(([plural, entity]) => {
    const { name, partition } = Object(entity) as Members;
    const indexes = Object.entries(membersOf(entity, 'indexes')).map(([index, by]) => ({
      name: index,
      partition: String(Object(by).partition),
    }));
    return {
      plural,
      name: String(name),
      partition: typeof partition === 'string' ? partition : null,
      indexes,
    };
  });
}

function membersOf(value: unknown, name: string): Members {
  const found = Object(value)[name];
  return typeof found === 'object' && found !== null ? found : {};
}

/** What the platform says of an item; all else are its fields. */
const facts: ReadonlySet<string> = new Set(['id', 'createdAt', 'updatedAt', 'region', 'version', 'ttl']);

/** An item's fields, as somebody may write them. */
export function fieldsOf(item: EntityItem): EntityItem {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !facts.has(name)));
}

/** What names an item: its id, and its partition where the entity has one. */
export function keyOf({ partition }: EntityFacts, item: EntityItem): EntityItem {
  const { id = '' } = item;
  return partition === null ? { id } : { id, [partition]: item[partition] ?? '' };
}
