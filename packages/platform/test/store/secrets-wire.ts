import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A fault as Secrets Manager answers it: AWS's JSON protocol, version 1.1. */
export interface SecretsFault {
  readonly status: number;
  readonly name: string;
  readonly message?: string;
}

/** What is answered for a secret: its value, a fault, bytes of no protocol, or nothing at all. */
export type SecretsAnswer =
  | { readonly value: string }
  | { readonly binary: string }
  | { readonly raw: string }
  | SecretsFault
  | 'no answer'
  | 'hang up';

/** A server that answers the SDK's client of Secrets Manager. */
export interface SecretsWire {
  readonly url: string;
  /** Answers by the secret's name; may be changed at any time. What has none is not found. */
  readonly answers: Record<string, SecretsAnswer>;
  readonly calls: readonly { readonly target: string; readonly body: unknown; readonly region: string }[];
  close(): Promise<void>;
}

/** Starts such a server on loopback. */
export async function startSecretsWire(): Promise<SecretsWire> {
  const answers: SecretsWire['answers'] = {};
  const calls: { target: string; body: unknown; region: string }[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request));
    const [, region = ''] =
      /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
    calls.push({ target: String(request.headers['x-amz-target']), body, region });
    const notFound = { status: 400, name: 'ResourceNotFoundException', message: 'no such secret' };
    reply(response, { name: body.SecretId, answer: answers[body.SecretId] ?? notFound });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    calls,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What leads the SDK's client there; to be put into the environment. */
export function secretsEnvironment({ url }: Pick<SecretsWire, 'url'>): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

function reply(
  response: ServerResponse,
  { name, answer }: { name: string; answer: SecretsWire['answers'][string] },
): void {
  if (answer === 'no answer') return;
  if (answer === 'hang up') {
    response.destroy();
    return;
  }
  const send = (status: number, body: unknown) =>
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  if ('raw' in answer) return void send(200, answer.raw);
  if ('value' in answer) return void send(200, { Name: name, SecretString: answer.value });
  if ('binary' in answer) return void send(200, { Name: name, SecretBinary: answer.binary });
  send(answer.status, { __type: answer.name, Message: answer.message ?? '' });
}
