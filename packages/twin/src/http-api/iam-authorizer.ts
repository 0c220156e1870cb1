import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpRequest } from './http-request.ts';
import { type IamCredential, requestSignature } from './request-signature.ts';
import {
  CLOCK_SKEW_MS,
  IamRefusal,
  type RequestHeaders,
  type SignatureClaim,
  signatureClaimOf,
} from './signature-claim.ts';

/**
 * Who signed a request: `requestContext.authorizer.iam` of payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export interface IamIdentity {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly cognitoIdentity: null;
  /** Null: the twin's account is in no organization. */
  readonly principalOrgId: null;
  readonly userArn: string;
  readonly userId: string;
}

/** Lets in requests that an IAM user of the account has signed. */
export interface IamAuthorizer {
  /**
   * Checks all that can be checked without the body, so that a request that has no chance is refused before its body
   * is taken in.
   *
   * @throws {IamRefusal}
   */
  precheck(request: HttpRequest, headers: RequestHeaders): PrecheckedRequest;
}

/** A signed request of a known key, of which only the signature itself is still to be compared. */
export interface PrecheckedRequest {
  /** @throws {IamRefusal} when body, path, query, a signed header or the secret is not what was signed */
  verify(body: Buffer): Promise<IamIdentity>;
}

/** What an IAM authorizer goes by. */
export interface IamAuthorizerOptions {
  readonly region: string;
  readonly accountId: string;
  /** The keys that exist. Without any, every request is refused. */
  readonly credentials: readonly IamCredential[];
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

const SERVICE = 'execute-api';
const TERMINATOR = 'aws4_request';
const CONTENT_HASH = 'x-amz-content-sha256';

/**
 * The IAM authorizer of HTTP APIs: Signature Version 4, for this service in this region, signed at most five minutes
 * ago or within the lifetime of a presigned URL. Policies are not looked at: a user who exists may call.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 *
 * Stricter than AWS where that costs no client of an AWS SDK anything: the body is always part of the signature, and a
 * path with empty or dot segments is refused, because the canonical request could not tell it from another one.
 */
export function iamAuthorizer(options: IamAuthorizerOptions): IamAuthorizer {
  return {
    precheck(request, headers) {
      const claim = signatureClaimOf(request, headers);
      checkScope(claim, options.region);
      checkTime(claim, options.clock());
      checkPath(request);
      if (headers['x-amz-security-token'] !== undefined || claim.query['X-Amz-Security-Token'] !== undefined)
        throw new IamRefusal('it has a session token, and the key is a long-term one');
      const signed = signedHeaders(claim, headers);
      const credential = options.credentials.find(({ accessKeyId }) => accessKeyId === claim.accessKeyId);
      if (credential === undefined) throw new IamRefusal('its access key does not exist');
      return {
        async verify(body) {
          const payloadHash = createHash('sha256').update(body).digest('hex');
          if ((headers[CONTENT_HASH] ?? [payloadHash]).some((hash) => hash !== payloadHash))
            throw new IamRefusal(`${CONTENT_HASH} is not that of the body`);
          const parts = { request, headers: signed, payloadHash };
          const expected = await requestSignature(claim, { credential, parts });
          if (!timingSafeEqual(expected, Buffer.from(claim.signature, 'hex')))
            throw new IamRefusal('its signature does not match');
          return identityOf(credential, options.accountId);
        },
      };
    },
  };
}

function checkScope({ scope, signedAt }: SignatureClaim, region: string): void {
  if (scope.region !== region) throw new IamRefusal(`it is signed for region ${scope.region}, not ${region}`);
  if (scope.service !== SERVICE)
    throw new IamRefusal(`it is signed for service ${scope.service}, not ${SERVICE}`);
  if (scope.terminator !== TERMINATOR) throw new IamRefusal(`its scope does not end in ${TERMINATOR}`);
  if (scope.date !== signedAt.slice(0, 8))
    throw new IamRefusal('the date of its scope is not that of its signing');
}

function checkTime({ signedAt, lifetimeMs }: SignatureClaim, nowMs: number): void {
  const [, date, hours, minutes, seconds] = /^(\d{8})T(\d\d)(\d\d)(\d\d)Z$/.exec(signedAt) ?? [];
  const day = date?.replace(/^(....)(..)(..)$/, '$1-$2-$3');
  const signedMs = Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
  // A time that does not exist is NaN, which is never within.
  const within = nowMs >= signedMs - CLOCK_SKEW_MS && nowMs <= signedMs + lifetimeMs;
  if (!within) throw new IamRefusal(`it was signed at ${signedAt}, which is too far from now`);
}

function checkPath({ encodedPath }: HttpRequest): void {
  if (/\/\/|\/\.{1,2}(?:\/|$)/.test(encodedPath))
    throw new IamRefusal('its path has empty or dot segments, which a signature does not cover');
}

/** The signed headers with their values; what AWS wants signed must be among them. */
function signedHeaders(
  { signedHeaders: names }: SignatureClaim,
  headers: RequestHeaders,
): Record<string, string> {
  const unsigned = Object.keys(headers).find((name) => name.startsWith('x-amz-') && !names.includes(name));
  if (unsigned !== undefined) throw new IamRefusal(`its header ${unsigned} is not signed`);
  if (!names.includes('host')) throw new IamRefusal('its header host is not signed');
  return Object.fromEntries(
    names.map((name) => {
      const values = Object.hasOwn(headers, name) ? headers[name] : undefined;
      if (values === undefined) throw new IamRefusal('a signed header is missing');
      return [name, values.join(',')];
    }),
  );
}

function identityOf({ accessKeyId, userName }: IamCredential, accountId: string): IamIdentity {
  const userArn = `arn:aws:iam::${accountId}:user/${userName}`;
  const userId = `AIDA${createHash('sha256').update(userArn).digest('hex').slice(0, 17).toUpperCase()}`;
  return {
    accessKey: accessKeyId,
    accountId,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn,
    userId,
  };
}
