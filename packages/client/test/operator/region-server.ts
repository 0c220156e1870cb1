import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The one operator whom the servers know. */
export const OPERATOR = { accessKeyId: 'AKIATESTOPERATOR', secretAccessKey: 'very/secret+key' };

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a region's API answers; `never`: nothing. */
export type CannedAnswer =
  | { readonly status: number; readonly body?: object | string; location?: string }
  | 'never';

/** A region's API that answers as it is told, and lets in whoever signs as {@link OPERATOR}. */
export interface RegionServer {
  readonly region: string;
  readonly endpoint: string;
  readonly seen: readonly SeenRequest[];
  /** Requests that were rightly signed: `PUT /control/evacuations/a {"reason":…}`. */
  readonly signed: readonly string[];
  /** Answer of `GET /health`. */
  health: CannedAnswer;
  /** Answer to what is not signed: the probe, or what knows no operator. */
  unsigned: CannedAnswer;
  /** Answer to what is rightly signed. */
  control: CannedAnswer;
  close(): Promise<void>;
}

/** Starts a region on a free port of the loopback address. */
export async function startRegionServer(region: string): Promise<RegionServer> {
  const seen: SeenRequest[] = [];
  const signed: string[] = [];
  const server = createServer(async (incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    const request = { method, url, headers, body };
    seen.push(request);
    const answer = answerTo(request);
    if (answer === 'never') return;
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
    const { status, location } = answer;
    response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) });
    response.end(status === 204 ? undefined : text);
  });
  const answerTo = (request: SeenRequest): CannedAnswer => {
    if (request.url === '/health') return place.health;
    if (request.headers.authorization === undefined) return place.unsigned;
    const { signature, expected, scope } = signatureOf(request, OPERATOR);
    if (signature !== expected || scope.split('/')[1] !== region)
      return { status: 403, body: { message: 'Forbidden' } };
    signed.push(`${request.method} ${request.url} ${request.body}`.trim());
    return place.control;
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const place: RegionServer = {
    region,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    signed,
    health: { status: 200, body: { ok: true } },
    unsigned: { status: 404 },
    control: { status: 204 },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return place;
}

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Signature Version 4 written down anew from AWS's description, to compare with. */
export function signatureOf(
  { method, url, headers, body }: SeenRequest,
  { secretAccessKey }: { secretAccessKey: string },
) {
  const authorization = headers.authorization ?? '';
  const [, scope = '', signedHeaders = '', signature] =
    /Credential=[^/]+\/(\S+), SignedHeaders=(\S+), Signature=(\w+)$/.exec(authorization) ?? [];
  const [date = '', region = '', service = '', end = ''] = scope.split('/');
  const { pathname, searchParams } = new URL(url, 'http://unused');
  const query = [...searchParams].map((pair) => pair.map(encodeURIComponent).join('=')).sort();
  const canonical = [
    method,
    pathname,
    query.join('&'),
    ...signedHeaders.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [date, region, service, end].reduce<Buffer | string>(hmac, `AWS4${secretAccessKey}`);
  return { signature, expected: hmac(key, text).toString('hex'), scope, signedHeaders };
}
