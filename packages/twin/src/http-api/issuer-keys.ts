import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** How long an issuer's keys are used before they are asked for again, as API Gateway does. */
const KEYS_LIFETIME_MS = 2 * 3_600_000;

/** Least time between two looks for a key that is not among those known, so that no flood of tokens becomes one of the issuer's. */
const UNKNOWN_KEY_WAIT_MS = 30_000;

/** An issuer did not give its keys: the one error that says nothing of the token. */
export class IssuerUnavailableError extends Error {
  override readonly name = 'IssuerUnavailableError';
}

/**
 * The keys of an issuer, found by OpenID Connect's discovery document and kept for two hours. A key that is not among them is
 * looked for, at most once in 30 s.
 *
 *     keys fetched ────────────── issuer down ──────────────── 2 h over
 *                  tokens hold  │ tokens of known keys hold  │ none holds until it is back
 *
 * https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 *
 * @param clock - epoch milliseconds
 * @returns a function that throws {@link IssuerUnavailableError} when keys are needed and cannot be had
 */
export function issuerKeys(issuer: string, clock: () => number): JWTVerifyGetKey {
  let known: { readonly keyOf: JWTVerifyGetKey; readonly untilMs: number } | undefined;
  let askedMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<JWTVerifyGetKey> | undefined;

  async function ask(): Promise<JWTVerifyGetKey> {
    askedMs = clock();
    const keyOf = createLocalJWKSet(await keysOf(issuer));
    known = { keyOf, untilMs: askedMs + KEYS_LIFETIME_MS };
    return keyOf;
  }

  // Requests that come together wait for one answer.
  function refresh(): Promise<JWTVerifyGetKey> {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  return async (header, token) => {
    const keyOf = known !== undefined && clock() < known.untilMs ? known.keyOf : await refresh();
    try {
      return await keyOf(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || clock() - askedMs < UNKNOWN_KEY_WAIT_MS)
        throw error;
      const renewed = await refresh();
      return renewed(header, token);
    }
  };
}

async function keysOf(issuer: string): Promise<JSONWebKeySet> {
  const document = await available('OIDC discovery endpoint communication error', () =>
    fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`),
  );
  const keys = await available('JWKS communication error', () =>
    fetchJson(String(Object(document).jwks_uri)),
  );
  if (isKeySet(keys)) return keys;
  throw new IssuerUnavailableError('JWKS communication error');
}

/** The messages are those that API Gateway gives in `error_description`. */
async function available(message: string, ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (cause) {
    throw new IssuerUnavailableError(message, { cause });
  }
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  const keys: unknown = Object(value).keys;
  return Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null);
}

/** How long API Gateway waits for an issuer, for each document. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const ISSUER_TIMEOUT_MS = 1_500;

/** The largest document that API Gateway takes of an issuer. */
const ISSUER_DOCUMENT_BYTES_MAX = 150_000;

/**
 * Fetches a JSON document within API Gateway's bounds of time and size, body included.
 *
 * @throws {Error} for any status but 200, a document that is too large or none, and no answer in time
 */
async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`Cannot read ${url}: it answers ${response.status}, 200 is needed`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels what is still to come.
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > ISSUER_DOCUMENT_BYTES_MAX)
      throw new Error(`Cannot read ${url}: it has more than ${ISSUER_DOCUMENT_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
