import type * as core from 'zod/v4/core';
import type { Entity, EntityAccess, EntityIndex, EntityLife, EntitySchema } from '../contract/entity.ts';
import { DefinitionError } from './definition-error.ts';
import { entityFaults } from './entity-faults.ts';

/** Names of the fields of a schema. */
type FieldOf<Schema extends EntitySchema> = string & keyof core.output<Schema>;

/** What a team says of an entity. */
export interface EntityDefinition<
  Name extends string,
  Schema extends EntitySchema,
  Partition extends FieldOf<Schema> | undefined,
  Indexes extends Readonly<Record<string, EntityIndex<FieldOf<Schema>>>>,
  Plural extends string,
> {
  /** In the singular, lower camel case: `order`. Its keys begin with it, so never rename what is deployed. */
  readonly name: Name;
  /** First segment of its routes, and its name on a client. @default - the name with an `s` */
  readonly plural?: Plural;
  /** What an item holds. Later versions may add fields that are optional or have a default. */
  readonly schema: Schema;
  /** Field under whose value items are kept together and listed. @default - each item by its own id */
  readonly partition?: Partition;
  /** By what else items are found, at most as many as the table has indexes. @default - nothing else */
  readonly indexes?: Indexes;
  /** @default 'forever' */
  readonly life?: EntityLife;
  /** @default - a token is asked for, to read and to write */
  readonly access?: Partial<EntityAccess<FieldOf<Schema>>>;
  /**
   * Resolves a conflict instead of only logging it: `mine` was lost, `theirs` is kept; what is answered is written. It need
   * not commute, must not wait for anything, and is given up after 100 ms.
   */
  readonly merge?: (mine: core.output<Schema>, theirs: core.output<Schema>) => core.input<Schema>;
}

/**
 * Defines something that a team keeps in every region. From it follow, without another edit: routes under the plural,
 * validation, the document, throttling, authorization, the functions' rights to the indexes used, and a client's calls.
 *
 * @throws {DefinitionError} with every fault of the definition
 *
 * @example
 * ```ts
 * export const order = defineEntity({
 *   name: 'order',
 *   schema: z.object({ customerId: z.string().max(64), status: z.enum(['open', 'paid']), total: z.int() }),
 *   partition: 'customerId',
 *   indexes: { byStatus: { partition: 'status', sort: 'createdAt' } },
 *   access: { read: 'public', write: 'token', owner: 'customerId' },
 * });
 * ```
 */
export function defineEntity<
  const Name extends string,
  Schema extends EntitySchema,
  const Partition extends FieldOf<Schema> | undefined = undefined,
  const Indexes extends Readonly<Record<string, EntityIndex<FieldOf<Schema>>>> = Readonly<
    Record<never, never>
  >,
  const Plural extends string = `${Name}s`,
>(
  definition: EntityDefinition<Name, Schema, Partition, Indexes, Plural>,
): Entity<Name, Schema, Partition, Indexes, Plural> {
  const { name, schema, partition, indexes, life = 'forever', access = {}, merge } = definition;
  const plural = definition.plural ?? `${name}s`;
  const entity = {
    kind: 'entity',
    name,
    plural,
    schema,
    partition,
    indexes: indexes ?? {},
    life,
    access: {
      read: access.read ?? 'token',
      write: access.write ?? 'token',
      ...(access.owner && { owner: access.owner }),
    },
    ...(merge && { merge }),
  } as Entity<Name, Schema, Partition, Indexes, Plural>;
  const faults = entityFaults(entity as Entity);
  if (faults.length > 0) throw new DefinitionError(`the entity '${name}'`, faults);
  return entity;
}
