import { createHmac } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import {
  ALGORITHM_IDENTIFIER,
  createScope,
  getCanonicalHeaders,
  getSigningKey,
  SignatureV4Base,
} from '@smithy/signature-v4';
import type { HttpRequest } from './http-request.ts';
import type { SignatureClaim } from './signature-claim.ts';

/** What of a request is signed beside the query string, which the claim holds. */
export interface SignedParts {
  readonly request: HttpRequest;
  /** The signed headers and their values. */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body, hexadecimal. */
  readonly payloadHash: string;
}

/**
 * The signature that a request should have: what its claim says, computed anew with the secret of the claim's key. The
 * canonical request is the AWS SDK's own, so that what it signs is understood here.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @returns 32 bytes
 */
export function requestSignature(
  claim: SignatureClaim,
  { credential, parts }: { credential: IamCredential; parts: SignedParts },
): Promise<Buffer> {
  return new Verifier(claim, credential).signatureOf(claim, parts);
}

/**
 * The SDK's signer, of which only the parts are used: its own `sign` would sign another time and other headers than the
 * client did.
 */
class Verifier extends SignatureV4Base {
  readonly #credential: IamCredential;

  constructor({ scope: { region, service } }: SignatureClaim, credential: IamCredential) {
    super({ credentials: credential, region, service, sha256: Sha256 });
    this.#credential = credential;
  }

  async signatureOf(claim: SignatureClaim, { request, headers, payloadHash }: SignedParts): Promise<Buffer> {
    const { date, region, service } = claim.scope;
    const signed = {
      method: request.method,
      protocol: 'https:',
      hostname: '',
      path: request.encodedPath,
      query: { ...claim.query },
      headers: { ...headers },
    };
    // Named as signable, so that headers that the SDK itself never signs count where another client signed them.
    const canonicalHeaders = getCanonicalHeaders(signed, undefined, new Set(claim.signedHeaders));
    const canonical = this.createCanonicalRequest(signed, canonicalHeaders, payloadHash);
    const scope = createScope(date, region, service);
    const text = await this.createStringToSign(claim.signedAt, scope, canonical, ALGORITHM_IDENTIFIER);
    const key = await getSigningKey(this.sha256, this.#credential, date, region, service);
    return createHmac('sha256', key).update(text).digest();
  }
}

/** A long-term access key of an IAM user, as whoever runs the API knows it. */
export interface IamCredential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Name of the IAM user, which the function gets to see. */
  readonly userName: string;
}
