import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { JwtAuthorizerDefinition } from './http-api-definition.ts';
import { type IdentityContext, readIdentitySource } from './identity-source.ts';
import { IssuerUnavailableError, issuerKeys } from './issuer-keys.ts';

/** What a token says: `requestContext.authorizer.jwt` of payload format 2.0. */
export interface JwtIdentity {
  /** Every claim as text. */
  readonly claims: Readonly<Record<string, string>>;
  /** The token's scopes where the route asks for some, else null. */
  readonly scopes: readonly string[] | null;
}

/** Lets requests in that bring a token of the route's issuer. */
export interface JwtAuthorizer {
  /** @throws {TokenRefusal} */
  authorize(
    definition: JwtAuthorizerDefinition,
    asked: IdentityContext & { readonly scopes: readonly string[] },
  ): Promise<JwtIdentity>;
}

/** Only algorithms of RSA are taken, and never one without a key or with a shared one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

/**
 * The JWT authorizer of HTTP APIs: key and signature, then the claims `iss`, `aud` or else `client_id`, `exp`, `nbf`, `iat`,
 * and of `scope` or `scp` at least one that the route names. Clocks are not given any leeway, as none is documented.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 *
 * An issuer's keys outlive a new definition, so that a change of the backend does not ask for them again.
 *
 * @param clock - epoch milliseconds
 */
export function jwtAuthorizer({ clock }: { readonly clock: () => number }): JwtAuthorizer {
  const issuers = new Map<string, JWTVerifyGetKey>();
  const keysOf = (issuer: string): JWTVerifyGetKey => {
    const keys = issuers.get(issuer) ?? issuerKeys(issuer, clock);
    issuers.set(issuer, keys);
    return keys;
  };
  return {
    async authorize({ identitySource, issuer, audiences }, { scopes, ...context }) {
      const source = readIdentitySource(identitySource, context);
      if (source === undefined) throw new TokenRefusal(401, 'the request has no token');
      const token = source.replace(/^Bearer +/i, '');
      const payload = await verified(token, { issuer, keys: keysOf(issuer), nowMs: clock() });
      checkTimes(payload, clock());
      checkAudience(payload, audiences);
      return { claims: claimTexts(payload), scopes: scopes.length === 0 ? null : scopesOf(payload, scopes) };
    },
  };
}

/** The claims of a token whose signature is its issuer's. */
async function verified(
  token: string,
  { issuer, keys, nowMs }: { issuer: string; keys: JWTVerifyGetKey; nowMs: number },
): Promise<JWTPayload> {
  try {
    if (typeof decodeProtectedHeader(token).kid !== 'string')
      throw new TokenRefusal(401, 'the token names no key');
    const options = { issuer, algorithms: ALGORITHMS, currentDate: new Date(nowMs) };
    return (await jwtVerify(token, keys, { ...options, requiredClaims: ['exp'] })).payload;
  } catch (cause) {
    if (cause instanceof TokenRefusal) throw cause;
    throw new TokenRefusal(401, reasonOf(cause), { cause });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof IssuerUnavailableError) return error.message;
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `the token does not have a valid ${error.claim}`;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the signing algorithm is not one of RSA';
  if (error instanceof errors.JWKSNoMatchingKey)
    return 'the token is signed by a key that its issuer does not have';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature does not match';
  return 'the token is not a signed JWT';
}

function checkTimes({ iat }: JWTPayload, nowMs: number): void {
  if (iat !== undefined && !(iat <= nowMs / 1000))
    throw new TokenRefusal(401, 'the token was issued in the future');
}

function checkAudience({ aud, client_id: clientId }: JWTPayload, audiences: readonly string[]): void {
  const given = [aud ?? clientId].flat();
  if (!given.some((each) => typeof each === 'string' && audiences.includes(each)))
    throw new TokenRefusal(401, 'the token does not have a valid audience');
}

function scopesOf({ scope, scp }: JWTPayload, wanted: readonly string[]): string[] {
  const given = [scope ?? scp]
    .flat()
    .flatMap((each) => (typeof each === 'string' ? each.split(' ') : []))
    .filter((each) => each !== '');
  if (given.some((each) => wanted.includes(each))) return given;
  throw new TokenRefusal(403, `the token has none of the scopes ${wanted.join(', ')}`);
}

/** Claims as API Gateway hands them over: all of them texts, lists in brackets without commas. */
function claimTexts(payload: JWTPayload): Record<string, string> {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, claimText(value)]));
}

function claimText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  return JSON.stringify(value);
}

/** Why a token is not let in: 401 for one that is none, or not valid; 403 for one without the scopes. */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal';
  readonly status: 401 | 403;

  constructor(status: 401 | 403, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
