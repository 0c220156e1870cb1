import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { IamCredential } from '../../src/http-api/request-signature.ts';

/** The operator of these tests. */
export const OPERATOR: IamCredential = {
  accessKeyId: 'AKIATWINTESTTESTTEST',
  secretAccessKey: 'c2VjcmV0IG9mIHRoZSB0ZXN0cyBhbG9uZS4u',
  userName: 'operator',
};

/** A request as it goes over the wire, target and all. */
export interface WireRequest {
  readonly method: string;
  /** Path and query string, percent-encoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What is signed, before it is put into the form of the wire. */
export interface ToSign {
  readonly method?: string;
  /** Percent-encoded. */
  readonly path?: string;
  /** Decoded. */
  readonly query?: Readonly<Record<string, string | string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** By whom, for what and when a request is signed. */
export interface SigningOptions {
  /** The Host header. */
  readonly host: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly service?: string;
  readonly signedMs?: number;
  readonly applyChecksum?: boolean;
  /** Puts the signature into the URL, valid for so long. @default - into the Authorization header */
  readonly presignedSeconds?: number;
}

/** Signs a request with the signer of the AWS SDK. */
export async function signed(toSign: ToSign, options: SigningOptions): Promise<WireRequest> {
  const { method = 'GET', path = '/', query = {}, headers = {}, body = '' } = toSign;
  const { host, region = 'eu-west-1', service = 'execute-api', signedMs = Date.now() } = options;
  const { accessKeyId = OPERATOR.accessKeyId, secretAccessKey = OPERATOR.secretAccessKey } = options;
  const { sessionToken, applyChecksum = true, presignedSeconds } = options;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    ...{ region, service, applyChecksum, sha256: Sha256 },
  });
  const request = {
    ...{ method, path, protocol: 'http:', hostname: host },
    query: { ...query },
    headers: { ...headers, host },
    ...(body.length > 0 && { body }),
  };
  const signingDate = new Date(signedMs);
  const result =
    presignedSeconds === undefined
      ? await signer.sign(request, { signingDate })
      : await signer.presign(request, { signingDate, expiresIn: presignedSeconds });
  return { method, target: targetOf(path, result.query ?? {}), headers: result.headers, body };
}

function targetOf(path: string, query: Readonly<Record<string, string | string[] | null>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []].flat().map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`),
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/** Sends a request exactly as it is written down. */
export function send(
  port: number,
  { method, target, headers, body }: WireRequest,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const all: OutgoingHttpHeaders = { ...headers, 'content-length': Buffer.byteLength(body) };
    const request = httpRequest(
      { host: '127.0.0.1', port, method, path: target, headers: all, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        );
        response.on('error', reject);
      },
    );
    request.setTimeout(5000, () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
    request.end(body);
  });
}
