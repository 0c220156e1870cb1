import { headerNames } from '../contract/headers.ts';
import type { Bucket, RouteKeyIn } from '../contract/routes.ts';
import type { ServedRoute } from '../contract/served-routes.ts';
import type { Clock, IdGenerator } from '../domain/clock.ts';
import type { CachedEvacuationStatus } from '../domain/evacuation-monitor.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type {
  HttpContext,
  HttpEvent,
  HttpRequest,
  HttpResponse,
  HttpResult,
  RouteHandler,
} from './http-message.ts';
import { problemResponse } from './problem-response.ts';
import { readRequest } from './read-request.ts';
import { type LogSink, type RequestMetrics, requestLogLine } from './request-log-line.ts';
import { createRefusalTally, type EdgeCheck } from './require-edge.ts';
import { unknownRoute } from './unknown-route.ts';

/** A handler for every route of a bucket: leaving one out is a type error. */
export type RouteHandlers<B extends Bucket> = Readonly<Record<RouteKeyIn<B>, RouteHandler>>;

/** What every function needs to answer HTTP requests. */
export interface HttpHandlerOptions {
  readonly region: string;
  readonly clock: Clock;
  /** Makes correlation ids. */
  readonly newId: IdGenerator;
  /** Takes one line per request. */
  readonly log: LogSink;
  /**
   * Longest time that a request waits for the table, all attempts together. It is cut short when the function
   * itself is about to run out of time.
   * @default 2500
   */
  readonly deadlineMs?: number;
  /**
   * Tells from memory whether the region is evacuated; then every answer says so. Asked when a request comes, and when
   * it is answered.
   * @default - answers say nothing of it
   */
  readonly isEvacuated?: CachedEvacuationStatus;
  /** Makes the metrics that the line of a request carries, so that no further line is paid. @default - none */
  readonly metrics?: RequestMetrics;
  /**
   * Refuses what did not come through the edge, before a route or anything else of the request is looked at.
   * @default - every request is answered
   */
  readonly requireEdge?: EdgeCheck;
  /** Every route of the API, for what is asked of none. @default - those of the platform itself */
  readonly served?: readonly ServedRoute[];
}

/** A Lambda function behind an HTTP API, payload format 2.0. */
export type HttpHandler = (event: HttpEvent, context: HttpContext) => Promise<HttpResult>;

/** Time kept for making and logging the answer after the table was given up. */
const answerMs = 250;

// OWASP's REST security headers; an API answers with data, so its documents may load and embed nothing. No HSTS
// preload: that is a promise for a whole registrable domain, which an API's host cannot make.
const securityHeaders = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/**
 * Makes a Lambda handler of route handlers. API Gateway is the router: the event's route key names the handler,
 * and `$default` is everything that no route was found for. Whatever happens, the answer has the common headers,
 * errors are problem documents, and one line goes to the log; of requests that the edge is required for, one in a while.
 */
export function createHttpHandler<B extends Bucket>(
  handlers: RouteHandlers<B>,
  options: HttpHandlerOptions,
): HttpHandler {
  const { region, clock, newId, log, deadlineMs = 2_500, isEvacuated = () => false, metrics } = options;
  const countRefusal = createRefusalTally();
  const handlerOf = servedHandlers(handlers);
  let coldStart = true;

  return async (event, context) => {
    const startedAtMs = clock.nowMs();
    isEvacuated();
    const deadline = new AbortController();
    const stopTimer = clock.setTimer(waitMs(context, deadlineMs), () => deadline.abort());
    const request = readRequest(event, context, { newId, signal: deadline.signal });
    const route =
      handlerOf.get(request.routeKey) ?? ((unknown: HttpRequest) => unknownRoute(unknown, options.served));
    const response = await answer(route, { request, requireEdge: options.requireEdge });
    stopTimer();
    const durationMs = Math.max(0, clock.nowMs() - startedAtMs);
    const isRefused = response.cause instanceof PlatformError && response.cause.code === 'edge-required';
    const refusals = isRefused ? countRefusal(startedAtMs) : undefined;
    if (!isRefused || refusals !== undefined) {
      const lambdaRequestId = context.awsRequestId ?? '';
      const entry = { request, response, region, coldStart, durationMs, lambdaRequestId, atMs: startedAtMs };
      log(
        requestLogLine({
          ...entry,
          // What was refused at the door is no traffic of the platform: its times would flatter those of answers.
          ...(refusals === undefined ? metrics && { metrics: metrics(entry) } : { refusals }),
        }),
      );
    }
    coldStart = false;
    return toResult(response, { request, region, isEvacuated: isEvacuated() });
  };
}

/** Handlers by route key. What answers `GET` answers `HEAD`: the content is left out of the result. */
function servedHandlers(handlers: Readonly<Record<string, RouteHandler>>): ReadonlyMap<string, RouteHandler> {
  return new Map(
    Object.entries(handlers).flatMap(([routeKey, handler]): [string, RouteHandler][] =>
      routeKey.startsWith('GET ')
        ? [
            [routeKey, handler],
            [`HEAD ${routeKey.slice('GET '.length)}`, handler],
          ]
        : [[routeKey, handler]],
    ),
  );
}

async function answer(
  handler: RouteHandler,
  { request, requireEdge }: { request: HttpRequest; requireEdge: EdgeCheck | undefined },
): Promise<HttpResponse> {
  try {
    if (requireEdge !== undefined) await requireEdge(request);
    return await handler(request);
  } catch (error) {
    return problemResponse(error, request.correlationId);
  }
}

function waitMs(context: HttpContext, deadlineMs: number): number {
  const remainingMs = context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(deadlineMs, remainingMs - answerMs));
}

function toResult(
  response: HttpResponse,
  { request, region, isEvacuated }: { request: HttpRequest; region: string; isEvacuated: boolean },
): HttpResult {
  const { status, headers, contentType = 'application/json', body } = response;
  return {
    statusCode: status,
    headers: {
      ...securityHeaders,
      // An answer without content has no type (RFC 9110, section 8.3); one to HEAD has that of the content left out.
      ...(status === 204 || status === 304 ? {} : { 'content-type': contentType }),
      [headerNames.region]: region,
      [headerNames.correlationId]: request.correlationId,
      [headerNames.requestId]: request.requestId,
      ...(request.traceparent === undefined ? {} : { [headerNames.traceparent]: request.traceparent }),
      ...(isEvacuated ? { [headerNames.regionStatus]: 'evacuated' } : {}),
      ...headers,
    },
    body: request.method === 'HEAD' ? '' : typeof body === 'string' ? body : JSON.stringify(body),
  };
}
