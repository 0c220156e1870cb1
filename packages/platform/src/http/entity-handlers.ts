import type { Entity } from '../contract/entity.ts';
import { type EntityAction, entityOperations } from '../contract/entity-operations.ts';
import type { JsonValue } from '../contract/json-value.ts';
import { listQuerySchema } from '../contract/list-query.ts';
import { encodePathKey } from '../contract/path-key.ts';
import type { Committed } from '../domain/commit-image.ts';
import type { EntityCaller, EntityKey, EntityStore } from '../domain/entity-store.ts';
import { isVisible } from '../domain/item-image.ts';
import { itemNotFound } from '../domain/item-reader.ts';
import type { PlatformError } from '../domain/platform-error.ts';
import { indexList, indexPositionOf, partitionList, partitionPositionOf } from './entity-lists.ts';
import {
  createSessionHeaders,
  readIdempotencyKey,
  replayHeader,
  type SessionHeaders,
  type SessionHeadersOptions,
} from './headers.ts';
import type { HttpRequest, HttpResponse, RouteHandler } from './http-message.ts';
import { pageMembers, readListQuery } from './list-cursor.ts';
import { etagHeader, readNotModified, readPrecondition } from './preconditions.ts';
import { problemResponse } from './problem-response.ts';
import { parseJsonBody, parseWith, patchMediaTypes, pathKeys, refused } from './read-request.ts';

/** What the routes of entities need. */
export interface EntityHandlersOptions extends SessionHeadersOptions {
  readonly stores: readonly EntityStore[];
  readonly bodyLimitBytes: number;
}

/** Makes the handlers of every entity's routes, by route key. */
export function createEntityHandlers(options: EntityHandlersOptions): Readonly<Record<string, RouteHandler>> {
  const sessions = createSessionHeaders(options);
  return Object.fromEntries(
    options.stores.flatMap((store) => {
      const handlers = handlersOf(store, { ...options, sessions });
      return entityOperations(store.entity).map(({ action, method, path }) => [
        `${method} ${path}`,
        handlers[action],
      ]);
    }),
  );
}

interface HandlerParts extends Omit<EntityHandlersOptions, 'stores'> {
  readonly sessions: SessionHeaders;
}

function handlersOf(store: EntityStore, parts: HandlerParts): Readonly<Record<EntityAction, RouteHandler>> {
  const { entity } = store;
  const { sessions, bodyLimitBytes, clock } = parts;
  const callerOf = (request: HttpRequest): EntityCaller => {
    const idempotencyKey = readIdempotencyKey(request);
    return {
      session: sessions.read(request),
      subject: request.owner,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey, caller: request.subject }),
    };
  };
  const bodyOf = (request: HttpRequest, mediaTypes?: readonly string[]) =>
    parseJsonBody(request, bodyLimitBytes, mediaTypes) as JsonValue;
  const written = (status: number, committed: Committed, { session = [] }: EntityCaller): HttpResponse => ({
    status,
    headers: {
      ...etagHeader(committed.image),
      ...sessions.afterWrite(session, committed),
      ...replayHeader(committed.isReplay),
      ...(status === 201 ? { location: locationOf(entity, committed) } : {}),
    },
    body: store.toItem(committed.image),
  });
  const writeOf = (request: HttpRequest) => ({
    caller: callerOf(request),
    precondition: readPrecondition(request),
  });
  return {
    create: async (request) => {
      const caller = callerOf(request);
      const given = bodyOf(request);
      return written(201, await store.create(given, caller, { signal: request.signal }), caller);
    },
    get: async (request) => {
      const key = keyOf(entity, request);
      const caller = callerOf(request);
      const isNotModified = readNotModified(request);
      const { image, superseded } = await store.read(key, caller, { signal: request.signal });
      const seen = image === undefined ? {} : sessions.afterRead(caller.session ?? [], image);
      if (image === undefined || !isVisible(image, clock.nowMs())) {
        const problem = problemResponse(itemNotFound('read', superseded), request.correlationId);
        return { ...problem, headers: { ...problem.headers, ...seen } };
      }
      const headers = { ...etagHeader(image), ...seen };
      if (superseded === undefined && isNotModified(image)) return { status: 304, headers, body: '' };
      return { status: 200, headers, body: store.toItem(image) };
    },
    list: async (request) => {
      const { partition = '' } = keyOf(entity, request);
      const { limit, cursor } = parseWith(listQuerySchema, readListQuery(request), 'query string');
      const list = partitionList(entity, partition);
      const before = partitionPositionOf(list, cursor);
      const page = await store.list(partition, { limit, ...before }, callerOf(request), {
        signal: request.signal,
      });
      return { status: 200, body: { items: page.entries, ...pageMembers(list, page) } };
    },
    query: async (request) => {
      const index = indexOf(entity, request);
      const { limit, cursor } = parseWith(listQuerySchema, readListQuery(request), 'query string');
      const list = indexList(entity, index);
      const before = indexPositionOf(list, cursor);
      const page = await store.query(index, { limit, ...before }, callerOf(request), {
        signal: request.signal,
      });
      return { status: 200, body: { items: page.entries, ...pageMembers(list, page) } };
    },
    put: async (request) => {
      const write = writeOf(request);
      const given = bodyOf(request);
      return written(
        200,
        await store.replace(keyOf(entity, request), given, write, { signal: request.signal }),
        write.caller,
      );
    },
    patch: async (request) => {
      const write = writeOf(request);
      const given = bodyOf(request, patchMediaTypes);
      return written(
        200,
        await store.patch(keyOf(entity, request), given, write, { signal: request.signal }),
        write.caller,
      );
    },
    delete: async (request) => {
      const write = writeOf(request);
      const committed = await store.remove(keyOf(entity, request), write, { signal: request.signal });
      const headers = {
        ...sessions.afterWrite(write.caller.session ?? [], committed),
        ...replayHeader(committed.isReplay),
      };
      return { status: 204, headers, body: '' };
    },
  };
}

function locationOf({ plural, partition }: Entity, { image }: Committed): string {
  const fields = Object(image.data) as Readonly<Record<string, JsonValue>>;
  const segments = partition === undefined ? [image.sk] : [String(fields[partition]), image.sk];
  return `/${plural}/${segments.map(encodePathKey).join('/')}`;
}

/** Keys of the path, as it carries them; what they may be, the store decides. */
function keyOf({ partition }: Entity, request: HttpRequest): EntityKey {
  const keys = pathKeys(request);
  const id = keys.id ?? '';
  return partition === undefined ? { id } : { id, partition: keys[partition] ?? '' };
}

/** The index that a query names, and the value of the field by which it is partitioned. */
function indexOf(
  { indexes }: Entity,
  { query }: HttpRequest,
): { readonly name: string; readonly value: string } {
  const name = query.index ?? '';
  const found = Object.hasOwn(indexes, name) ? indexes[name] : undefined;
  if (found === undefined) throw wrongQuery('index', `must be one of ${Object.keys(indexes).join(', ')}`);
  const value = query[found.partition];
  if (value === undefined || value === '')
    throw wrongQuery(found.partition, `must have a value: the index ${name} is asked by it`);
  return { name, value };
}

function wrongQuery(name: string, message: string): PlatformError {
  return refused('query string', [{ path: [name], message }]);
}
