import type { Entities, Entity, EntityFacts, EntityInput, EntityItem } from '@gsp/platform/contract';
import type { PagePromise } from './page-promise.ts';
import type {
  Answered,
  CallOptions,
  ConditionalWriteOptions,
  PageRequest,
  WriteOptions,
} from './platform-client.ts';

/** Which item: its id, and the value of the partition field where the entity has one. An item as read is one too. */
export type EntityKey<E extends Entity> = { readonly id: string } & EntityPartition<E>;

/** Which list: the value of the partition field. */
export type EntityPartition<E extends Entity> = E['partition'] extends string
  ? Readonly<Pick<EntityInput<E>, E['partition'] & keyof EntityInput<E>>>
  : unknown;

/** What is put: the fields and the id. Facts of the item as it was read may stay. */
export type EntityPut<E extends Entity> = EntityInput<E> & Pick<EntityFacts, 'id'> & Partial<EntityFacts>;

/** What is changed: fields by their new values, null for what is to go (JSON Merge Patch, RFC 7396). */
export type EntityPatch<E extends Entity> = MergePatch<Omit<EntityInput<E>, E['partition'] & PropertyKey>>;

/** A patch of a value: members of objects one by one, everything else whole. What may be absent is removed by null. */
export type MergePatch<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: MergePatch<Exclude<T[K], null>> | (undefined extends T[K] ? null : never) }
    : T;

/** Which entry of an index: the value of its partition field. */
export type IndexPartition<E extends Entity, Index extends keyof E['indexes']> = Readonly<
  Pick<EntityInput<E>, E['indexes'][Index]['partition'] & keyof EntityInput<E>>
>;

/** What a list takes: which page, or where an iteration begins and how many items it asks for at a time. */
export interface ListOptions extends CallOptions, PageRequest {}

/** What every entity has. Each method is one operation of the contract, and rejects as the methods of the client do. */
export interface ItemCalls<E extends Entity> {
  /** Makes an item, under an id of its own unless one is given. */
  create(
    input: EntityInput<E> & { readonly id?: string },
    options?: WriteOptions,
  ): Promise<Answered<{ readonly item: EntityItem<E> }>>;
  get(key: EntityKey<E>, options?: CallOptions): Promise<Answered<{ readonly item: EntityItem<E> }>>;
  /** Replaces an item, or makes it under its id. */
  put(
    input: EntityPut<E>,
    options?: ConditionalWriteOptions,
  ): Promise<Answered<{ readonly item: EntityItem<E> }>>;
  patch(
    key: EntityKey<E>,
    changes: EntityPatch<E>,
    options?: ConditionalWriteOptions,
  ): Promise<Answered<{ readonly item: EntityItem<E> }>>;
  delete(key: EntityKey<E>, options?: ConditionalWriteOptions): Promise<Answered<object>>;
}

/** What an entity with a partition field has. */
export interface ListCalls<E extends Entity> {
  /** Items of one partition, newest first: a page, or with `for await` all of them. */
  list(partition: EntityPartition<E>, options?: ListOptions): PagePromise<EntityItem<E>>;
}

/** What an entity with indexes has. */
export interface QueryCalls<E extends Entity> {
  /** Items by an index, in its order: a page, or with `for await` all of them. An index may lag behind its items. */
  query<Index extends string & keyof E['indexes']>(
    index: Index,
    partition: IndexPartition<E, Index>,
    options?: ListOptions,
  ): PagePromise<EntityItem<E>>;
}

/** One entity, as its definition types it. */
export type EntityClient<E extends Entity> = ItemCalls<E> &
  (E['partition'] extends string ? ListCalls<E> : unknown) &
  (keyof E['indexes'] extends never ? unknown : QueryCalls<E>);

/** Entities by their plurals: `client.orders`. */
export type EntityClients<All extends Entities> = {
  readonly [Name in keyof All as All[Name]['plural']]: EntityClient<All[Name]>;
};
