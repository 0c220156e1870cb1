import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LogSink } from '../log-entry.ts';
import { ClientGoneError } from '../read-body.ts';
import { allowingOrigins } from './cors.ts';
import { gatewayError, writeResponse } from './gateway-response.ts';
import type { HttpApiDefinition, Invoke } from './http-api-definition.ts';
import { closeServers, type ListenAddress, listenAll, newHttpServer } from './http-server.ts';
import { iamAuthorizer } from './iam-authorizer.ts';
import type { InjectedFaults } from './injected-faults.ts';
import { jwtAuthorizer } from './jwt-authorizer.ts';
import { lambdaAuthorizer } from './lambda-authorizer.ts';
import type { IamCredential } from './request-signature.ts';
import { serveRequest } from './serve-request.ts';
import { serving } from './serving.ts';

/** What an HTTP API needs to run. */
export interface HttpApiOptions {
  readonly definition: HttpApiDefinition;
  readonly region: string;
  readonly accountId: string;
  readonly listen: readonly ListenAddress[];
  readonly invoke: Invoke;
  readonly log: LogSink;
  /** Who may call routes with IAM authorization. @default - nobody */
  readonly credentials?: readonly IamCredential[];
  /**
   * Origins that CORS allows beside those of the definition. The twin's own console must reach the regions whatever port
   * it is on, which no template can know. A definition without CORS stays without. @default - none
   */
  readonly allowedOrigins?: readonly string[];
  /** Origins of what stands in front of the API and tells it another Host, as an edge does. @default - nothing does */
  readonly frontOrigins?: readonly string[];
  /** What is wrong with the API on purpose. @default - nothing */
  readonly faults?: InjectedFaults;
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
  /** Takes no new connections, lets requests finish for `graceMs` (default 1000) at most, then cuts what is left. */
  close(options?: { graceMs?: number }): Promise<void>;
}

/**
 * Starts an HTTP API of API Gateway: payload format 2.0, routes, throttling, CORS and access log by its template.
 *
 * @throws {HttpApiError} `AddressInUse`, `AddressUnavailable`, `InvalidRoute`; nothing is left listening then
 */
export async function startHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  const { region, accountId, log, credentials = [], allowedOrigins = [], clock = Date.now } = options;
  const authorizers = {
    iam: iamAuthorizer({ region, accountId, credentials, clock }),
    jwt: jwtAuthorizer({ clock }),
    lambda: lambdaAuthorizer({ region, accountId, invoke: options.invoke, clock }),
  };
  const counts = { requests: 0, inFlight: 0, clientErrors: 0, serverErrors: 0, throttled: 0 };
  const serve = (definition: HttpApiDefinition) =>
    serving(allowingOrigins(definition, allowedOrigins), clock);
  let current = serve(options.definition);

  const count = (status: number): void => {
    if (status === 429) counts.throttled += 1;
    if (status >= 500) counts.serverErrors += 1;
    else if (status >= 400) counts.clientErrors += 1;
  };

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const requestId = randomBytes(11).toString('base64');
    try {
      count(
        await serveRequest({ incoming, outgoing }, current, { ...options, authorizers, clock, requestId }),
      );
    } catch (error) {
      if (error instanceof ClientGoneError) {
        outgoing.destroy();
        return;
      }
      // A fault of this program. The request ends, the API goes on, and the log says what happened.
      const cause = error instanceof Error ? error.stack : String(error);
      const message = `Cannot answer ${incoming.method} ${incoming.url}: ${cause}`;
      log({ region, source: 'twin/http-api', timeMs: clock(), message });
      count(500);
      if (outgoing.headersSent) outgoing.destroy();
      else writeResponse(outgoing, gatewayError('internal'), requestId);
    }
  };

  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    counts.requests += 1;
    counts.inFlight += 1;
    outgoing.once('close', () => {
      counts.inFlight -= 1;
    });
    void answer(incoming, outgoing);
  };

  const servers = await listenAll(options.listen, () => newHttpServer(onRequest));
  return {
    addresses: servers.map((server) => server.address() as AddressInfo),
    swap: (definition) => {
      current = serve(definition);
    },
    stats: () => ({ ...counts }),
    close: ({ graceMs = 1000 } = {}) => closeServers(servers, graceMs),
  };
}
