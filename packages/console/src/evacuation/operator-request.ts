import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

/** Credentials as AWS issues them; temporary ones have a session token. */
export interface OperatorCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request to a route with IAM authorization. */
export interface OperatorRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Begins with a slash; characters beyond RFC 3986's unreserved ones are already percent-encoded. */
  readonly path: string;
  readonly body?: object;
}

/** Which region is asked, and as whom. */
export interface SendOptions {
  readonly endpoint: string;
  /** The region that answers there: a signature holds in one region only. */
  readonly region: string;
  readonly credentials: OperatorCredentials;
  readonly signal: AbortSignal;
}

/** What came back, whatever its status. */
export interface OperatorAnswer {
  readonly status: number;
  /** The JSON of the body, or null where it is none. */
  readonly body: unknown;
}

/** Two small items are written for an operator's request; API Gateway would wait 30 s. */
const TIMEOUT_MS = 10_000;

/**
 * Signs a request with Signature Version 4 in the browser and sends it. The secret goes nowhere, only what is made of it.
 *
 * @throws {TypeError} when no answer came, or CORS kept it from this page
 * @throws the signal's reason when it ends the request
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function sendOperatorRequest(
  request: OperatorRequest,
  { endpoint, region, credentials, signal }: SendOptions,
): Promise<OperatorAnswer> {
  const url = new URL(request.path, endpoint);
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const headers = await signedHeaders({ method: request.method, url, body }, { region, credentials });
  const response = await fetch(url, {
    method: request.method,
    headers,
    ...(body === undefined ? {} : { body }),
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  return { status: response.status, body: await response.json().catch(() => null) };
}

async function signedHeaders(
  { method, url, body }: { method: string; url: URL; body: string | undefined },
  { region, credentials }: Pick<SendOptions, 'region' | 'credentials'>,
): Promise<Record<string, string>> {
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: {},
    headers: {
      host: url.host,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
  // The browser writes the host of the URL itself, which is the one that was signed, and lets no page set it.
  const { host: _, ...headers } = signed.headers;
  return headers;
}
