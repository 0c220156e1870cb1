import { connect } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { onTestFinished } from 'vitest';
import type { HttpApiDefinition, HttpRoute, Invoke } from '../../src/http-api/http-api-definition.ts';
import { type HttpApi, type HttpApiOptions, startHttpApi } from '../../src/http-api/start-http-api.ts';
import type { LogEntry } from '../../src/log-entry.ts';

/** A route to function `probe` without authorization. */
export function routeOf(routeKey: string, overrides: Partial<HttpRoute> = {}): HttpRoute {
  return { routeKey, functionName: 'probe', timeoutMs: 30_000, authorizationType: 'NONE', ...overrides };
}

/** An API with stage `$default`; by default every request goes to `probe`. */
export function definitionOf(overrides: Partial<HttpApiDefinition> = {}): HttpApiDefinition {
  return {
    apiId: 'api0123456',
    apiName: 'test-api',
    stageName: '$default',
    routes: [routeOf('$default')],
    disableExecuteApiEndpoint: false,
    ...overrides,
  };
}

/** An invoke that answers every event with what `answer` returns, as a function would. */
export function answering(answer: (event: never) => unknown): Invoke {
  return async (_functionName, event) => ({
    outcome: 'success',
    requestId: 'lambda-request',
    payload: JSON.stringify(answer(event as never)) ?? 'null',
  });
}

/** Answers with the event itself. */
export const ECHO = answering((event: APIGatewayProxyEventV2) => event);

/** A server on a free port that is closed when the test is over. */
export async function serve(
  definition: HttpApiDefinition,
  options: Partial<HttpApiOptions> & { invoke: Invoke },
): Promise<{ api: HttpApi; url: string; port: number; lines: LogEntry[] }> {
  const lines: LogEntry[] = [];
  const api = await startHttpApi({
    definition,
    region: 'eu-west-1',
    accountId: '123456789012',
    listen: [{ host: '127.0.0.1', port: 0 }],
    log: (entry) => lines.push(entry),
    ...options,
  });
  onTestFinished(() => api.close({ graceMs: 0 }));
  const port = api.addresses[0]?.port ?? 0;
  return { api, url: `http://127.0.0.1:${port}`, port, lines };
}

/** Sends bytes as they are and collects what comes back until the server hangs up or `until` is in it. */
export function sendRaw(port: number, bytes: string | Buffer, until?: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const timer = setTimeout(() => socket.destroy(new Error(`no answer in time, so far: ${received}`)), 5000);
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(received);
    };
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (until?.test(received)) finish();
    });
    socket.on('end', finish);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      // A server may reset a connection whose request it does not read to the end.
      if (received !== '' || error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve(received);
      else reject(error);
    });
  });
}
