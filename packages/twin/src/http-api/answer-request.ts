import type { IncomingMessage } from 'node:http';
import { type Door, refusalAtDoor } from '../closed-door.ts';
import type { InvocationResult } from '../lambda/invocation-result.ts';
import { BodyTooLargeError, readBody } from '../read-body.ts';
import { type ApiEntry, apiEntryOf, EXECUTE_API_HOST } from './api-entry.ts';
import { type Authorization, type Authorizers, authorizeRequest } from './authorize-request.ts';
import { allowsOrigin, isPreflight, preflightHeaders } from './cors.ts';
import { type GatewayResponse, gatewayError } from './gateway-response.ts';
import type { HttpRoute, Invoke } from './http-api-definition.ts';
import { BODY_BYTES_MAX, type HttpRequest } from './http-request.ts';
import { mapResponse } from './map-response.ts';
import { type EventContext, type HttpApiEvent, payloadV2 } from './payload-v2.ts';
import type { RouteMatch } from './route-table.ts';
import type { Serving } from './serving.ts';

const NO_BODY = Buffer.alloc(0);

/** What became of a request: the answer, and what the access log says beside it. */
export interface Answer {
  readonly response: GatewayResponse;
  readonly routeKey?: string;
  /** Whether this is the API's own answer to a CORS preflight, whose headers are complete. */
  readonly preflight?: boolean;
  /** Why an authorizer refused the request, which the client is not told. */
  readonly authorizerError?: string;
  readonly integration?: {
    readonly latencyMs: number;
    readonly status: number | undefined;
    readonly requestId?: string;
  };
}

/** What answering needs beside the request and the definition. */
export interface AnswerOptions {
  readonly accountId: string;
  readonly invoke: Invoke;
  readonly authorizers: Authorizers;
  /** Origins of what stands in front of the API and tells it another Host. @default - nothing does */
  readonly frontOrigins?: readonly string[] | undefined;
  /** Aborted when the client goes away. */
  readonly clientGone: AbortSignal;
}

/**
 * Answers a request as an HTTP API does, to whom the twin lets in: host name, stage, route, authorization, CORS preflight, throttle, body,
 * integration.
 *
 * Authorization comes before the throttle, so that requests of strangers never use up the bucket of a protected route.
 *
 * @throws {ClientGoneError} when the client left while its body was being read
 * @throws the reason of `clientGone` when it left while the function ran
 */
export async function answerRequest(
  incoming: IncomingMessage,
  request: HttpRequest,
  { serving, options }: { serving: Serving; options: AnswerOptions },
): Promise<Answer> {
  const entry = apiEntryOf(request, serving.definition);
  const refusal = refusalAtDoor(request, apiDoor(serving, entry, options.frontOrigins));
  if (refusal !== undefined) return { response: gatewayError('forbidden', { message: refusal }) };
  if (entry === undefined) return { response: gatewayError('forbidden') };
  const { routePath } = entry;
  const match = routePath === undefined ? undefined : serving.match(request.method, routePath);
  try {
    return await answerRoute(incoming, request, { serving, options, entry, match });
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    return { response: gatewayError('tooLarge'), ...(match && { routeKey: match.route.routeKey }) };
  }
}

async function answerRoute(
  incoming: IncomingMessage,
  request: HttpRequest,
  { serving, options, entry, match }: AnswerRouteOptions & { match: RouteMatch | undefined },
): Promise<Answer> {
  const { cors } = serving.definition;
  const routeKey = match?.route.routeKey;
  const authorization: Authorization = match
    ? await authorizeRequest(incoming, request, {
        route: match.route,
        authorizers: options.authorizers,
        event: () => eventOf(request, { serving, options, entry, match }, { body: NO_BODY }),
      })
    : { kind: 'granted' };
  if (authorization.kind === 'refused') {
    const { response, reason } = authorization;
    return {
      response,
      ...(routeKey !== undefined && { routeKey }),
      ...(reason !== undefined && { authorizerError: reason }),
    };
  }
  const { origin, 'access-control-request-method': requestMethod } = request.headers;
  if (cors && isPreflight({ method: request.method, origin, requestMethod })) {
    const headers = preflightHeaders(cors, origin);
    return { preflight: true, response: { status: 204, headers, cookies: [], body: '' } };
  }
  if (!match || routeKey === undefined) return { response: gatewayError('notFound') };
  if (!serving.admit(match.route)) return { response: gatewayError('throttled'), routeKey };
  if (match.route.notEmulated !== undefined) {
    return { response: gatewayError('notEmulated', { message: match.route.notEmulated }), routeKey };
  }
  const integrated = await integrate(incoming, request, { serving, options, entry, match, authorization });
  return { routeKey, ...integrated };
}

interface AnswerRouteOptions {
  readonly serving: Serving;
  readonly options: AnswerOptions;
  readonly entry: ApiEntry;
}

/**
 * Beside programs and its own pages an API takes those that its CORS lets in. Without a CORS configuration that is for its
 * functions to say, where they have a route for preflights.
 */
function apiDoor(
  serving: Serving,
  entry: ApiEntry | undefined,
  frontOrigins: readonly string[] | undefined,
): Door {
  const { cors, customDomains } = serving.definition;
  return {
    isOwnName: (name) =>
      EXECUTE_API_HOST.test(name) || customDomains?.some(({ domainName }) => domainName === name) === true,
    letsIn: (origin) =>
      frontOrigins?.includes(origin.toLowerCase()) === true ||
      (cors === undefined ? answersPreflights(serving, entry) : allowsOrigin(cors, origin)),
  };
}

function answersPreflights({ match }: Serving, entry: ApiEntry | undefined): boolean {
  return entry?.routePath !== undefined && match('OPTIONS', entry.routePath) !== undefined;
}

async function integrate(
  incoming: IncomingMessage,
  request: HttpRequest,
  {
    serving,
    options,
    entry,
    match,
    authorization: { body, authorizer },
  }: AnswerRouteOptions & { match: RouteMatch; authorization: Authorization & { kind: 'granted' } },
): Promise<Omit<Answer, 'routeKey'>> {
  const { route } = match;
  const event = eventOf(
    request,
    { serving, options, entry, match },
    { body: body ?? (await readBody(incoming, BODY_BYTES_MAX)), ...(authorizer && { authorizer }) },
  );
  const startedMs = performance.now();
  const result = await invokeWithin(route, event, options);
  const latencyMs = Math.round(performance.now() - startedMs);
  if (result === 'timeout') {
    const integrationError = `The integration did not answer within ${route.timeoutMs} ms`;
    return {
      response: gatewayError('integrationTimeout', { integrationError }),
      integration: { latencyMs, status: undefined },
    };
  }
  const status = result.outcome === 'rejected' ? result.statusCode : 200;
  return { response: toResponse(result), integration: { latencyMs, status, requestId: result.requestId } };
}

function eventOf(
  request: HttpRequest,
  { serving, options, entry, match }: AnswerRouteOptions & { match: RouteMatch },
  given: Pick<EventContext, 'body' | 'authorizer'>,
): HttpApiEvent {
  const { apiId, stageName, stageVariables } = serving.definition;
  const { route, pathParameters } = match;
  return payloadV2(request, {
    accountId: options.accountId,
    apiId,
    stageName,
    domainName: entry.domainName,
    path: entry.eventPath,
    routeKey: route.routeKey,
    ...given,
    ...(pathParameters && { pathParameters }),
    ...(stageVariables && { stageVariables }),
  });
}

/** Waits for the function at most as long as the integration may take; the function itself runs on, as on AWS. */
async function invokeWithin(
  { functionName, timeoutMs }: HttpRoute,
  event: unknown,
  { invoke, clientGone }: AnswerOptions,
): Promise<InvocationResult | 'timeout'> {
  const waiting = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    waiting.abort();
  }, timeoutMs);
  const leave = (): void => waiting.abort(clientGone.reason);
  clientGone.addEventListener('abort', leave, { once: true });
  if (clientGone.aborted) leave();
  try {
    return await invoke(functionName, event, { signal: waiting.signal });
  } catch (error) {
    if (late) return 'timeout';
    throw error;
  } finally {
    clearTimeout(timer);
    clientGone.removeEventListener('abort', leave);
  }
}

function toResponse(result: InvocationResult): GatewayResponse {
  switch (result.outcome) {
    case 'success':
      return mapResponse(result.payload);
    case 'function-error':
      return gatewayError('integrationFailure', {
        integrationError: `${result.error.errorType}: ${result.error.errorMessage}`,
      });
    case 'rejected': {
      const integrationError = `${result.code}: ${result.message}`;
      if (result.statusCode === 413) return gatewayError('tooLarge', { integrationError });
      if (result.statusCode === 429) return gatewayError('integrationThrottled', { integrationError });
      return gatewayError('integrationFailure', { integrationError });
    }
  }
}
