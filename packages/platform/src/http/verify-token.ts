import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { TokenScope } from '../contract/routes.ts';

/** What is found out of a token. `refused` is for good; where it might not be, {@link UndecidedTokenError} is thrown. */
export type TokenVerdict =
  | {
      readonly kind: 'verified';
      readonly issuer: string;
      readonly subject: string;
      readonly scopes: string[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** Nothing can be said of a token that holds for longer than now: its keys or its time are still to come. */
export class UndecidedTokenError extends Error {
  override readonly name = 'UndecidedTokenError';
}

/** Longest wait for each document of an issuer: the same as API Gateway's own authorizer has. */
const TIMEOUT_MS = 1_500;

/** Largest document of an issuer. */
const DOCUMENT_BYTES_MAX = 150_000;

/** For how long keys are used: as long as API Gateway's own authorizer does. */
const KEYS_LIFETIME_MS = 2 * 3_600_000;

/** How far the clocks of an issuer and of this function may differ: within the "few minutes" of RFC 7519 §4.1.4. */
const CLOCK_TOLERANCE_SECONDS = 60;

/** Only algorithms of RSA, as with a single issuer: a stage that gains a second one takes no more than before. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

/**
 * Verifies tokens of several issuers: signature by the key that `kid` names, of the issuer that `iss` names, both to
 * the letter, then `aud` or else `client_id`, `exp`, `nbf` and `iat`, with 60 s for clocks that differ. The keys of an
 * issuer are kept in the environment; none is asked for before its first token.
 *
 * API Gateway keeps a refusal for minutes, hence one that a moment or a look at the keys could turn is none:
 *
 *     keys fetched ── key published ── token signed by it ── the library looks again, 30 s after it last did
 *                                      └ undecided, and never refused: it holds a moment later
 *
 * @returns a function that gives a verdict, and throws {@link UndecidedTokenError} where none would last
 */
export function createTokenVerifier(
  { issuers }: TokenSettings,
  now: () => Date,
): (token: string) => Promise<TokenVerdict> {
  const known = new Map<unknown, { audiences: readonly string[]; keys: JWTVerifyGetKey }>(
    issuers.map(({ issuer, audiences }) => [issuer, { audiences, keys: keysOf(issuer) }]),
  );
  return async (token) => {
    const { iss, kid } = namesIn(token);
    const named = known.get(iss);
    if (named === undefined) return { kind: 'refused', reason: 'it is of no issuer that the stage trusts' };
    if (typeof kid !== 'string' || kid === '') return { kind: 'refused', reason: 'it names no key' };
    try {
      const { payload } = await jwtVerify(token, named.keys, {
        algorithms: ALGORITHMS,
        currentDate: now(),
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp'],
      });
      return judged(payload, named.audiences, now());
    } catch (error) {
      if (isForGood(error)) return { kind: 'refused', reason: error.message };
      throw undecided(error);
    }
  };
}

/** Issuer and key as they stand in a token, of which nothing is believed yet. */
function namesIn(token: string): { iss?: unknown; kid?: unknown } {
  try {
    return { iss: decodeJwt(token).iss, kid: decodeProtectedHeader(token).kid };
  } catch {
    return {};
  }
}

function judged(payload: JWTPayload, audiences: readonly string[], now: Date): TokenVerdict {
  const { aud, client_id: clientId, iat = 0, sub = '', iss = '', scope, scp } = payload;
  const given = [aud ?? clientId].flat();
  if (!given.some((each) => typeof each === 'string' && audiences.includes(each)))
    return { kind: 'refused', reason: 'it is for nobody whom the stage names as an audience' };
  if (iat > now.getTime() / 1_000 + CLOCK_TOLERANCE_SECONDS) throw new UndecidedTokenError(EARLY);
  const scopes = [scope ?? scp].flat().flatMap((each) => (typeof each === 'string' ? each.split(' ') : []));
  return { kind: 'verified', issuer: iss, subject: sub, scopes: scopes.filter((each) => each !== '') };
}

/** Keys by OpenID Connect's discovery, which is asked again until it has answered once. */
function keysOf(issuer: string): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    found ??= discovered(issuer).catch((error: unknown) => {
      found = undefined;
      throw undecided(error);
    });
    const keys = await found;
    return keys(header, token);
  };
}

async function discovered(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await bounded(await fetch(url, { signal, redirect: 'error' }));
  if (!response.ok) throw new Error(`Cannot read ${url}: it answers ${response.status}, 200 is needed`);
  const { jwks_uri: jwksUri, issuer: named } = Object(await response.json());
  // https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
  if (named !== issuer) throw new Error(`Cannot trust ${url}: it is the document of another issuer`);
  return createRemoteJWKSet(new URL(String(jwksUri)), {
    timeoutDuration: TIMEOUT_MS,
    cacheMaxAge: KEYS_LIFETIME_MS,
    [customFetch]: async (...asked: Parameters<typeof fetch>) => bounded(await fetch(...asked)),
  });
}

/** The same answer with its body read, and never more of it than an issuer may send. */
async function bounded(response: Response): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > DOCUMENT_BYTES_MAX)
      throw new Error(`Cannot read ${response.url}: it has more than ${DOCUMENT_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  const { status, headers } = response;
  return new Response(Buffer.concat(chunks), { status, headers });
}

/** Errors of the library that neither a moment nor a look at the issuer's keys can turn. Others may. */
function isForGood(error: unknown): error is errors.JOSEError {
  if (isEarly(error)) return false;
  return [
    errors.JOSEAlgNotAllowed,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JWTClaimValidationFailed,
    errors.JWTExpired,
    errors.JWTInvalid,
  ].some((kind) => error instanceof kind);
}

function isEarly(error: unknown): boolean {
  return (
    error instanceof errors.JWTClaimValidationFailed &&
    error.claim === 'nbf' &&
    error.reason === 'check_failed'
  );
}

const EARLY =
  "Cannot verify the token: its time is still to come by more than 60 s. Set the issuer's clock, or wait";

function undecided(cause: unknown): UndecidedTokenError {
  if (cause instanceof UndecidedTokenError) return cause;
  // The library's error holds all claims, and what is thrown is logged.
  if (isEarly(cause)) return new UndecidedTokenError(EARLY);
  return new UndecidedTokenError(whyUndecided(cause), { cause });
}

function whyUndecided(cause: unknown): string {
  if (cause instanceof errors.JWKSNoMatchingKey)
    return 'Cannot verify the token: its key is not among those of its issuer that were read last. Repeat the request after 30 s';
  return 'Cannot verify the token: its issuer does not give its keys. Repeat the request when it does';
}

/** Whose tokens are taken, and what they must allow. */
export interface TokenSettings {
  readonly issuers: readonly { readonly issuer: string; readonly audiences: readonly string[] }[];
  /** A token has one of these scopes; none where any token will do. */
  readonly scopes: Readonly<Record<TokenScope, readonly string[]>>;
}

/** Thrown when the settings of tokens are missing or nonsense: nothing may be let in then. */
export class TokenSettingsError extends Error {
  override readonly name = 'TokenSettingsError';
}

/**
 * Reads what the backend tells the function that verifies tokens.
 *
 * @throws {TokenSettingsError}
 */
export function parseTokenSettings(text: string | undefined): TokenSettings {
  const { issuers, readScopes, writeScopes } = parsed(text);
  if (!Array.isArray(issuers) || issuers.length === 0) throw invalid('issuers', 'a list with one at least');
  const read = texts(readScopes, 'readScopes');
  const write = texts(writeScopes, 'writeScopes');
  return {
    issuers: issuers.map((each: unknown) => {
      const { issuer, audiences } = Object(each);
      if (typeof issuer !== 'string' || !URL.canParse(issuer)) throw invalid('an issuer', 'a URL');
      return { issuer, audiences: texts(audiences, 'audiences') };
    }),
    scopes: { read, write },
  };
}

function parsed(text: string | undefined): Record<string, unknown> {
  try {
    return Object(JSON.parse(text ?? ''));
  } catch (cause) {
    throw invalid('TOKENS', 'JSON', cause);
  }
}

function texts(value: unknown, name: string): string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw invalid(name, 'a list of texts');
}

function invalid(what: string, needed: string, cause?: unknown): TokenSettingsError {
  return new TokenSettingsError(
    `Cannot verify tokens: ${what} is not ${needed}, which is needed. Deploy the backend again, it sets TOKENS`,
    { cause },
  );
}
