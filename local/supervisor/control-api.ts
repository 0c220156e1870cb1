import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { TwinError } from '../twin-error.ts';
import { applyFault, FaultError, parseFault } from './fault.ts';
import type { Twin } from './twin.ts';

const BODY_BYTES_MAX = 16_384;
const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The control API of a running twin. */
export interface ControlApi {
  readonly url: string;
  close(): Promise<void>;
}

/** A request that is refused, with what the caller should know. */
class RefusedRequest extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

/**
 * Serves `GET /_twin/state` and `POST /_twin/faults` on the loopback address.
 *
 * Nothing but this machine can reach it, yet any web page that its user opens can make the browser send
 * requests here. So a Host that is not a loopback name is refused (a rebound DNS name), and a fault must be
 * `application/json`, which a page of another origin cannot send without a preflight that nobody answers.
 *
 * @throws {TwinError} `PortInUse` when the port was taken since it was found free
 */
export async function startControlApi(twin: Twin): Promise<ControlApi> {
  const port = twin.plan.controlPort;
  const server = createServer((request, response) => void answer(twin, request, response));
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new TwinError(
          'PortInUse',
          `Cannot serve the control API: port ${port} is in use. Choose others with --port-base N.`,
          { cause },
        ),
      );
    });
    server.listen({ host: '127.0.0.1', port }, resolve);
  });
}

async function answer(twin: Twin, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    requireLoopbackHost(request);
    const body = await route(twin, request);
    send(response, 200, 'application/json', body);
  } catch (error) {
    const { status, headers, detail } = refusalOf(error);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    send(response, status, 'application/problem+json', {
      type: 'about:blank',
      title: TITLES[status] ?? 'Error',
      status,
      detail,
    });
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
};

function refusalOf(error: unknown): {
  status: number;
  headers: Readonly<Record<string, string>>;
  detail: string;
} {
  if (error instanceof RefusedRequest)
    return { status: error.status, headers: error.headers, detail: error.message };
  if (error instanceof FaultError) return { status: 400, headers: {}, detail: error.message };
  if (error instanceof TwinError) return { status: 409, headers: {}, detail: error.message };
  return { status: 500, headers: {}, detail: error instanceof Error ? error.message : String(error) };
}

function route(twin: Twin, request: IncomingMessage): Promise<unknown> {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (pathname === '/_twin/state') {
    requireMethod(request, 'GET');
    return twin.state();
  }
  if (pathname === '/_twin/faults') {
    requireMethod(request, 'POST');
    return injectFault(twin, request);
  }
  throw new RefusedRequest(
    404,
    `Cannot find ${pathname}: the control API has GET /_twin/state and POST /_twin/faults.`,
  );
}

async function injectFault(twin: Twin, request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new RefusedRequest(
      415,
      `Cannot read the fault: content-type is ${type ?? 'absent'}, application/json is needed.`,
    );
  }
  const fault = parseFault(await readJson(request), twin.links.regions);
  await applyFault(twin, fault);
  return twin.state();
}

function requireLoopbackHost(request: IncomingMessage): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (!LOOPBACK_NAMES.has(host)) {
    throw new RefusedRequest(
      403,
      `Cannot serve host ${JSON.stringify(host)}: the control API answers on 127.0.0.1 and localhost only.`,
    );
  }
}

function requireMethod(request: IncomingMessage, method: 'GET' | 'POST'): void {
  if (request.method !== method && !(method === 'GET' && request.method === 'HEAD')) {
    throw new RefusedRequest(405, `Cannot ${request.method} here: ${method} is allowed.`, { allow: method });
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX)
      throw new RefusedRequest(413, `Cannot read the fault: it is over ${BODY_BYTES_MAX} bytes.`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new RefusedRequest(400, 'Cannot read the fault: the body is not JSON, a JSON object is needed.');
  }
}

function send(response: ServerResponse, status: number, type: string, body: unknown): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(`${JSON.stringify(body)}\n`);
}
