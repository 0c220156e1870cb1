import type * as z from 'zod/mini';
import type { Entity } from '../contract/entity.ts';
import { itemKeySchema, itemListKeySchema } from '../contract/item.ts';
import {
  type ItemResponse,
  type PutResponse,
  patchRequestSchema,
  putRequestSchema,
  type WriteResponse,
  writeRequestSchema,
} from '../contract/item-messages.ts';
import type { JsonValue } from '../contract/json-value.ts';
import { type ListResponse, listQuerySchema } from '../contract/list-query.ts';
import { mergePatch } from '../contract/merge-patch.ts';
import type { Session } from '../contract/session-token.ts';
import type { Committed } from '../domain/commit-image.ts';
import { type ItemImage, isVisible, toItem } from '../domain/item-image.ts';
import type { ItemLister } from '../domain/item-lister.ts';
import { type ItemReader, itemNotFound } from '../domain/item-reader.ts';
import type { ItemRemover, ItemReplacer, ItemWriter, Replacement, Writer } from '../domain/item-writer.ts';
import { PlatformError } from '../domain/platform-error.ts';
import {
  createSessionHeaders,
  readIdempotencyKey,
  replayHeader,
  type SessionHeadersOptions,
} from './headers.ts';
import type { HttpRequest, HttpResponse, RouteHandler } from './http-message.ts';
import { decodeCursor, pageMembers, readListQuery } from './list-cursor.ts';
import { etagHeader, readNotModified, readPrecondition } from './preconditions.ts';
import { problemResponse } from './problem-response.ts';
import { parseJsonBody, parsePath, parseWith, patchMediaTypes } from './read-request.ts';

/** What the routes of items need. */
export interface ItemRoutesOptions extends SessionHeadersOptions {
  readonly writeItem: ItemWriter;
  readonly replaceItem: ItemReplacer;
  readonly removeItem: ItemRemover;
  readonly readItem: ItemReader;
  readonly listItems: ItemLister;
  readonly bodyLimitBytes: number;
  /** The entity whose items have such a partition key; no other route writes or shows them. @default - none has */
  readonly entityOf?: (key: { readonly pk: string }) => Pick<Entity, 'plural'> | undefined;
}

/** Makes the handlers of the routes that write, read, list and delete items. */
export function createItemRoutes(options: ItemRoutesOptions) {
  const { writeItem, replaceItem, removeItem, readItem, listItems, bodyLimitBytes, clock } = options;
  const sessions = createSessionHeaders(options);
  const own = <K extends { readonly pk: string }>(key: K): K => {
    const entity = options.entityOf?.(key);
    if (entity === undefined) return key;
    const message = `must not begin with the name of an entity: its items are under /${entity.plural}`;
    throw new PlatformError('invalid-request', `Cannot accept the key: /pk ${message}`, {
      issues: [{ path: ['pk'], message }],
    });
  };
  const headersOfWrite = (session: Session, committed: Committed) => ({
    ...sessions.afterWrite(session, committed),
    ...replayHeader(committed.isReplay),
  });
  const bodyOf = <S extends z.ZodMiniType>(schema: S, request: HttpRequest, mediaTypes?: readonly string[]) =>
    parseWith(schema, parseJsonBody(request, bodyLimitBytes, mediaTypes), 'body');
  const replaced = async (
    request: HttpRequest,
    asked: Omit<Replacement, keyof Writer | 'precondition'>,
  ): Promise<HttpResponse> => {
    const session = sessions.read(request);
    const precondition = readPrecondition(request);
    const replacement = { ...asked, precondition, session, ...keyOf(request) };
    const committed = await replaceItem(replacement, { signal: request.signal });
    const { image } = committed;
    return {
      status: 200,
      headers: { ...etagHeader(image), ...headersOfWrite(session, committed) },
      body: { item: toItem(image) } satisfies PutResponse,
    };
  };
  return {
    'POST /write': async (request) => {
      const body = own(bodyOf(writeRequestSchema, request));
      const session = sessions.read(request);
      const committed = await writeItem({ ...body, session, ...keyOf(request) }, { signal: request.signal });
      const { image } = committed;
      return {
        status: 200,
        headers: { ...etagHeader(image), ...headersOfWrite(session, committed) },
        body: { written: true, item: toItem(image) } satisfies WriteResponse,
      };
    },
    'GET /items/{pk}': async (request) => {
      const { pk } = own(parsePath(itemListKeySchema, request));
      const { limit, cursor } = parseWith(listQuerySchema, readListQuery(request), 'query string');
      const list = `items:${pk}`;
      const before = cursor === undefined ? {} : { before: decodeCursor(list, cursor) };
      const page = await listItems({ pk, limit, ...before }, { signal: request.signal });
      const body: ListResponse = { items: [...page.entries], ...pageMembers(list, page) };
      return { status: 200, body };
    },
    'GET /items/{pk}/{sk}': async (request) => {
      const key = own(parsePath(itemKeySchema, request));
      const session = sessions.read(request);
      const isNotModified = readNotModified(request);
      const { image, superseded } = await readItem(key, session, { signal: request.signal });
      // A tombstone was seen too: a deletion that this session knows of must hold elsewhere.
      const seen = image === undefined ? {} : sessions.afterRead(session, image);
      if (image === undefined || !isVisible(image, clock.nowMs())) {
        const problem = problemResponse(itemNotFound('read', superseded), request.correlationId);
        return { ...problem, headers: { ...problem.headers, ...seen } };
      }
      const headers = { ...etagHeader(image), ...seen };
      // Of a write that was lost a caller is told, whatever it knows of the item.
      if (superseded === undefined && isNotModified(image)) return { status: 304, headers, body: '' };
      const body: ItemResponse = { item: toItem(image), ...(superseded === undefined ? {} : { superseded }) };
      return { status: 200, headers, body };
    },
    'PUT /items/{pk}/{sk}': async (request) => {
      const key = own(parsePath(itemKeySchema, request));
      const { data, ttlSeconds } = bodyOf(putRequestSchema, request);
      return replaced(request, { key, data, ttlSeconds });
    },
    'PATCH /items/{pk}/{sk}': async (request) => {
      const key = own(parsePath(itemKeySchema, request));
      const { data: asked, ttlSeconds } = bodyOf(patchRequestSchema, request, patchMediaTypes);
      const apply = (held: JsonValue | undefined) => patched(held, asked);
      return replaced(request, { key, ttlSeconds, patch: { asked, apply }, requireHeld: requireItem });
    },
    'DELETE /items/{pk}/{sk}': async (request) => {
      const key = own(parsePath(itemKeySchema, request));
      const session = sessions.read(request);
      const removal = { key, precondition: readPrecondition(request), session, ...keyOf(request) };
      const committed = await removeItem(removal, { signal: request.signal });
      return {
        status: 204,
        headers: headersOfWrite(session, committed),
        body: '',
      };
    },
  } satisfies Record<string, RouteHandler>;
}

function requireItem(held: ItemImage | undefined): void {
  if (held === undefined) throw itemNotFound('change');
}

// RFC 7396 of the whole item: null removes its data.
function patched(held: JsonValue | undefined, asked: JsonValue | undefined): JsonValue | undefined {
  if (asked === undefined) return held;
  return asked === null ? undefined : mergePatch(held ?? null, asked);
}

// The key, and whose it is.
function keyOf(request: HttpRequest): { idempotencyKey?: string; caller?: string | undefined } {
  const idempotencyKey = readIdempotencyKey(request);
  return idempotencyKey === undefined ? {} : { idempotencyKey, caller: request.subject };
}
