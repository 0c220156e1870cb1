import type * as core from 'zod/v4/core';
import type { Entities, Entity, EntityItem } from '../contract/entity.ts';
import type { ItemKey } from '../contract/item.ts';

/** Names an item: its id, and its partition field where the entity has one. */
export type ItemNameOf<E extends Entity> = { readonly id: string } & (E['partition'] extends string
  ? { readonly [Field in E['partition']]: string }
  : object);

/** One page of items. */
export interface ItemPage<E extends Entity> {
  readonly items: readonly EntityItem<E>[];
  /** Keys of what this version of the schema cannot read. */
  readonly unreadable?: readonly ItemKey[];
  /** Where the next page starts, as a cursor that may be handed to callers; absent on the last. */
  readonly next?: string;
}

/** Items of an entity in the caller's name: with their session, their rights and their deadline. Methods throw problems. */
export interface CallerStore<E extends Entity> {
  create(fields: core.input<E['schema']> & { readonly id?: string }): Promise<EntityItem<E>>;
  /** @throws a problem `item-not-found` where there is none */
  get(key: ItemNameOf<E>): Promise<EntityItem<E>>;
  list(partition: string, page?: { readonly limit?: number; readonly before?: string }): Promise<ItemPage<E>>;
  query(
    index: string & keyof E['indexes'],
    value: string,
    page?: { readonly limit?: number; readonly before?: string },
  ): Promise<ItemPage<E>>;
  put(key: ItemNameOf<E>, fields: core.input<E['schema']>): Promise<EntityItem<E>>;
  patch(key: ItemNameOf<E>, patch: Readonly<Record<string, unknown>>): Promise<EntityItem<E>>;
  delete(key: ItemNameOf<E>): Promise<void>;
}

/** What a route of a team's own is given beside its request. */
export interface RouteContext<All extends Entities = Entities> {
  /** Stores of the entities, by the name under which they are exported. */
  readonly entities: { readonly [Name in keyof All]: CallerStore<All[Name]> };
  /** Subject of the caller's token; absent where the stage asks for none. */
  readonly caller?: string;
  readonly region: string;
  readonly correlationId: string;
  readonly idempotencyKey?: string;
  /** Aborted when the time of the request is over; what the route answers later is not waited for. */
  readonly signal: AbortSignal;
}
