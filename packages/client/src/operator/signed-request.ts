import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { type Answer, fetchAnswer } from './fetch-answer.ts';
import { OperatorError } from './operator-error.ts';

/** Credentials as AWS issues them; temporary ones have a session token. */
export interface OperatorCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Which API to ask, and as whom. */
export interface SignedRequestOptions {
  /** URL of a region's API, without a trailing slash: `http://127.0.0.1:4011`, `https://eu-west-1.api.example.com`. */
  readonly endpoint: string;
  /** The region that answers there. A signature holds in the region it was made for and in no other. */
  readonly region: string;
  /** Called for every request, so that temporary credentials are fresh when they are used. */
  readonly credentials: () => Promise<OperatorCredentials>;
  /** @default 10_000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A request to a route that asks for IAM authorization. */
export interface RequestToSign {
  readonly method: 'GET' | 'PUT' | 'DELETE' | 'POST';
  /** Begins with a slash; characters beyond RFC 3986's unreserved ones are already percent-encoded. */
  readonly path: string;
  /** Sent as JSON. @default - no body */
  readonly body?: object;
}

/** The service name in the scope of a signature for an API Gateway route. */
const SERVICE = 'execute-api';

/** API Gateway gives an HTTP API 30 s, but an operator's request writes two small items. */
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Signs a request with Signature Version 4 and sends it, from Node or a browser. The secret goes nowhere, only what is
 * made of it.
 *
 * @throws {OperatorError} `unreachable` when no whole answer came in time; an answer is returned whatever its status
 * @throws what `credentials` rejects with
 * @throws the signal's reason when it ends the request
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function sendSignedRequest(
  request: RequestToSign,
  { endpoint, region, credentials, timeoutMs = DEFAULT_TIMEOUT_MS, signal }: SignedRequestOptions,
): Promise<Answer> {
  signal?.throwIfAborted();
  const url = new URL(`${endpoint}${request.path}`);
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const headers = await signedHeaders(
    { method: request.method, url, body },
    { region, credentials: await credentials() },
  );
  const init = { method: request.method, headers, ...(body !== undefined && { body }) };
  try {
    return await fetchAnswer(url, init, { timeoutMs, signal });
  } catch (cause) {
    signal?.throwIfAborted();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorError(
      'unreachable',
      `Cannot reach ${region}: ${endpoint} gave ${why}, an answer is needed`,
      { remedy: 'Check the address, or ask another region.', cause },
    );
  }
}

/** The signature covers host, content type, body and the session token. */
async function signedHeaders(
  { method, url, body }: { method: string; url: URL; body: string | undefined },
  { region, credentials }: { region: string; credentials: OperatorCredentials },
): Promise<Record<string, string>> {
  const signer = new SignatureV4({ service: SERVICE, region, credentials, sha256: Sha256 });
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body }),
  });
  // fetch writes the host of the URL itself, which is the one that was signed, and a browser lets no page set it.
  const { host: _, ...headers } = signed.headers;
  return headers;
}
