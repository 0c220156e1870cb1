import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Listener, listen } from '../dynamodb/protocol/listener.ts';
import { BodyTooLargeError, readBody } from '../read-body.ts';
import { carryOutSecretOperation, signedRegion } from './secret-operations.ts';
import type { SecretStore } from './secret-store.ts';
import { SecretsManagerError } from './secrets-manager-error.ts';

/** How Secrets Manager is run. */
export interface SecretsManagerOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly store: SecretStore;
  /** Whether the service is there in a region: `gone` closes the connection, as nobody answers for a lost region. */
  readonly statusOf: (region: string) => 'up' | 'gone' | 'unknown';
}

/** A value has 64 KiB at most, and its JSON may be twice as long. */
const BODY_BYTES_MAX = 160 * 1024;

/**
 * Serves Secrets Manager for all regions on one port; which region is meant, a request's signature says. It takes any
 * credentials, of programs of this machine: a page whose name was rebound to it must not read a secret.
 *
 * @throws {Error} with code `EADDRINUSE`
 */
export function startSecretsManager(options: SecretsManagerOptions): Promise<Listener> {
  return listen(options.listen, (request, response) => answer(request, response, options));
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { store, statusOf }: SecretsManagerOptions,
): Promise<void> {
  try {
    const region = signedRegion(request.headers.authorization);
    const status = statusOf(region);
    if (status === 'gone') {
      request.socket.destroy();
      return;
    }
    if (status === 'unknown') {
      throw new SecretsManagerError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      );
    }
    const body = (await readBody(request, BODY_BYTES_MAX)).toString('utf8');
    const target = request.headers['x-amz-target'];
    respond(response, 200, carryOutSecretOperation(String(target), { region, store, body }));
  } catch (error) {
    refuse(response, error);
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  const refusal =
    error instanceof BodyTooLargeError
      ? new SecretsManagerError('RequestEntityTooLargeException', error.message)
      : error;
  if (refusal instanceof SecretsManagerError) {
    respond(response, refusal.status, { __type: refusal.code, Message: refusal.message });
  } else {
    // Whatever it was, it may hold a value.
    respond(response, 500, {
      __type: 'InternalServiceError',
      Message: 'An error occurred on the server side.',
    });
  }
}

function respond(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-amzn-requestid': randomUUID(),
  });
  response.end(text);
}
