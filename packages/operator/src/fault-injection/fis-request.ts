import { setTimeout as pause } from 'node:timers/promises';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { askAws, type CloudAct, CloudError, isTransient } from '../cloud/cloud-error.ts';
import type { OperatorCredentials } from '../evacuation/signed-request.ts';
import { translateFisFault } from './fis-faults.ts';

/** Where AWS Fault Injection Service is asked, and as whom. */
export interface FisPlace {
  readonly region: string;
  /** Called for every request, so that temporary credentials are fresh when they are used. */
  readonly credentials: () => Promise<OperatorCredentials>;
  /** URL without a path. @default - AWS_ENDPOINT_URL_FIS, AWS_ENDPOINT_URL, or the Region's own */
  readonly endpoint?: string;
  /** Before the second attempt; each further wait is twice as long. @default 500 */
  readonly retryDelayMs?: number;
}

/** One request of its REST API. */
export interface FisRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Begins with a slash. */
  readonly path: string;
  /** @default - none */
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. @default - no body */
  readonly body?: object;
  /** What it is for, for a message: a verb and its object. */
  readonly act: string;
}

const ATTEMPTS_MAX = 4;
const RETRY_DELAY_MS = 500;
const REQUEST_TIMEOUT_MS = 15_000;

/**
 * Asks AWS Fault Injection Service in one Region, and again where asking again may help. Every request that is made here
 * can be repeated: those that start something carry a token.
 *
 * @returns the JSON of the answer
 * @throws {CloudError} when there is no answer, or one that says no
 * @throws the signal's reason, where it aborts
 * @see https://docs.aws.amazon.com/fis/latest/APIReference/Welcome.html
 */
export async function askFis(place: FisPlace, request: FisRequest, signal: AbortSignal): Promise<unknown> {
  const doing = { act: request.act, region: place.region };
  let delayMs = place.retryDelayMs ?? RETRY_DELAY_MS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await askAws(doing, () => send(place, request, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (attempt === ATTEMPTS_MAX || !isTransient(error)) throw error;
    }
    await pause(delayMs, undefined, { signal });
    delayMs *= 2;
  }
}

async function send(place: FisPlace, request: FisRequest, signal: AbortSignal): Promise<unknown> {
  const url = new URL(request.path, endpointOf(place));
  for (const [key, value] of Object.entries(request.query ?? {})) url.searchParams.set(key, value);
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const doing: CloudAct = { act: request.act, region: place.region };
  const headers = await signedHeaders(place, { url, method: request.method, body });
  const { response, text } = await exchange(url, { method: request.method, headers, body, signal, doing });
  if (!response.ok) throw translateFisFault(response, text, doing);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CloudError(
      `Cannot ${doing.act} in ${doing.region}: the answer is not JSON, FIS's own is needed. Check the proxy, and AWS_ENDPOINT_URL where it is set.`,
      { cause },
    );
  }
}

interface Exchange {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly signal: AbortSignal;
  readonly doing: CloudAct;
}

/** Sends one request and reads its answer to the end. */
async function exchange(
  url: URL,
  { method, headers, body, signal, doing }: Exchange,
): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(url, {
      ...{ method, headers, redirect: 'error' },
      ...(body !== undefined && { body }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
    return { response, text: await response.text() };
  } catch (cause) {
    signal.throwIfAborted();
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new CloudError(
      `Cannot ${doing.act} in ${doing.region}: ${url.host} gave no answer (${why}), one is needed. Check the network, and AWS_ENDPOINT_URL where it is set; then the AWS Health Dashboard.`,
      { reason: 'unreachable', cause },
    );
  }
}

/** As the SDK chooses it. @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function endpointOf({ region, endpoint }: FisPlace): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return (
    endpoint ??
    process.env.AWS_ENDPOINT_URL_FIS ??
    process.env.AWS_ENDPOINT_URL ??
    `https://fis.${region}.${suffix}`
  );
}

async function signedHeaders(
  { region, credentials }: FisPlace,
  { url, method, body }: { url: URL; method: string; body: string | undefined },
): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    service: 'fis',
    region,
    credentials: await credentials(),
    sha256: Sha256,
  });
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body }),
  });
  // fetch writes the host of the URL itself, which is the one that was signed.
  const { host: _, ...headers } = signed.headers;
  return headers;
}
