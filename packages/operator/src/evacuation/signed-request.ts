import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { EvacuationError } from './evacuation-error.ts';

/** Credentials as AWS issues them; the session token is there with temporary ones only. */
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

/** What came back, whatever its status. */
export interface SignedResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON of the body, its text where it is not JSON, or undefined where it is empty. */
  readonly body: unknown;
}

/** The service name in the scope of a signature for an API Gateway route. */
const SERVICE = 'execute-api';

/** API Gateway gives an HTTP API 30 s, but an operator's request writes two small items. */
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Signs a request with Signature Version 4 and sends it.
 *
 * @throws {EvacuationError} when there are no credentials, or when no answer came within `timeoutMs`; an answer is
 *   returned whatever its status
 * @throws the signal's reason when `signal` ends the request
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function sendSignedRequest(
  request: RequestToSign,
  { endpoint, region, credentials, timeoutMs = DEFAULT_TIMEOUT_MS, signal }: SignedRequestOptions,
): Promise<SignedResponse> {
  signal?.throwIfAborted();
  const url = new URL(request.path, endpoint);
  const { headers, body } = await sign(request, { url, region, credentials });
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: request.method,
      headers,
      ...(body === undefined ? {} : { body }),
      redirect: 'error',
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    return { status: response.status, headers: response.headers, body: parse(await response.text()) };
  } catch (cause) {
    signal?.throwIfAborted();
    const why = limit.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(cause);
    throw new EvacuationError(
      `Cannot reach ${region}: ${endpoint} gave ${why}, an answer is needed. Check the address, or ask another region.`,
      { cause },
    );
  }
}

/** Headers and body as they must be sent: the signature covers host, content type, body and the session token. */
async function sign(
  { method, body: value }: RequestToSign,
  { url, region, credentials }: { url: URL } & Pick<SignedRequestOptions, 'region' | 'credentials'>,
): Promise<{ headers: Record<string, string>; body: string | undefined }> {
  const body = value === undefined ? undefined : JSON.stringify(value);
  const signer = new SignatureV4({
    service: SERVICE,
    region,
    credentials: await found(credentials),
    sha256: Sha256,
  });
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: {
      host: url.host,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
  // fetch writes the host of the URL itself, which is the one that was signed.
  const { host: _, ...headers } = signed.headers;
  return { headers, body };
}

async function found(credentials: SignedRequestOptions['credentials']): Promise<OperatorCredentials> {
  try {
    return await credentials();
  } catch (cause) {
    if (cause instanceof EvacuationError) throw cause;
    throw new EvacuationError(
      `Cannot sign the request: ${cause instanceof Error ? cause.message : String(cause)}, an operator's AWS credentials are needed. ` +
        'Set AWS_PROFILE, or run: aws sso login',
      { cause },
    );
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What went wrong: `fetch failed` says nothing, its cause does. Where several addresses failed, only a code is left. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || String(Reflect.get(cause, 'code') ?? cause.name);
}
