import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { LogSink } from '../log-entry.ts';
import { accessLogLine } from './access-log.ts';
import { accessLogContext } from './access-log-context.ts';
import { type Answer, answerRequest, type Invoke } from './answer-request.ts';
import { withCorsHeaders } from './cors.ts';
import { type GatewayResponse, gatewayError } from './gateway-response.ts';
import type { HttpApiDefinition } from './http-api-definition.ts';
import { type HttpRequest, headersTooLarge, readHttpRequest } from './http-request.ts';
import { type ListenAddress, listenAll } from './listen-all.ts';
import { ClientGoneError } from './read-body.ts';
import { serving } from './serving.ts';

/** What an HTTP API needs to run. */
export interface HttpApiOptions {
  readonly definition: HttpApiDefinition;
  readonly region: string;
  readonly accountId: string;
  readonly listen: readonly ListenAddress[];
  readonly invoke: Invoke;
  readonly log: LogSink;
  /** Epoch milliseconds, for throttling and times. @default Date.now */
  readonly clock?: () => number;
}

/** Counters of an HTTP API since it started. */
export interface HttpApiStats {
  readonly requests: number;
  readonly inFlight: number;
  /** Answers with 4xx, throttled ones included. */
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly throttled: number;
}

/** A running HTTP API. */
export interface HttpApi {
  /** The addresses it listens on, with the ports it got. */
  readonly addresses: readonly AddressInfo[];
  /**
   * Serves another definition from the next request on; requests under way finish by the old one.
   *
   * @throws {HttpApiError} `InvalidRoute`, and the old definition stays
   */
  swap(definition: HttpApiDefinition): void;
  stats(): HttpApiStats;
  /** Takes no new connections, lets requests finish for `graceMs` at most, then closes what is left. */
  close(options?: { graceMs?: number }): Promise<void>;
}

/** Time a client has to send its headers, and its whole request, in milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_TIMEOUT_MS = 60_000;
/** Above API Gateway's own limit, so that the API and not the parser answers what is a little too large. */
const PARSER_HEADERS_LIMIT_BYTES = 65_536;

/**
 * Starts an HTTP API of API Gateway: payload format 2.0, routes, throttling, CORS and access log by its template.
 *
 * @throws {HttpApiError} `AddressInUse`, `AddressUnavailable`, `InvalidRoute`; nothing is left listening then
 */
export async function startHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  const { region, accountId, invoke, log, clock = Date.now } = options;
  const counts = { requests: 0, inFlight: 0, clientErrors: 0, serverErrors: 0, throttled: 0 };
  let current = serving(options.definition, clock);

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const used = current;
    const startedMs = performance.now();
    const requestId = randomBytes(11).toString('base64');
    const request = readHttpRequest(incoming, { requestId, receivedMs: Math.floor(clock()) });
    const clientGone = new AbortController();
    outgoing.once('close', () => {
      if (!outgoing.writableFinished)
        clientGone.abort(new ClientGoneError('The client closed the connection'));
    });
    let answer: Answer;
    if (headersTooLarge(incoming)) answer = { response: gatewayError('headersTooLarge') };
    else if (!request) answer = { response: gatewayError('badRequest') };
    else {
      const answerOptions = { accountId, invoke, clientGone: clientGone.signal };
      answer = await answerRequest(incoming, request, { serving: used, options: answerOptions });
    }
    const { response } = answer;
    count(response.status);
    const { cors, accessLogFormat, accessLogGroup, apiName } = used.definition;
    const headers = cors ? withCors(response, cors, request) : response.headers;
    const responseLength = writeResponse(outgoing, { ...response, headers }, requestId);
    if (accessLogFormat !== undefined) {
      const latencyMs = Math.round(performance.now() - startedMs);
      const details = {
        answer,
        request,
        requestId,
        responseLength,
        latencyMs,
        accountId,
        definition: used.definition,
      };
      const message = accessLogLine(accessLogFormat, accessLogContext(details));
      log({ region, source: accessLogGroup ?? `/aws/apigateway/${apiName}`, timeMs: clock(), message });
    }
  };

  const count = (status: number): void => {
    if (status === 429) counts.throttled += 1;
    if (status >= 500) counts.serverErrors += 1;
    else if (status >= 400) counts.clientErrors += 1;
  };

  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    counts.requests += 1;
    counts.inFlight += 1;
    outgoing.once('close', () => {
      counts.inFlight -= 1;
    });
    handle(incoming, outgoing).catch((error: unknown) => {
      // Nobody is left to be answered, which is no fault of the API's.
      if (error instanceof ClientGoneError) outgoing.destroy();
      else {
        const message = `Cannot answer ${incoming.method} ${incoming.url}: ${error instanceof Error ? error.stack : error}`;
        log({ region, source: 'twin/http-api', timeMs: clock(), message });
        count(500);
        if (outgoing.headersSent) outgoing.destroy();
        else writeResponse(outgoing, gatewayError('internal'), randomBytes(11).toString('base64'));
      }
    });
  };

  const servers = await listenAll(options.listen, () => newServer(onRequest));
  return {
    addresses: servers.map((server) => server.address() as AddressInfo),
    swap: (definition) => {
      current = serving(definition, clock);
    },
    stats: () => ({ ...counts }),
    close: ({ graceMs = 1000 } = {}) => closeAll(servers, graceMs),
  };
}

function withCors(
  { headers, status }: GatewayResponse,
  cors: NonNullable<HttpApiDefinition['cors']>,
  request: HttpRequest | undefined,
): Readonly<Record<string, string>> {
  const isOwnPreflight = status === 204 && headers['access-control-allow-methods'] !== undefined;
  return isOwnPreflight ? headers : withCorsHeaders(headers, cors, request?.headers.origin);
}

function newServer(onRequest: (incoming: IncomingMessage, outgoing: ServerResponse) => void): Server {
  const server = createServer(
    {
      keepAlive: true,
      noDelay: true,
      maxHeaderSize: PARSER_HEADERS_LIMIT_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: 1000,
    },
    onRequest,
  );
  server.on('clientError', answerUnparsable);
  return server;
}

/** Answers a request that is not HTTP, or whose headers do not even fit the parser, and hangs up. */
function answerUnparsable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, body } = gatewayError(
    error.code === 'HPE_HEADER_OVERFLOW' ? 'headersTooLarge' : 'badRequest',
  );
  const reason = status === 431 ? 'Request Header Fields Too Large' : 'Bad Request';
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Writes an answer and gives the length of its body in bytes. */
function writeResponse(outgoing: ServerResponse, response: GatewayResponse, requestId: string): number {
  const { status, headers, cookies, body } = response;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  // A request that was not read to its end would be taken for the start of the next one.
  const unread = !outgoing.req.complete;
  outgoing.writeHead(status, {
    ...headers,
    ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
    ...(status !== 204 && status !== 304 && { 'content-length': length }),
    ...(unread && { connection: 'close' }),
    'apigw-requestid': requestId,
  });
  outgoing.end(body);
  return length;
}

async function closeAll(servers: readonly Server[], graceMs: number): Promise<void> {
  const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
  for (const server of servers) server.closeIdleConnections();
  const timer = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, graceMs);
  await Promise.all(closed);
  clearTimeout(timer);
}
