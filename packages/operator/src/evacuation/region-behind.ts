import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

const ANSWER_TIMEOUT_MS = 3_000;

/** How to ask an address for the name that led to it. */
export interface BehindOptions {
  /** Name that DNS answered the address for: sent as `Host`, and in the TLS handshake. */
  readonly name: string;
  readonly signal: AbortSignal;
  /** @default 'https' */
  readonly protocol?: 'http' | 'https';
  /** @default - the protocol's own */
  readonly port?: number;
}

/**
 * The region that answers at an address, as it says itself in `x-region`; null where nobody answers. An address alone
 * names no region on AWS: the addresses of API Gateway change, and are the same for many names.
 */
export function regionBehind(
  address: string,
  { name, signal, protocol = 'https', port }: BehindOptions,
): Promise<string | null> {
  const send = protocol === 'https' ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const request = send({
      host: address,
      servername: name,
      path: '/health/live',
      headers: { host: name },
      // No pool: a connection that is kept would outlive the question.
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      ...(port === undefined ? {} : { port }),
    });
    request.once('response', (response) => {
      response.resume();
      const region = response.headers['x-region'];
      resolve(typeof region === 'string' && response.statusCode === 200 ? region : null);
    });
    request.once('error', () => resolve(null));
    request.end();
  });
}
