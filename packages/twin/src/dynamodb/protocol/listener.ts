import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { refusalAtDoor } from '../../closed-door.ts';

/** Answers one request. What it throws ends that request with status 500. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A running HTTP listener. */
export interface Listener {
  /** Without a trailing slash. */
  readonly url: string;
  /** Takes no more requests, waits a moment for those under way, and ends the connections. */
  close(): Promise<void>;
}

/** A little longer than SDKs keep a connection open, so that the client closes it and not the server. */
const KEEP_ALIVE_MS = 75_000;
const CLOSE_TIMEOUT_MS = 3_000;

/**
 * Listens on a loopback address, to programs of this machine: requests that a web page made go no further than here.
 *
 * @throws {Error} with code `EADDRINUSE` when the port is taken, naming the port and the remedy
 */
export async function listen(
  { host, port }: { readonly host: string; readonly port: number },
  handle: RequestHandler,
): Promise<Listener> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) => {
    const refusal = refusalAtDoor(request);
    if (refusal !== undefined) return refuse(response, refusal);
    handle(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, { host, port })));
    server.listen(port, host, resolve);
  });
  return { url: `http://${host}:${portOf(server)}`, close: () => closeServer(server) };
}

function refuse(response: ServerResponse, message: string): void {
  response.writeHead(403, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify({ __type: 'AccessDeniedException', message })}\n`);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function explained(error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): Error {
  if (error.code !== 'EADDRINUSE') return error;
  const message = `Cannot listen on ${host}:${port}: the port is in use. End the process that listens on it, or choose other ports.`;
  return Object.assign(new Error(message, { cause: error }), { code: error.code });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
