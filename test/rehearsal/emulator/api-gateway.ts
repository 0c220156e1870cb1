import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { signatureOf } from './signature-of.ts';

/** Where one Region's HTTP API is called while a rehearsal goes on. */
export interface ApiGateway {
  /** Without a final slash. */
  readonly endpoint: string;
  /** The emulator's address, once it is up. */
  connect(emulatorUrl: string): void;
  close(): Promise<void>;
}

const apis = z.object({ items: z.array(z.object({ apiId: z.string() })) });

/**
 * Stands for the address of a Region's HTTP API. The emulator's own is a name that no resolver knows, on which its
 * `/health` hides the API's; by the path `/_aws/execute-api/<api>/<stage>/` it hides nothing.
 */
export async function openApiGateway(region: string): Promise<ApiGateway> {
  const agent = new Agent({ keepAlive: true });
  let emulator: string | undefined;
  const server = createServer((request, response) => {
    forward(request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      response.writeHead(502).end(String(error));
    });
  });

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (emulator === undefined) throw new Error('the emulator is not up yet');
    const { hostname, port, pathname } = new URL(await emulatedApi(emulator, region));
    const path = `${pathname}${request.url ?? '/'}`;
    await new Promise<void>((resolve, reject) => {
      const headers = { ...request.headers, host: `${hostname}:${port}` };
      const onward = httpRequest(
        { agent, hostname, port, path, method: request.method, headers, timeout: 30_000 },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response).once('finish', resolve).once('error', reject);
        },
      );
      onward.once('error', reject).once('timeout', () => onward.destroy(new Error('no answer within 30 s')));
      request.pipe(onward);
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    connect: (url) => {
      emulator = url;
    },
    close: () => {
      agent.destroy();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Address of the Region's newest API on the emulator itself: one that was just made anew has another id. */
export async function emulatedApi(emulator: string, region: string): Promise<string> {
  const answer = await fetch(`${emulator}/v2/apis`, {
    headers: { authorization: signatureOf('apigateway', region) },
    signal: AbortSignal.timeout(10_000),
  });
  const api = apis.parse(await answer.json()).items.at(-1);
  if (api === undefined) throw new Error(`${region} has no HTTP API`);
  return `${emulator}/_aws/execute-api/${api.apiId}/$default`;
}
