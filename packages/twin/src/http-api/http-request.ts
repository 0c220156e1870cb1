import type { IncomingMessage } from 'node:http';

/** A request as the API sees it before any route is chosen. */
export interface HttpRequest {
  readonly method: string;
  /** The path as it came, percent-encoded: what a signature covers. */
  readonly encodedPath: string;
  /** The path decoded, by which a route is found: an encoded slash divides it as any other. */
  readonly path: string;
  readonly rawQueryString: string;
  /** Lower-case names; repeated headers joined by commas. Cookies are apart. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly protocol: string;
  readonly sourceIp: string;
  readonly port: number;
  readonly receivedMs: number;
  readonly requestId: string;
}

/** Largest request body, in bytes. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const BODY_BYTES_MAX = 10_485_760;

/** Largest request line and headers together, in bytes. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const HEADERS_LIMIT_BYTES = 10_240;

/** What Node.js's parser takes beside them (0.9, 2.0) is none of this protocol. RFC 9112, 2.3 */
const HTTP_VERSIONS = new Set(['1.0', '1.1']);

/**
 * Reads what Node.js parsed of a request into the API's terms, or nothing where it is of another version of HTTP or its
 * target is not a path that can be decoded: an absolute URL is taken apart as RFC 9112, 3.2.2 asks, `*` and authorities have
 * no route.
 */
export function readHttpRequest(
  incoming: IncomingMessage,
  { requestId, receivedMs }: { requestId: string; receivedMs: number },
): HttpRequest | undefined {
  const target = originForm(incoming.url ?? '');
  if (target === undefined || !HTTP_VERSIONS.has(incoming.httpVersion)) return undefined;
  const queryStart = target.indexOf('?');
  const encodedPath = queryStart === -1 ? target : target.slice(0, queryStart);
  const path = decodePath(encodedPath);
  if (path === undefined) return undefined;
  const { headers, cookies } = joinHeaders(incoming.rawHeaders);
  return {
    method: incoming.method ?? 'GET',
    encodedPath,
    path,
    rawQueryString: queryStart === -1 ? '' : target.slice(queryStart + 1),
    headers,
    cookies,
    protocol: `HTTP/${incoming.httpVersion}`,
    sourceIp: (incoming.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
    port: incoming.socket.localPort ?? 0,
    receivedMs,
    requestId,
  };
}

/** Whether the request line and the headers together are more than API Gateway takes. */
export function headersTooLarge({ method = '', url = '', rawHeaders }: IncomingMessage): boolean {
  let bytes = method.length + Buffer.byteLength(url) + ' HTTP/1.1'.length + 1;
  for (const text of rawHeaders) bytes += text.length + 2;
  return bytes > HEADERS_LIMIT_BYTES;
}

/**
 * The path that an HTTP API works with: decoded before anything else, and cut at a `?` that was encoded. AWS documents
 * neither; both were seen on the real service: https://github.com/middleapi/standard-server/pull/93
 */
function decodePath(encodedPath: string): string | undefined {
  try {
    return decodeURIComponent(encodedPath).replace(/\?.*$/s, '');
  } catch {
    // Broken percent-encoding: that is all there is to know.
    return undefined;
  }
}

function originForm(target: string): string | undefined {
  if (target.startsWith('/')) return target;
  const path = /^https?:\/\/[^/?#]*(.*)$/i.exec(target)?.[1];
  if (path === undefined) return undefined;
  return path.startsWith('/') ? path : `/${path}`;
}

function joinHeaders(rawHeaders: readonly string[]): { headers: Record<string, string>; cookies: string[] } {
  // No prototype: a header may be called `__proto__`.
  const headers: Record<string, string> = Object.create(null);
  const cookies: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    if (HOP_HEADERS.has(name)) continue;
    if (name === 'cookie') {
      cookies.push(
        ...value
          .split(';')
          .map((cookie) => cookie.trim())
          .filter((cookie) => cookie !== ''),
      );
    } else {
      const before = headers[name];
      headers[name] = before === undefined ? value : `${before},${value}`;
    }
  }
  return { headers, cookies };
}

/** Headers between two hops, which whoever stands between passes on to nobody. RFC 9110, 7.6.1 */
export const HOP_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
