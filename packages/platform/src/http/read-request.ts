import { headerNames } from '../contract/headers.ts';
import type { IdGenerator } from '../domain/clock.ts';
import { correlationId } from './correlation-id.ts';
import type { HttpContext, HttpEvent, HttpRequest } from './http-message.ts';

/** What reading a request needs. */
export interface ReadRequestOptions {
  readonly newId: IdGenerator;
  readonly signal: AbortSignal;
}

/** Turns an API Gateway event into a request. Never fails. */
export function readRequest(
  event: HttpEvent,
  context: HttpContext,
  options: ReadRequestOptions,
): HttpRequest {
  const { requestContext, rawPath = '/' } = event;
  const headers = lowerCaseNames(event.headers ?? {});
  const caller = requestContext?.authorizer?.iam?.userArn;
  const stagePrefix = `/${requestContext?.stage ?? '$default'}`;
  return {
    routeKey: event.routeKey ?? '$default',
    method: requestContext?.http?.method ?? '',
    // A stage with a name of its own stands in front of every path, unless a custom domain maps it away.
    path: rawPath.startsWith(`${stagePrefix}/`) ? rawPath.slice(stagePrefix.length) : rawPath,
    headers,
    pathParameters: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    body: { text: event.body ?? '', isBase64: event.isBase64Encoded ?? false },
    correlationId: correlationId(headers[headerNames.correlationId], options.newId),
    ...(caller === undefined || caller === '' ? {} : { caller }),
    requestId: requestContext?.requestId ?? context.awsRequestId ?? '',
    signal: options.signal,
  };
}

function lowerCaseNames(
  headers: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
