import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';
import { readBody } from '../../read-body.ts';

/** What forwarding needs to know. */
export interface RegionForwarderOptions {
  /** The region that this endpoint belongs to. */
  readonly region: string;
  /** The endpoints of the other regions, without a trailing slash. */
  readonly peers: readonly { readonly region: string; readonly url: string }[];
  /** Told of a region that did not answer. */
  readonly say: (message: string) => void;
  /** How long the other region has for its answer, in milliseconds. @default 10_000 */
  readonly timeoutMs?: number;
}

/** Hands requests that are signed for another region to that region's endpoint. */
export interface RegionForwarder {
  /** The other region of this twin that a request is signed for; nothing for one that is to be answered here. */
  regionOf(headers: IncomingHttpHeaders): string | undefined;
  /**
   * Forwards a request and its answer, whatever that is. A region that cannot be reached ends the client's
   * connection without an answer, as one that is lost does; nothing is tried again, that is the client's to do.
   *
   * @throws {BodyTooLargeError} for a body that DynamoDB would not take
   */
  forward(region: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

/** Marks a request that was forwarded: it is answered where it is, so that none can go round. */
export const FORWARDED_HEADER = 'x-twin-forwarded-from';

/** What belongs to one connection (RFC 9110, 7.6.1) or is made anew for the next. */
const CONNECTION_HEADERS = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['content-length', 'expect', 'host'],
]);
const SCOPE_REGION = /^AWS4-HMAC-SHA256\s+Credential=[^/\s,]+\/\d{8}\/([^/\s,]+)\/dynamodb\/aws4_request/;
const BODY_BYTES_MAX = 16 * 1024 * 1024;
const CONNECTIONS = 16;
const TIMEOUT_MS = 10_000;

/**
 * Makes the forwarder of one region's endpoint.
 *
 * A function has one `AWS_ENDPOINT_URL_DYNAMODB`, its own region's, and every client of its SDK takes it, one that was
 * made for another region too. On AWS such a client asks the other region. Which one it means stands in the credential
 * scope of its signature (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html):
 *
 *     client of eu-central-1        endpoint of eu-west-1          endpoint of eu-central-1
 *       | Credential=…/eu-central-1/… |                                |
 *       | ──────────────────────────> | ── marked as forwarded ──────> |
 *       | <────────────────────────── | <───────────────────── answer ─|
 */
export function createRegionForwarder(options: RegionForwarderOptions): RegionForwarder {
  const { region, peers, say, timeoutMs = TIMEOUT_MS } = options;
  const ownScope = `/${region}/dynamodb/aws4_request`;
  const pools = new Map(peers.map((peer) => [peer.region, poolOf(peer.url, timeoutMs)]));
  return {
    regionOf({ authorization, [FORWARDED_HEADER]: forwardedFrom }) {
      if (authorization === undefined || authorization.includes(ownScope)) return undefined;
      const named = SCOPE_REGION.exec(authorization)?.[1];
      return named === undefined || forwardedFrom !== undefined || !pools.has(named) ? undefined : named;
    },
    async forward(to, request, response) {
      const pool = pools.get(to);
      if (pool === undefined) throw new RangeError(`Cannot forward to ${to}: it is no region of this twin`);
      const body = await readBody(request, BODY_BYTES_MAX);
      const clientGone = new AbortController();
      response.once('close', () => clientGone.abort());
      try {
        const headers = { ...endToEnd(request.headers), [FORWARDED_HEADER]: region };
        const { method = 'POST', url: path = '/' } = request;
        const answer = await pool.request({ path, method, headers, body, signal: clientGone.signal });
        await passOn(answer, response);
      } catch (error) {
        if (!clientGone.signal.aborted)
          say(`${to} did not answer a request that was made in ${region}: ${reasonOf(error)}`);
        response.destroy();
      }
    },
    close: async () => void (await Promise.all([...pools.values()].map((pool) => pool.destroy()))),
  };
}

function poolOf(url: string, timeoutMs: number): Pool {
  return new Pool(url, {
    connections: CONNECTIONS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connectTimeout: timeoutMs,
  });
}

/** Read whole before a byte is passed on: an answer that breaks off must not look like one that ended. */
async function passOn(answer: Dispatcher.ResponseData, response: ServerResponse): Promise<void> {
  const body = Buffer.from(await answer.body.arrayBuffer());
  response.writeHead(answer.statusCode, { ...endToEnd(answer.headers), 'content-length': body.length });
  response.end(body);
}

function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !CONNECTION_HEADERS.has(name)) kept[name] = value;
  return kept;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
