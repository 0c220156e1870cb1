import type { IncomingMessage } from 'node:http';
import type { InvocationResult } from '../lambda/invocation-result.ts';
import { isPreflight, preflightHeaders } from './cors.ts';
import { type GatewayResponse, gatewayError } from './gateway-response.ts';
import type { HttpRoute } from './http-api-definition.ts';
import type { HttpRequest } from './http-request.ts';
import { mapResponse } from './map-response.ts';
import { hostName, payloadV2 } from './payload-v2.ts';
import { BodyTooLargeError, readBody } from './read-body.ts';
import { MalformedPathError, type RouteMatch } from './route-table.ts';
import type { Serving } from './serving.ts';

/** Invokes a function of the region and waits for its answer. Rejects with the signal's reason when it is aborted. */
export type Invoke = (
  functionName: string,
  event: unknown,
  options: { signal: AbortSignal },
) => Promise<InvocationResult>;

/** What became of a request: the answer, and what the access log says beside it. */
export interface Answer {
  readonly response: GatewayResponse;
  readonly routeKey?: string;
  /** Whether this is the API's own answer to a CORS preflight, whose headers are complete. */
  readonly preflight?: boolean;
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
  /** Aborted when the client goes away. */
  readonly clientGone: AbortSignal;
}

const EXECUTE_API_HOST = /\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/i;

/**
 * Answers a request as an HTTP API does: stage, route, CORS preflight, throttle, authorization, body, integration.
 *
 * @throws {ClientGoneError} when the client left while its body was being read
 * @throws the reason of `clientGone` when it left while the function ran
 */
export async function answerRequest(
  incoming: IncomingMessage,
  request: HttpRequest,
  { serving, options }: { serving: Serving; options: AnswerOptions },
): Promise<Answer> {
  const { definition } = serving;
  if (definition.disableExecuteApiEndpoint && EXECUTE_API_HOST.test(hostName(request.headers.host))) {
    return { response: gatewayError('forbidden') };
  }
  const match = findRoute(request, serving);
  if (match === 'malformed') return { response: gatewayError('badRequest') };
  if (match?.route.authorizationType !== undefined && match.route.authorizationType !== 'NONE') {
    return { response: notAuthorizable(match.route), routeKey: match.route.routeKey };
  }
  const { origin, 'access-control-request-method': requestMethod } = request.headers;
  if (definition.cors && isPreflight({ method: request.method, origin, requestMethod })) {
    const headers = preflightHeaders(definition.cors, origin);
    return { preflight: true, response: { status: 204, headers, cookies: [], body: '' } };
  }
  if (!match) return { response: gatewayError('notFound') };
  const { routeKey } = match.route;
  if (!serving.admit(match.route)) return { response: gatewayError('throttled'), routeKey };
  if (match.route.notEmulated !== undefined) {
    return { response: gatewayError('notEmulated', { message: match.route.notEmulated }), routeKey };
  }
  return { routeKey, ...(await integrate(incoming, request, { serving, options, match })) };
}

function findRoute(
  request: HttpRequest,
  { definition, match }: Serving,
): RouteMatch | 'malformed' | undefined {
  try {
    const path = pathInStage(request.encodedPath, definition.stageName);
    return path === undefined ? undefined : match(request.method, path);
  } catch (error) {
    if (error instanceof MalformedPathError) return 'malformed';
    throw error;
  }
}

/** The path below the stage's name; a path outside of it has no route. `$default` is served at the root. */
function pathInStage(path: string, stageName: string): string | undefined {
  if (stageName === '$default') return path;
  if (path === `/${stageName}`) return '/';
  return path.startsWith(`/${stageName}/`) ? path.slice(stageName.length + 1) : undefined;
}

function notAuthorizable({ routeKey, authorizationType }: HttpRoute): GatewayResponse {
  const message = `Route "${routeKey}" needs authorization ${authorizationType}, which is not emulated here. Call it on AWS.`;
  return gatewayError('notEmulated', { message });
}

async function integrate(
  incoming: IncomingMessage,
  request: HttpRequest,
  { serving, options, match }: { serving: Serving; options: AnswerOptions; match: RouteMatch },
): Promise<Omit<Answer, 'routeKey'>> {
  let body: Buffer;
  try {
    body = await readBody(incoming);
  } catch (error) {
    if (error instanceof BodyTooLargeError) return { response: gatewayError('tooLarge') };
    throw error;
  }
  const { route, pathParameters } = match;
  const { apiId, stageName, stageVariables } = serving.definition;
  const event = payloadV2(request, {
    accountId: options.accountId,
    apiId,
    stageName,
    routeKey: route.routeKey,
    body,
    ...(pathParameters && { pathParameters }),
    ...(stageVariables && { stageVariables }),
  });
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
