import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { iamAuthorizer, readHttpRequest } from '@gsp/twin';

/** The one operator whom the servers know. */
export const OPERATOR = { accessKeyId: 'AKIATESTOPERATOR', secretAccessKey: 'a secret of the test' };

/** What a region's API answered, or would answer. */
export interface CannedAnswer {
  readonly status: number;
  readonly body?: object;
}

/** A region's API that answers as it is told, and checks signatures as the twin does. */
export interface RegionServer {
  readonly region: string;
  readonly endpoint: string;
  readonly role: string;
  /** Requests to operator's routes that were rightly signed: `PUT /control/evacuations/a {"reason":…}`. */
  readonly signed: readonly string[];
  /** Answer of `GET /health`. */
  health: CannedAnswer;
  /** Answer of the operator's routes. */
  control: CannedAnswer;
  close(): Promise<void>;
}

/** Starts a region on a free port of the loopback address. */
export async function startRegionServer(region: string): Promise<RegionServer> {
  const signed: string[] = [];
  const server = createServer(async (incoming, response) => {
    const answer = (status: number, body: object = {}) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(status === 204 ? undefined : JSON.stringify(body));
    };
    if (incoming.url === '/health') return answer(place.health.status, place.health.body);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks);
    const request = readHttpRequest(incoming, { requestId: 'r', receivedMs: Date.now() });
    if (request === undefined) return answer(400);
    const credentials = [{ ...OPERATOR, userName: 'operator' }];
    const authorizer = iamAuthorizer({ region, accountId: '123456789012', credentials, clock: Date.now });
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, [value]]),
    );
    try {
      await authorizer.precheck(request, headers).verify(body);
    } catch {
      return answer(403, { message: 'Forbidden' });
    }
    signed.push(`${incoming.method} ${incoming.url} ${body.toString()}`.trim());
    return answer(place.control.status, place.control.body);
  });
  const place: RegionServer = {
    region,
    endpoint: await listening(server),
    role: 'member',
    signed,
    health: { status: 200, body: { ok: true } },
    control: { status: 204 },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return place;
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve(`http://127.0.0.1:${port}`);
    });
  });
}
