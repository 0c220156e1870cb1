import * as z from 'zod/mini';
import type { JsonValue } from '../contract/json-value.ts';
import type { OwnRoute } from '../contract/own-route.ts';
import { decodePathKey } from '../contract/path-key.ts';
import type { EntityCaller, EntityKey, EntityStore } from '../domain/entity-store.ts';
import { isVisible } from '../domain/item-image.ts';
import { itemNotFound } from '../domain/item-reader.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { HandledRoute } from '../entities/define-route.ts';
import { acceptFields } from '../entities/entity-values.ts';
import type { RouteContext } from '../entities/route-context.ts';
import { createSessionHeaders, readIdempotencyKey, type SessionHeadersOptions } from './headers.ts';
import type { HttpRequest, RouteHandler } from './http-message.ts';
import { parseJsonBody } from './read-request.ts';

/** What routes of a team's own need. */
export interface OwnHandlersOptions extends SessionHeadersOptions {
  readonly routes: Readonly<Record<string, OwnRoute>>;
  /** By the name under which entities are exported. */
  readonly stores: Readonly<Record<string, EntityStore>>;
  readonly region: string;
  readonly bodyLimitBytes: number;
}

const listLimit = 20;

/**
 * Makes the handlers of a team's own routes, by route key. What a route throws is answered as `internal-error`, unless it is a
 * problem of the platform, which its stores throw.
 */
export function createOwnHandlers(options: OwnHandlersOptions): Readonly<Record<string, RouteHandler>> {
  const { routes, stores, region, bodyLimitBytes } = options;
  const sessions = createSessionHeaders(options);
  return Object.fromEntries(
    Object.entries(routes).map(([name, route]) => {
      const { method, path, handle } = route as HandledRoute<
        OwnRoute['request'],
        OwnRoute['response'],
        RouteContext
      >;
      const handler: RouteHandler = async (request) => {
        const given = accepted(name, route, requestOf(route, request, bodyLimitBytes));
        const idempotencyKey = readIdempotencyKey(request);
        const caller: EntityCaller = {
          session: sessions.read(request),
          subject: request.owner,
          ...(idempotencyKey === undefined ? {} : { idempotencyKey, caller: request.subject }),
        };
        const context: RouteContext = {
          entities: Object.fromEntries(
            Object.entries(stores).map(([each, store]) => [
              each,
              boundStore(store, { caller, signal: request.signal, clock: options.clock }),
            ]),
          ) as unknown as RouteContext['entities'],
          region,
          correlationId: request.correlationId,
          signal: request.signal,
          ...(request.owner === undefined ? {} : { caller: request.owner }),
          ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        };
        const answer = await handle(context, given as never);
        if (answer === undefined) return { status: 204, body: '' };
        const body = z.safeParse(route.response, answer);
        if (body.success) return { status: 200, body: body.data };
        throw new Error(`The route ${name} answers what its response schema refuses`, { cause: body.error });
      };
      return [`${method} ${path}`, handler];
    }),
  );
}

/** Members that the path names are taken from there, the others from the query or the body. */
function requestOf(
  { method, path }: OwnRoute,
  request: HttpRequest,
  bodyLimitBytes: number,
): Readonly<Record<string, unknown>> {
  const isQuery = method === 'GET' || method === 'DELETE';
  const others = isQuery ? request.query : parseJsonBody(request, bodyLimitBytes);
  const keys = Object.entries(request.pathParameters).filter(([name]) => path.includes(`{${name}}`));
  return {
    ...others,
    ...Object.fromEntries(keys.map(([name, segment = '']) => [name, decodePathKey(segment) ?? segment])),
  };
}

function accepted(
  name: string,
  { request: schema }: OwnRoute,
  given: Readonly<Record<string, unknown>>,
): unknown {
  const read = acceptFields({ name, schema }, given as JsonValue);
  if (read.ok) return read.fields;
  const [first] = read.issues;
  throw new PlatformError(
    'invalid-request',
    `Cannot accept the request: /${first?.path.join('/')} ${first?.message}`,
    {
      issues: read.issues.slice(0, 10),
    },
  );
}

interface Bound {
  readonly caller: EntityCaller;
  readonly signal: AbortSignal;
  readonly clock: SessionHeadersOptions['clock'];
}

/** An entity's store in the name of one caller, as a route's function is given it. */
function boundStore(store: EntityStore, { caller, signal, clock }: Bound) {
  const { partition } = store.entity;
  const call = { signal };
  const write = { caller, precondition: {} };
  const keyOf = (name: Readonly<Record<string, string>>): EntityKey => ({
    id: String(name.id),
    ...(partition === undefined ? {} : { partition: String(name[partition]) }),
  });
  const pageOf = ({ entries, next }: Awaited<ReturnType<EntityStore['list']>>) => ({
    items: entries,
    ...(next === undefined ? {} : { next }),
  });
  return {
    create: async (fields: JsonValue) => store.toItem((await store.create(fields, caller, call)).image),
    get: async (name: Readonly<Record<string, string>>) => {
      const { image } = await store.read(keyOf(name), caller, call);
      if (image === undefined || !isVisible(image, clock.nowMs())) throw itemNotFound('read');
      return store.toItem(image);
    },
    list: async (value: string, page: object = {}) =>
      pageOf(await store.list(value, { limit: listLimit, ...page }, caller, call)),
    query: async (index: string, value: string, page: object = {}) =>
      pageOf(await store.query({ name: index, value }, { limit: listLimit, ...page }, caller, call)),
    put: async (name: Readonly<Record<string, string>>, fields: JsonValue) =>
      store.toItem((await store.replace(keyOf(name), fields, write, call)).image),
    patch: async (name: Readonly<Record<string, string>>, patch: JsonValue) =>
      store.toItem((await store.patch(keyOf(name), patch, write, call)).image),
    delete: async (name: Readonly<Record<string, string>>) => {
      await store.remove(keyOf(name), write, call);
    },
  };
}
