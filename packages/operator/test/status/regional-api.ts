import { createServer, type IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { NO_ANSWER } from '../cloud/aws-wire.ts';

/** An answer of a region's API: a status and a JSON body. */
export type ApiAnswer = readonly [status: number, body: unknown] | typeof NO_ANSWER;

/** A request as the test sees it. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** An API on loopback for as long as the test runs. Gives its endpoint. */
export async function regionalApi(answer: (request: ApiRequest) => ApiAnswer): Promise<string> {
  const server = createServer(async (request, response) => {
    const given = answer({
      method: request.method ?? '',
      path: (request.url ?? '').replace(/\?.*/, ''),
      body: await bodyOf(request),
    });
    if (given === NO_ANSWER) return;
    const [status, body] = given;
    if (isJsonObject(body) && typeof body.region === 'string') response.setHeader('x-region', body.region);
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

/** What a region that is well answers to the two questions of health. */
export function wellAnswers(region: string, revision: string): (request: ApiRequest) => ApiAnswer {
  return ({ path }) => {
    if (path === '/health') return [200, { ok: true, region }];
    if (path === '/health/live') return [200, { ok: true, region, revision }];
    return [404, { status: 404, code: 'route-not-found', title: 'No', detail: 'No such route' }];
  };
}

function isJsonObject(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}
