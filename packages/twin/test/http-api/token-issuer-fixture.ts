import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** A key of an issuer, with its private half. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  readonly publicJwk: JWK;
  /** The public half as text, which HS256 must never be verified with. */
  readonly publicPem: string;
}

/** An issuer of tokens on this machine, found by discovery. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly key: SigningKey;
  /** Documents asked for, in order, such as `jwks`. */
  readonly asked: readonly string[];
  /** What is published from now on. */
  publish(keys: readonly JWK[]): void;
  /** Has every document answered by this from now on, or as usual again. */
  answerWith(answer: ((response: ServerResponse) => void) | undefined): void;
  /** Signs a token of this issuer, valid for five minutes unless the claims say otherwise. */
  sign(
    claims?: { readonly [Name in keyof JWTPayload]: JWTPayload[Name] | undefined },
    options?: SignOptions,
  ): Promise<string>;
  close(): Promise<void>;
}

/** What of a token is not as usual. */
export interface SignOptions {
  readonly key?: SigningKey;
  /** @default 'RS256' */
  readonly alg?: string;
  /** Epoch milliseconds. @default Date.now() */
  readonly nowMs?: number;
}

/** Makes a key of RSA, which takes a good part of a second. */
export async function makeSigningKey(kid: string, alg = 'RS256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid, use: 'sig' };
  return { kid, privateKey, publicJwk, publicPem: await exportSPKI(publicKey) };
}

/** Keys of issuers that are open at the same time: each has its own, and the next test takes them again. */
const issuerKeys: Promise<SigningKey>[] = [];
let openIssuers = 0;

/** Starts an issuer on a free port. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  issuerKeys[openIssuers] ??= makeSigningKey('first');
  const key = await (issuerKeys[openIssuers++] as Promise<SigningKey>);
  let keys: readonly JWK[] = [key.publicJwk];
  let instead: ((response: ServerResponse) => void) | undefined;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const document = request.url?.endsWith('/openid-configuration') ? 'configuration' : 'jwks';
    asked.push(document);
    if (instead !== undefined) return instead(response);
    const body = document === 'jwks' ? { keys } : { issuer, jwks_uri: `${issuer}/keys` };
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    key,
    asked,
    publish: (given) => {
      keys = given;
    },
    answerWith: (answer) => {
      instead = answer;
    },
    sign(claims = {}, { key: signing = key, alg = 'RS256', nowMs = Date.now() } = {}) {
      const nowSeconds = Math.floor(nowMs / 1000);
      const usual = { iss: issuer, sub: 'somebody', iat: nowSeconds, exp: nowSeconds + 300 };
      // By way of JSON, which leaves out what is undefined.
      const payload: JWTPayload = JSON.parse(JSON.stringify({ ...usual, ...claims }));
      const token = new SignJWT(payload).setProtectedHeader({ alg, kid: signing.kid });
      return token.sign(signing.privateKey);
    },
    close: () =>
      new Promise((resolve) => {
        openIssuers -= 1;
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
