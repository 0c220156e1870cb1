import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LogSink } from '../log-entry.ts';
import { ClientGoneError } from '../read-body.ts';
import { accessLogLine } from './access-log.ts';
import { accessLogContext } from './access-log-context.ts';
import { type Answer, answerRequest } from './answer-request.ts';
import type { Authorizers } from './authorize-request.ts';
import { withCorsHeaders } from './cors.ts';
import { gatewayError, writeResponse } from './gateway-response.ts';
import type { Invoke } from './http-api-definition.ts';
import { type HttpRequest, headersTooLarge, readHttpRequest } from './http-request.ts';
import type { InjectedFaults } from './injected-faults.ts';
import type { Serving } from './serving.ts';

/** What serving a request needs of the API it belongs to. */
export interface ServeRequestOptions {
  readonly region: string;
  readonly accountId: string;
  readonly invoke: Invoke;
  readonly authorizers: Authorizers;
  /** Origins of what stands in front of the API and tells it another Host. @default - nothing does */
  readonly frontOrigins?: readonly string[];
  readonly log: LogSink;
  /** What is wrong with the API on purpose. @default - nothing */
  readonly faults?: InjectedFaults;
  readonly clock: () => number;
  /** The API's id of this request: `$context.requestId` and header `apigw-requestid`. */
  readonly requestId: string;
}

/**
 * Serves one request from its first byte to its line in the access log, and gives the status it was answered with.
 *
 * @throws {ClientGoneError} when the client left before it was answered
 */
export async function serveRequest(
  { incoming, outgoing }: { incoming: IncomingMessage; outgoing: ServerResponse },
  serving: Serving,
  options: ServeRequestOptions,
): Promise<number> {
  const { region, log, clock, requestId, accountId } = options;
  const { definition } = serving;
  const startedMs = performance.now();
  const request = readHttpRequest(incoming, { requestId, receivedMs: Math.floor(clock()) });
  const answer = await answerFor(incoming, outgoing, { request, serving, options });
  const { response, authorizerError } = answer;
  if (authorizerError !== undefined) {
    const message = `Refused ${request?.method} ${request?.encodedPath}: ${authorizerError}`;
    log({ region, source: 'twin/http-api', timeMs: clock(), message });
  }
  const headers =
    definition.cors && !answer.preflight
      ? withCorsHeaders(response.headers, definition.cors, request?.headers.origin)
      : response.headers;
  const responseLength = writeResponse(outgoing, { ...response, headers }, requestId);
  if (definition.accessLogFormat !== undefined) {
    const latencyMs = Math.round(performance.now() - startedMs);
    const answered = { answer, request, requestId, responseLength, latencyMs, accountId, definition };
    const message = accessLogLine(definition.accessLogFormat, accessLogContext(answered));
    const source = definition.accessLogGroup ?? `/aws/apigateway/${definition.apiName}`;
    log({ region, source, timeMs: clock(), message });
  }
  return response.status;
}

async function answerFor(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  {
    request,
    serving,
    options,
  }: { request: HttpRequest | undefined; serving: Serving; options: ServeRequestOptions },
): Promise<Answer> {
  if (headersTooLarge(incoming)) return { response: gatewayError('headersTooLarge') };
  if (!request) return { response: gatewayError('badRequest') };
  const clientGone = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableEnded) clientGone.abort(new ClientGoneError('The client closed the connection'));
  });
  const inPlace = await options.faults?.meet(clientGone.signal);
  if (inPlace !== undefined) return { response: inPlace };
  const { accountId, invoke, authorizers, frontOrigins } = options;
  return answerRequest(incoming, request, {
    serving,
    options: { accountId, invoke, authorizers, frontOrigins, clientGone: clientGone.signal },
  });
}
