import type { JsonValue } from '../contract/json-value.ts';
import type { Committed } from '../domain/commit-image.ts';
import type { EntityCaller, EntityKey, EntityStore } from '../domain/entity-store.ts';
import { isVisible } from '../domain/item-image.ts';
import { itemNotFound } from '../domain/item-reader.ts';
import type { Page } from '../domain/page-builder.ts';
import type { RouteContext } from '../entities/route-context.ts';
import { indexList, indexPositionOf, partitionList, partitionPositionOf } from './entity-lists.ts';
import { replayHeader, type SessionHeaders, type SessionHeadersOptions } from './headers.ts';
import { encodeCursor } from './list-cursor.ts';

/** Whose stores they are. */
export interface CallerStoresOptions {
  /** By the name under which entities are exported. */
  readonly stores: Readonly<Record<string, EntityStore>>;
  readonly caller: EntityCaller;
  readonly sessions: SessionHeaders;
  readonly clock: SessionHeadersOptions['clock'];
  readonly signal: AbortSignal;
}

/** Stores in the name of one caller, for as long as one request takes. */
export interface CallerStores {
  readonly entities: RouteContext['entities'];
  /** Headers that tell the caller what was seen and written by the stores: their session, and whether it was a repetition. */
  headers(): Record<string, string>;
}

type Name = Readonly<Record<string, string>>;

/** Entries of a page where a route names no number. */
const pageEntries = 20;

/** Makes the stores of one request, which all go on with one session. */
export function createCallerStores(options: CallerStoresOptions): CallerStores {
  const { stores, sessions, caller } = options;
  let session = caller.session ?? [];
  let hasSeen = false;
  let writes = 0;
  let replays = 0;
  /**
   * A key is for one write of an item. Writes of one request are told apart by their number, so that a second one to the
   * same item is no other request under the same key, and two new items are two. No issuer begins with a digit.
   */
  const writer = (): EntityCaller => {
    writes += 1;
    const known = { ...caller, session };
    return writes === 1 || caller.idempotencyKey === undefined
      ? known
      : { ...known, caller: `${writes} ${caller.caller ?? ''}` };
  };
  const track = {
    reader: (): EntityCaller => ({ ...caller, session }),
    writer,
    read: (image: Committed['image']) => {
      hasSeen = true;
      session = sessions.seen(session, image);
    },
    wrote: (committed: Committed) => {
      hasSeen = true;
      if (committed.isReplay) replays += 1;
      session = sessions.wrote(session, committed);
      return committed;
    },
  };
  const entities = Object.fromEntries(
    Object.entries(stores).map(([name, store]) => [name, callerStore(store, track, options)]),
  );
  return {
    entities: entities as unknown as RouteContext['entities'],
    headers: () => ({
      ...(hasSeen ? sessions.header(session) : {}),
      ...replayHeader(writes > 0 && replays === writes),
    }),
  };
}

interface Track {
  reader(): EntityCaller;
  writer(): EntityCaller;
  read(image: Committed['image']): void;
  wrote(committed: Committed): Committed;
}

/** An entity's store as the function of a route is given it. */
function callerStore(store: EntityStore, track: Track, { clock, signal }: CallerStoresOptions) {
  const { entity } = store;
  const call = { signal };
  const keyOf = (name: Name): EntityKey => ({
    id: name.id ?? '',
    ...(entity.partition === undefined ? {} : { partition: name[entity.partition] ?? '' }),
  });
  const writeOf = () => ({ caller: track.writer(), precondition: {} });
  const itemOf = (committed: Committed) => store.toItem(track.wrote(committed).image);
  return {
    create: async (fields: JsonValue) => itemOf(await store.create(fields, track.writer(), call)),
    get: async (name: Name) => {
      const { image } = await store.read(keyOf(name), track.reader(), call);
      if (image !== undefined) track.read(image);
      if (image === undefined || !isVisible(image, clock.nowMs())) throw itemNotFound('read');
      return store.toItem(image);
    },
    list: async (value: string, { limit = pageEntries, before }: PageAsked = {}) => {
      const list = partitionList(entity, value);
      const page = { limit, ...partitionPositionOf(list, before) };
      return pageOf(list, await store.list(value, page, track.reader(), call));
    },
    query: async (name: string, value: string, { limit = pageEntries, before }: PageAsked = {}) => {
      const list = indexList(entity, { name, value });
      const page = { limit, ...indexPositionOf(list, before) };
      return pageOf(list, await store.query({ name, value }, page, track.reader(), call));
    },
    put: async (name: Name, fields: JsonValue) =>
      itemOf(await store.replace(keyOf(name), fields, writeOf(), call)),
    patch: async (name: Name, patch: JsonValue) =>
      itemOf(await store.patch(keyOf(name), patch, writeOf(), call)),
    delete: async (name: Name) => {
      track.wrote(await store.remove(keyOf(name), writeOf(), call));
    },
  };
}

interface PageAsked {
  readonly limit?: number;
  readonly before?: string;
}

/** What a route may hand on: a position is a cursor, which is refused when it comes back changed. */
function pageOf(list: string, { entries, unreadable, next }: Page<unknown>) {
  return {
    items: entries,
    ...(unreadable.length === 0 ? {} : { unreadable }),
    ...(next === undefined ? {} : { next: encodeCursor(list, next) }),
  };
}
