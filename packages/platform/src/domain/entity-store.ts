import type { Entity, EntityItem } from '../contract/entity.ts';
import { entityFactNames } from '../contract/entity.ts';
import { type ItemKey, skSchema, storedPkSchema } from '../contract/item.ts';
import { findUnstorable, type Issue, isJsonObject, type JsonValue } from '../contract/json-value.ts';
import { limits } from '../contract/limits.ts';
import { entityKey, type Fields, indexPartition, isPartitionKey, slotOf } from '../entities/entity-keys.ts';
import { acceptFields, patchFields, type ReadFields, readFields } from '../entities/entity-values.ts';
import type { Clock } from './clock.ts';
import type { Committed } from './commit-image.ts';
import { factsOf, itemOf, unreadable } from './entity-record.ts';
import { type ItemImage, isVisible } from './item-image.ts';
import { type ItemReader, type ItemReading, itemNotFound } from './item-reader.ts';
import type { ItemStore, StoreCallOptions } from './item-store.ts';
import type { ItemRemover, ItemReplacer, ItemWriter, Writer } from './item-writer.ts';
import { isOwn, notTheOwner } from './owner-rule.ts';
import type { Page } from './page-builder.ts';
import { PlatformError } from './platform-error.ts';
import type { Precondition } from './precondition.ts';
import { readPage } from './read-page.ts';

/** Who asks for items of an entity. */
export interface EntityCaller extends Writer {
  /** Subject of the caller's token, empty where that names none; absent where the stage asks for no token. */
  readonly subject?: string | undefined;
}

/** Names an item of an entity: its id, and the value of its partition field where it has one. */
export interface EntityKey {
  readonly partition?: string | undefined;
  readonly id: string;
}

/** How an item is to be written. */
export interface EntityWrite {
  readonly caller: EntityCaller;
  readonly precondition: Precondition;
}

/** Which page of a list, or of what an index finds. */
export interface EntityPage {
  readonly limit: number;
  /** Where a former page ended. */
  readonly before?: string;
}

/**
 * Items of one entity, as its routes and a team's own routes use them. Methods throw a `PlatformError`: `invalid-request` for what
 * the schema refuses, `not-the-owner`, `unreadable-item`, and whatever reading and writing of items throws.
 */
export interface EntityStore {
  readonly entity: Entity;
  create(given: JsonValue, caller: EntityCaller, call?: StoreCallOptions): Promise<Committed>;
  read(key: EntityKey, caller: EntityCaller, call?: StoreCallOptions): Promise<ItemReading>;
  list(
    partition: string,
    page: EntityPage,
    caller: EntityCaller,
    call?: StoreCallOptions,
  ): Promise<Page<EntityItem<Entity>>>;
  query(
    index: { readonly name: string; readonly value: string },
    page: EntityPage,
    caller: EntityCaller,
    call?: StoreCallOptions,
  ): Promise<Page<EntityItem<Entity>>>;
  replace(key: EntityKey, given: JsonValue, write: EntityWrite, call?: StoreCallOptions): Promise<Committed>;
  patch(key: EntityKey, patch: JsonValue, write: EntityWrite, call?: StoreCallOptions): Promise<Committed>;
  remove(key: EntityKey, write: EntityWrite, call?: StoreCallOptions): Promise<Committed>;
  /** What callers see of an image: flat, and as this version of the schema reads it. */
  toItem(image: ItemImage): EntityItem<Entity>;
}

/** What the items of an entity are kept by. */
export interface EntityStoreOptions {
  readonly store: ItemStore;
  /** With the entity's own life. */
  readonly writeItem: ItemWriter;
  readonly replaceItem: ItemReplacer;
  readonly removeItem: ItemRemover;
  readonly readItem: ItemReader;
  readonly clock: Clock;
}

/** Makes the store of one entity. */
export function createEntityStore(entity: Entity, options: EntityStoreOptions): EntityStore {
  const { store, writeItem, replaceItem, removeItem, readItem, clock } = options;
  const { partition: field, access } = entity;
  const requireOwner = (fields: JsonValue | undefined, { subject }: EntityCaller) => {
    if (!isOwn(entity, fields, subject)) throw notTheOwner(entity);
  };
  const keyOf = (key: EntityKey) => requireKey(entity, key);
  const toItem = (image: ItemImage) => itemOf(entity, image);
  const rulesOf = (caller: EntityCaller) => ({
    requireHeld: (held: ItemImage | undefined) => {
      if (held !== undefined) requireOwner(held.data, caller);
    },
  });
  const visible = (caller: EntityCaller) => (image: ItemImage) =>
    isVisible(image, clock.nowMs()) &&
    (access.read === 'public' || isOwn(entity, image.data, caller.subject));
  const listed = (image: ItemImage) => {
    const read = readFields(entity, image.data);
    return read.ok ? { ...factsOf(image), ...read.fields } : undefined;
  };

  return {
    entity,
    toItem: toItem as EntityStore['toItem'],
    create: async (given, caller, call) => {
      const { id: asked, fields } = accepted(entity, given);
      requireOwner(fields, caller);
      const partition = field === undefined ? undefined : String(fields[field]);
      const { pk } = entityKey(entity, { partition: partition ?? '', id: '' });
      // An id that was made is nobody's yet: nothing has to be read. One that somebody has chosen may be taken.
      if (asked === undefined)
        return writeItem(
          { ...writerOf(caller), pk, keyOf: (id) => keyOf({ partition, id }), data: fields },
          call,
        );
      const precondition: Precondition = { ifNoneMatch: 'any' };
      const key = keyOf({ partition, id: asked });
      return replaceItem({ ...writerOf(caller), ...rulesOf(caller), key, data: fields, precondition }, call);
    },
    read: async (key, caller, call) => {
      const reading = await readItem(keyOf(key), caller.session ?? [], call);
      const { image } = reading;
      if (image !== undefined && isVisible(image, clock.nowMs()) && access.read === 'token')
        requireOwner(image.data, caller);
      return reading;
    },
    list: (partition, page, caller, call) => {
      const { pk } = keyOf({ partition, id: 'any' });
      const next = async (limit: number, before?: string) => {
        const slice = await store.query({ pk, limit, ...(before === undefined ? {} : { before }) }, call);
        const records = slice.records.map(({ sk, image }) => ({ key: { pk, sk }, position: sk, image }));
        return slice.next === undefined ? { records } : { records, next: slice.next };
      };
      return readPage({ ...page, next, isVisible: visible(caller), entryOf: listed }) as ReturnType<
        EntityStore['list']
      >;
    },
    query: async (index, page, caller, call) => {
      const slot = slotOf(entity, index.name) ?? 0;
      const partition = indexPartition(entity, index.name, index.value);
      // No table takes such a key, so no item is found by it.
      if (!isPartitionKey(partition)) return { entries: [], unreadable: [] };
      const next = (limit: number, before?: string) =>
        store.queryIndex({ slot, partition, limit, ...(before === undefined ? {} : { before }) }, call);
      return readPage({ ...page, next, isVisible: visible(caller), entryOf: listed }) as ReturnType<
        EntityStore['query']
      >;
    },
    replace: async (key, given, { caller, precondition }, call) => {
      const { fields } = accepted(entity, given, key);
      requireOwner(fields, caller);
      return replaceItem(
        { ...writerOf(caller), ...rulesOf(caller), key: keyOf(key), data: fields, precondition },
        call,
      );
    },
    patch: async (key, given, { caller, precondition }, call) => {
      const asked = ownFields(entity, given, key);
      const apply = (held: JsonValue | undefined) => {
        const { fields } = usable(changed(entity, { held, asked, key: keyOf(key) }), 'patch');
        requirePlace(entity, fields, key);
        requireOwner(fields, caller);
        return fields;
      };
      const requireHeld = (held: ItemImage | undefined) => {
        if (held === undefined) throw itemNotFound('change');
        requireOwner(held.data, caller);
      };
      return replaceItem(
        { ...writerOf(caller), requireHeld, key: keyOf(key), patch: { asked, apply }, precondition },
        call,
      );
    },
    remove: (key, { caller, precondition }, call) =>
      removeItem({ ...writerOf(caller), ...rulesOf(caller), key: keyOf(key), precondition }, call),
  };
}

function writerOf({ session, idempotencyKey, caller }: EntityCaller): Writer {
  return {
    ...(session === undefined ? {} : { session }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey, caller }),
  };
}

/**
 * The key of an item.
 *
 * @throws PlatformError `invalid-request` for what the table's keys do not hold: it would be written and never read
 */
function requireKey(entity: Entity, { partition, id }: EntityKey): ItemKey {
  const key = entityKey(entity, { partition: partition ?? id, id });
  if (!skSchema.safeParse(id).success) throw noKey('id');
  const isPartition = skSchema.safeParse(partition ?? id).success;
  // The schema trims; a space at the end would be lost.
  if (!isPartition || storedPkSchema.safeParse(key.pk).data !== key.pk) throw noKey(entity.partition ?? 'id');
  return key;
}

function noKey(name: string): PlatformError {
  const message = `must be well-formed Unicode of 1 to ${limits.skCharactersMax} characters that ends with no space: it is part of a key`;
  return refused('key', [{ path: [name], message }]);
}

interface PatchOf {
  readonly held: JsonValue | undefined;
  readonly asked: JsonValue;
  readonly key: ItemKey;
}

/** @throws PlatformError `unreadable-item` where it is not the patch that the schema refuses, but what is stored */
function changed(entity: Entity, { held, asked, key }: PatchOf): ReadFields {
  const patched = patchFields(entity, held, asked);
  if (patched.ok) return patched;
  const before = readFields(entity, held);
  const names = Object.keys(Object(asked));
  const isOld = !before.ok && patched.issues.every(({ path }) => !names.includes(String(path[0])));
  if (isOld) throw unreadable(entity, key, before.issues);
  return patched;
}

/** The id and the fields of what a caller gives; of the platform's own members nothing is taken. */
function accepted(
  entity: Entity,
  given: JsonValue,
  key?: EntityKey,
): { readonly id: string | undefined; readonly fields: Fields } {
  const id = isJsonObject(given) ? given.id : undefined;
  const asked = ownFields(entity, given, key);
  const { fields } = usable(acceptFields(entity, asked), 'body');
  requirePlace(entity, fields, key);
  if (id === undefined || key !== undefined) return { id: undefined, fields };
  const checked = skSchema.safeParse(id);
  if (!checked.success)
    throw refused('body', [{ path: ['id'], message: checked.error.issues[0]?.message ?? 'must be a key' }]);
  return { id: checked.data, fields };
}

/** Fields without what the platform says of an item, which callers may send back as they have read it. */
function ownFields(entity: Entity, given: JsonValue, key?: EntityKey): JsonValue {
  if (!isJsonObject(given)) return given;
  if (key !== undefined && given.id !== undefined && given.id !== key.id)
    throw refused('body', [{ path: ['id'], message: 'must be the id of the path: an item keeps it' }]);
  const facts: ReadonlySet<string> = new Set(entityFactNames);
  const fields = Object.fromEntries(Object.entries(given).filter(([name]) => !facts.has(name)));
  for (const { path, message } of findUnstorable(fields)) throw refused('body', [{ path, message }]);
  const { partition } = entity;
  // The path says where it is; a body need not say it again.
  if (key?.partition !== undefined && partition !== undefined && fields[partition] === undefined)
    return { ...fields, [partition]: key.partition };
  return fields;
}

function requirePlace({ partition }: Entity, fields: Fields, key?: EntityKey): void {
  if (key === undefined || partition === undefined || fields[partition] === key.partition) return;
  throw refused('body', [{ path: [partition], message: `must be that of the path: an item keeps it` }]);
}

function usable(read: ReadFields, part: string): { readonly fields: Fields } {
  if (read.ok) return read;
  throw refused(part, read.issues);
}

function refused(part: string, issues: readonly Issue[]): PlatformError {
  const [first] = issues;
  const where = first === undefined ? '' : `/${first.path.join('/')} ${first.message}`;
  return new PlatformError('invalid-request', `Cannot accept the ${part}: ${where}`, {
    issues: issues.slice(0, 10),
  });
}
