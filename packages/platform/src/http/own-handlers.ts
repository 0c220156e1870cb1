import * as z from 'zod/mini';
import type { JsonValue } from '../contract/json-value.ts';
import { limits } from '../contract/limits.ts';
import type { OwnRoute } from '../contract/own-route.ts';
import type { EntityCaller, EntityStore } from '../domain/entity-store.ts';
import type { HandledRoute } from '../entities/define-route.ts';
import { acceptFields } from '../entities/entity-values.ts';
import type { RouteContext } from '../entities/route-context.ts';
import { createCallerStores } from './caller-stores.ts';
import { createSessionHeaders, readIdempotencyKey, type SessionHeadersOptions } from './headers.ts';
import type { HttpRequest, RouteHandler } from './http-message.ts';
import { parseJsonBody, pathKeys, refused } from './read-request.ts';

/** What routes of a team's own need. */
export interface OwnHandlersOptions extends SessionHeadersOptions {
  readonly routes: Readonly<Record<string, OwnRoute>>;
  /** By the name under which entities are exported. */
  readonly stores: Readonly<Record<string, EntityStore>>;
  readonly region: string;
  readonly bodyLimitBytes: number;
}

type Handled = HandledRoute<OwnRoute['request'], OwnRoute['response'], RouteContext>;

/**
 * Makes the handlers of a team's own routes, by route key. What a route throws is answered as `internal-error`, unless it is a
 * problem of the platform, which its stores throw; so is an answer that is none: that the schema refuses, that JSON cannot
 * carry, that is too large for a function, or that has not come when the time of the request is over.
 */
export function createOwnHandlers(options: OwnHandlersOptions): Readonly<Record<string, RouteHandler>> {
  const { routes, stores, region, bodyLimitBytes, clock } = options;
  const sessions = createSessionHeaders(options);
  const handlerOf =
    (name: string, route: Handled): RouteHandler =>
    async (request) => {
      const given = accepted(name, route, requestOf(route, request, bodyLimitBytes));
      const { owner, correlationId, signal } = request;
      const idempotencyKey = readIdempotencyKey(request);
      const caller: EntityCaller = {
        session: sessions.read(request),
        subject: owner,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey, caller: request.subject }),
      };
      const callerStores = createCallerStores({ stores, caller, sessions, clock, signal });
      const context: RouteContext = {
        ...{ entities: callerStores.entities, region, correlationId, signal },
        ...(owner === undefined ? {} : { caller: owner }),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      };
      const answer = await inTime(name, signal, async () => route.handle(context, given as never));
      return { status: 200, headers: callerStores.headers(), body: answerText(name, route, answer) };
    };
  return Object.fromEntries(
    Object.entries(routes).map(([name, route]) => [
      `${route.method} ${route.path}`,
      handlerOf(name, route as unknown as Handled),
    ]),
  );
}

/** Members that the path names are taken from there alone, the others from the query or the body. */
function requestOf(
  { method, path }: OwnRoute,
  request: HttpRequest,
  bodyLimitBytes: number,
): Readonly<Record<string, unknown>> {
  const keys = Object.fromEntries(
    Object.entries(pathKeys(request)).filter(([name]) => path.includes(`{${name}}`)),
  );
  const isQuery = method === 'GET' || method === 'DELETE';
  const others = isQuery ? request.query : parseJsonBody(request, bodyLimitBytes);
  const twice = Object.keys(others).filter((name) => Object.hasOwn(keys, name));
  if (twice.length === 0) return { ...others, ...keys };
  const issues = twice.map((name) => ({ path: [name], message: 'is in the path already. Leave it out' }));
  throw refused(isQuery ? 'query string' : 'body', issues);
}

function accepted(
  name: string,
  { request: schema }: OwnRoute,
  given: Readonly<Record<string, unknown>>,
): unknown {
  const read = acceptFields({ name, schema }, given as JsonValue);
  if (read.ok) return read.fields;
  throw refused('request', read.issues.slice(0, limits.issuesMax));
}

/** Waits for what a route does, at most until the time of its request is over: its function would end without an answer. */
function inTime<T>(name: string, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error(`The route ${name} has not answered in the time of its request`));
    signal.addEventListener('abort', giveUp, { once: true });
    act()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', giveUp));
  });
}

/** @throws an error whose cause is for the log: what a route answers is no mistake of its caller */
function answerText(name: string, { response }: OwnRoute, answer: unknown): string {
  const body = z.safeParse(response, answer);
  if (!body.success)
    throw new Error(`The route ${name} answers what its response schema refuses`, { cause: body.error });
  const text: string | undefined = JSON.stringify(body.data);
  if (text === undefined) throw new Error(`The route ${name} answers ${typeof body.data}, which is no JSON`);
  const bytes = Buffer.byteLength(text);
  if (bytes <= limits.answerBytesMax) return text;
  throw new Error(`The route ${name} answers ${bytes} bytes, at most ${limits.answerBytesMax} are allowed`);
}
