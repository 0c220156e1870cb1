import { PlatformError } from '../domain/platform-error.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';

/** Takes a line for the log, without a line break. */
export type LogSink = (line: string) => void;

/** Makes the members that metrics add to the line of a request. */
export type RequestMetrics = (
  entry: Pick<RequestLogEntry, 'response' | 'durationMs' | 'atMs'> & {
    readonly request: Pick<HttpRequest, 'routeKey'>;
  },
) => Readonly<Record<string, unknown>>;

/** What one line of the request log tells. */
export interface RequestLogEntry {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly region: string;
  /** Whether it is the first request of this execution environment. */
  readonly coldStart: boolean;
  readonly durationMs: number;
  /** Lambda's id of the invocation. */
  readonly lambdaRequestId: string;
  /** When the request came, in milliseconds since 1970. */
  readonly atMs: number;
  /** Members that metrics add. @default - none */
  readonly metrics?: Readonly<Record<string, unknown>>;
  /** Requests that were refused like this one since the last line of them, itself included. @default - it was not */
  readonly refusals?: number;
}

/** Most causes followed behind an error; a chain that is longer, or a ring, is cut. */
const causesMax = 5;

/**
 * Writes the log line of one request: JSON with `timestamp` and `level`, which is what Lambda's JSON log format
 * passes on unchanged and filters by. It never holds bodies, keys of items, or header values other than the ids.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export function requestLogLine(entry: RequestLogEntry): string {
  const { request, response, region, coldStart, durationMs, lambdaRequestId, atMs } = entry;
  const { metrics, refusals } = entry;
  return JSON.stringify({
    timestamp: new Date(atMs).toISOString(),
    level: levelOf(response),
    message: 'request',
    correlationId: request.correlationId,
    ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
    requestId: request.requestId,
    lambdaRequestId,
    route: request.routeKey,
    status: response.status,
    durationMs,
    region,
    coldStart,
    ...(response.cause === undefined ? {} : { error: describe(response.cause, response.status) }),
    ...(refusals === undefined ? {} : { refusals }),
    ...metrics,
  });
}

// Whatever the status below 500, it is the cause that makes it worth a look: a probe's 404 has none, and an answer that
// is good although something failed has one.
function levelOf({ status, cause }: HttpResponse): 'INFO' | 'WARN' | 'ERROR' {
  if (status >= 500) return 'ERROR';
  return cause === undefined ? 'INFO' : 'WARN';
}

// A caller's own mistake is told by its code alone: messages and causes of the parser quote the body.
function describe(cause: unknown, status: number): unknown {
  if (status < 500 && cause instanceof PlatformError && cause.code !== 'table-throttled')
    return { code: cause.code };
  return Array.isArray(cause) ? cause.map((each) => describeError(each)) : describeError(cause);
}

/**
 * Puts what was thrown into words for a log line, with its causes. Where a translated error was made says nothing; where
 * an unexpected one was thrown says it all, so that it has its stack.
 */
export function describeError(error: unknown, causesLeft = causesMax): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  return {
    name,
    ...(error instanceof PlatformError ? { code: error.code } : {}),
    message,
    ...(error instanceof PlatformError ? {} : { stack }),
    ...(cause === undefined || causesLeft === 0 ? {} : { cause: describeError(cause, causesLeft - 1) }),
  };
}
