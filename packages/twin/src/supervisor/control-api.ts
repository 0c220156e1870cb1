import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { refusalAtDoor } from '../closed-door.ts';
import { TwinError } from '../twin-error.ts';
import { answerControl, type ControlOptions } from './answer-control.ts';
import { FaultError } from './fault.ts';
import { RefusedRequest, requestPath } from './refused-request.ts';
import { openStaticSite, pageHeaders, type StaticSite } from './site/static-site.ts';
import type { Twin } from './twin.ts';

/** What is served beside the state and the faults of a twin. */
export interface ControlApiOptions {
  /** Folder of a built console, served at `/`. @default - the control API alone */
  readonly consoleDir?: string;
  /** Gives the text of `GET /amplify_outputs.json`, asked anew for each request. @default - 404 */
  readonly outputs?: () => string;
}

/** The control API of a running twin. */
export interface ControlApi {
  /** Without a trailing slash. */
  readonly url: string;
  /** Where the console is served, without a trailing slash; absent where it is not. */
  readonly console?: string;
  close(): Promise<void>;
}

/**
 * Serves the control API under `/_twin/`, the twin's outputs and, where there is one, the console, on the loopback address.
 *
 * Nothing but this machine can reach it, and of the pages that its user opens only its own are answered. A fault must be
 * `application/json` besides, which another page cannot send without a preflight that nobody answers.
 *
 * @throws {TwinError} `PortInUse` when the port was taken since it was found free, `ConsoleUnusable` when `consoleDir` is
 *   no folder with a built page
 */
export async function startControlApi(twin: Twin, options: ControlApiOptions = {}): Promise<ControlApi> {
  const { consoleDir, outputs } = options;
  const port = twin.plan.controlPort;
  const url = `http://127.0.0.1:${port}`;
  const site =
    consoleDir === undefined
      ? undefined
      : await openStaticSite(consoleDir, { headers: pageHeaders(endpointsOf(twin)) });
  const control: ControlOptions = { ...(outputs !== undefined && { outputs }) };
  const server = createServer((request, response) => void answer({ twin, control, site }, request, response));
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  await listen(server, port);
  return {
    url,
    ...(site !== undefined && { console: url }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function endpointsOf({ plan: { regions, globalPort } }: Twin): string[] {
  return [...regions.map(({ apiPort }) => apiPort), globalPort].map((port) => `http://127.0.0.1:${port}`);
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

interface Served {
  readonly twin: Twin;
  readonly control: ControlOptions;
  readonly site: StaticSite | undefined;
}

async function answer(
  { twin, control, site }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const refusal = refusalAtDoor(request);
    if (refusal !== undefined) throw new RefusedRequest(403, refusal);
    const path = requestPath(request.url ?? '/');
    const body = await answerControl(twin, { request, path, options: control });
    if (body !== undefined) return sendJson(response, 200, body);
    if (site !== undefined) return await site.answer(request, response, path);
    throw new RefusedRequest(404, NOT_FOUND);
  } catch (error) {
    const { status, headers, detail } = refusalOf(error);
    if (response.headersSent) return void response.destroy();
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const title = TITLES[status] ?? 'Error';
    sendJson(response, status, JSON.stringify({ type: 'about:blank', title, status, detail }));
  }
}

const NOT_FOUND =
  'Cannot find this: the control API has GET /_twin/state, GET /_twin/health, POST /_twin/faults, GET /_twin/operator and GET /amplify_outputs.json, and the console is not served.';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
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

function sendJson(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': status < 400 ? 'application/json' : 'application/problem+json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body.endsWith('\n') ? body : `${body}\n`);
}
