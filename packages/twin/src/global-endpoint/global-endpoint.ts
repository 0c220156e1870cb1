import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalAtDoor } from '../closed-door.ts';
import { answerAtEdge, type Edge } from '../edge/edge.ts';
import { refuseUnparsable } from '../http-api/http-server.ts';
import { TwinError } from '../twin-error.ts';
import { createCachingResolver } from './caching-resolver.ts';
import { ConnectionPool, type ConnectionTarget } from './connection-pool.ts';
import { forwardRequest } from './forward-request.ts';
import { answerForeignHost } from './gateway-problem.ts';
import type { DnsAddress } from './query-dns.ts';

/** How the global endpoint is run. */
export interface GlobalEndpointOptions {
  /** A loopback address; port 0 takes a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** The name that it follows, such as `api.gsp.test`. */
  readonly name: string;
  readonly dns: DnsAddress;
  /** DNS carries no port: where something listens for an address that was answered. */
  readonly connectTo: (address: string) => ConnectionTarget;
  /** Whether a Host is a name of the platform, asked in lower case and without its port. @default - that name alone */
  readonly isOwnName?: (name: string) => boolean;
  /** What stands in front of the name now, asked for every request. @default - nothing does */
  readonly edge?: () => Edge | undefined;
  /** Milliseconds that never step back, for times to live. @default - the monotonic clock, from the epoch on */
  readonly clock?: () => number;
  /** Milliseconds until an answer must begin, and between two parts of it. @default 30000 */
  readonly timeoutMs?: number;
  /** Milliseconds for one try to ask the DNS server. @default 1000 */
  readonly dnsTimeoutMs?: number;
}

/** What the endpoint has cached and done. */
export interface GlobalEndpointReport {
  /** The address that requests go to now; null before the first one, and after the time to live until the next. */
  readonly address: string | null;
  /** Until when that holds, ISO 8601; null without an address. */
  readonly expiresAt: string | null;
  /** Questions asked of the DNS server. */
  readonly lookups: number;
  readonly requests: number;
}

/** A running global endpoint. */
export interface GlobalEndpoint {
  /** Without a trailing slash. */
  readonly url: string;
  report(): GlobalEndpointReport;
  /** Takes no more requests and cuts what is under way. */
  close(): Promise<void>;
}

const TIMEOUT_MS = 30_000;
const DNS_TIMEOUT_MS = 1_000;
/** Above API Gateway's own limit, so that it and not this endpoint answers what is a little too large. */
const HEADERS_BYTES_MAX = 65_536;

/**
 * Serves the global name on this machine: requests go where DNS says, for as long as its answer holds, as they would
 * from a browser, which can be given neither another DNS server nor loopback addresses by a name.
 *
 * @throws {TwinError} `PortInUse` when the port is taken
 */
export async function startGlobalEndpoint(options: GlobalEndpointOptions): Promise<GlobalEndpoint> {
  const { name, dns, connectTo, timeoutMs = TIMEOUT_MS, dnsTimeoutMs = DNS_TIMEOUT_MS } = options;
  const resolver = createCachingResolver({
    dns,
    timeoutMs: dnsTimeoutMs,
    ...(options.clock && { clock: options.clock }),
  });
  const pool = new ConnectionPool(connectTo, timeoutMs);
  let requests = 0;
  // Which origins may ask is for the API to say, where every request ends.
  const door = { isOwnName: options.isOwnName ?? ((host: string) => host === name), letsIn: () => true };
  const server = createServer(
    { maxHeaderSize: HEADERS_BYTES_MAX, noDelay: true, requestTimeout: timeoutMs, headersTimeout: timeoutMs },
    (incoming, outgoing) => {
      requests += 1;
      const refusal = refusalAtDoor(incoming, door);
      if (refusal !== undefined) return void answerForeignHost(outgoing, refusal);
      const edge = options.edge?.();
      const forward = { resolver, pool, timeoutMs };
      if (edge === undefined) void forwardRequest(incoming, outgoing, { ...forward, name });
      else void answerAtEdge(incoming, outgoing, { edge, forward });
    },
  );
  // As in a region's API: no header is dropped, an expectation that is not known is none, and answers keep their order.
  server.maxHeadersCount = 0;
  server.on('checkExpectation', (incoming, outgoing) => server.emit('request', incoming, outgoing));
  refuseUnparsable(server);
  const port = await listen(server, options.listen);
  return {
    url: `http://${options.listen.host}:${port}`,
    report: () => {
      const answer = resolver.cached(options.edge?.()?.definition.originName ?? name);
      return {
        address: answer?.address ?? null,
        expiresAt: answer === undefined ? null : new Date(answer.expiresAtMs).toISOString(),
        lookups: resolver.lookups,
        requests,
      };
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      resolver.close();
      await Promise.all([closed, pool.close()]);
    },
  };
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new TwinError(
          'PortInUse',
          `Cannot serve the global endpoint: ${host}:${port} cannot be listened on (${cause.message}), it must be free. ` +
            'Choose other ports with --port-base N.',
          { cause },
        ),
      );
    });
    server.listen({ host, port }, () => resolve((server.address() as AddressInfo).port));
  });
}
