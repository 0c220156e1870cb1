import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LogSink } from '../../log-entry.ts';
import { BodyTooLargeError, readBody } from '../../read-body.ts';
import type { JsonObject } from '../engine/engine-client.ts';
import { isObject } from '../item/attribute-value.ts';
import { hideInternals, hideInternalsOfError } from '../operations/hide-internals.ts';
import type { StreamContext } from '../streams/stream-operations.ts';
import type { WriteContext } from '../write/write-context.ts';
import type { RequestHandler } from './listener.ts';
import { carryOut } from './operation-table.ts';
import type { RegionForwarder } from './region-forwarder.ts';
import { respond } from './respond.ts';
import { internalServerError, ServiceError, validationError } from './service-error.ts';
import type { Throttle } from './throttle.ts';

/** What the endpoint answers with. */
export interface EndpointOptions {
  readonly region: string;
  readonly contexts: { readonly tables: WriteContext; readonly streams: StreamContext };
  /** Answers the requests of peers; false for a request that is none. */
  readonly peerRoutes: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** Takes the requests that are signed for another region of the twin. */
  readonly forwarder: RegionForwarder;
  /** Stands before every operation of a client. */
  readonly throttle: Throttle;
  readonly log: LogSink;
  readonly onRequest: (failed: boolean) => void;
}

/** DynamoDB's own limit. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;

/** Makes the handler of a replica's listener: DynamoDB, DynamoDB Streams, and the routes of its peers. */
export function createEndpoint(options: EndpointOptions): RequestHandler {
  return async (request, response) => {
    if (request.url?.startsWith('/_twin/')) {
      if (!(await options.peerRoutes(request, response))) response.writeHead(404).end();
      return;
    }
    if (request.method === 'GET') {
      response
        .writeHead(200, { 'content-type': 'text/plain' })
        .end(`healthy: dynamodb.${options.region}.amazonaws.com `);
      return;
    }
    try {
      const elsewhere = options.forwarder.regionOf(request.headers);
      if (elsewhere !== undefined) return await options.forwarder.forward(elsewhere, request, response);
      const answer = await answerTo(request, options);
      options.onRequest(false);
      respond(response, 200, answer);
    } catch (error) {
      const failure = asServiceError(error, options);
      options.onRequest(failure.status >= 500);
      respond(response, failure.status, failure.toBody());
    }
  };
}

async function answerTo(
  request: IncomingMessage,
  { contexts, throttle }: EndpointOptions,
): Promise<JsonObject> {
  const body = (await readBody(request, BODY_BYTES_MAX)).toString('utf8');
  const target = request.headers['x-amz-target'];
  if (typeof target !== 'string')
    throw new ServiceError('UnknownOperationException', 'The header X-Amz-Target is missing');
  const answer = await throttle.admit(target, parseRequest(body), (admitted) =>
    carryOut(target, contexts, admitted),
  );
  return hideInternals(answer, contexts.tables.tables.enginePrefix);
}

/** @throws {ServiceError} `SerializationException` for a body that is no JSON object */
function parseRequest(body: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (cause) {
    throw new ServiceError('SerializationException', 'The request body is not JSON', { cause });
  }
  if (!isObject(parsed))
    throw new ServiceError('SerializationException', 'The request body is not a JSON object');
  return parsed;
}

/** Every failure as an exception of the API; one that nobody expected is logged, and says nothing of its cause. */
function asServiceError(error: unknown, { contexts, region, log }: EndpointOptions): ServiceError {
  if (error instanceof BodyTooLargeError)
    return new ServiceError('RequestEntityTooLargeException', 'The request is longer than 16 MB', {
      status: 413,
    });
  if (isNestedTooDeeply(error)) return validationError('Nesting Levels have exceeded supported limits');
  const failure = error instanceof ServiceError ? error : internalServerError('Internal server error', error);
  if (failure.status >= 500) {
    const reason = failure.cause instanceof Error ? `: ${failure.cause.message}` : '';
    log({ region, source: 'twin/dynamodb', timeMs: Date.now(), message: `${failure.message}${reason}` });
  }
  return hideInternalsOfError(failure, contexts.tables.tables.enginePrefix);
}

/** By the limit on items, or by that of the stack, on which JSON is written. */
function isNestedTooDeeply(error: unknown): boolean {
  return error instanceof RangeError && /Nesting Levels|call stack/.test(error.message);
}
