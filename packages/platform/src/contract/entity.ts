import type * as core from 'zod/v4/core';
import type { Item } from './item.ts';

/** Schema of what an entity holds: an object of zod. */
export type EntitySchema = core.$ZodObject;

/** Between the name of an entity and what tells its items apart, in partition keys: `order~c-17`. */
export const entityKeySeparator = '~';

/** What the platform says of every item of an entity, beside its fields. No field of an entity takes one of these names. */
export const entityFactNames = ['id', 'createdAt', 'updatedAt', 'region', 'version', 'ttl'] as const;

/** By which fields items of an entity are found beside their keys. An item that lacks one of them is not in the index. */
export interface EntityIndex<Field extends string = string> {
  /** Field whose value a query names. */
  readonly partition: Field;
  /** Field by which what is found is in order. @default 'createdAt' */
  readonly sort?: Field | 'createdAt' | 'updatedAt' | undefined;
}

/** Who may call the routes of an entity. */
export interface EntityAccess<Field extends string = string> {
  /** `token`: whoever brings a token of an issuer that the stage trusts; anyone while it trusts none. */
  readonly read: 'public' | 'token';
  readonly write: 'public' | 'token';
  /** Field that holds the subject of the token of whom an item belongs to: nobody else's token reads or writes it. */
  readonly owner?: Field | undefined;
}

/** How long items live, from their last write that says so. */
export type EntityLife = 'forever' | { readonly ttlSeconds: number };

/**
 * Something that a team keeps in every region: its name, what it holds, and what follows from that, which is its routes, their
 * description, rights and throttling, and the client's calls. Made by `defineEntity`.
 */
export interface Entity<
  Name extends string = string,
  Schema extends EntitySchema = EntitySchema,
  Partition extends string | undefined = string | undefined,
  Indexes extends Readonly<Record<string, EntityIndex>> = Readonly<Record<string, EntityIndex>>,
  Plural extends string = string,
> {
  readonly kind: 'entity';
  readonly name: Name;
  /** First segment of its routes, and its name on a client. */
  readonly plural: Plural;
  readonly schema: Schema;
  /** Field under whose value items are kept together and listed; undefined where each is by its own id. */
  readonly partition: Partition;
  readonly indexes: Indexes;
  readonly life: EntityLife;
  readonly access: EntityAccess;
  /**
   * Resolves a conflict: `mine` was written by the region that calls and was lost, `theirs` is what is kept. What it answers
   * is written as one item that comes from both.
   */
  merge?(mine: core.output<Schema>, theirs: core.output<Schema>): core.input<Schema>;
}

/** Entities by the name under which they are exported. */
export type Entities = Readonly<Record<string, Entity>>;

/** What a caller gives. */
export type EntityInput<E extends Entity> = core.input<E['schema']>;

/** What is read of an item beside its fields. */
export type EntityFacts = { readonly id: string } & Pick<
  Item,
  'createdAt' | 'updatedAt' | 'region' | 'version' | 'ttl'
>;

/** An item as callers see it: flat. */
export type EntityItem<E extends Entity> = EntityFacts & core.output<E['schema']>;
