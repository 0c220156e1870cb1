import { type JWTPayload, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JwtAuthorizerDefinition } from '../../src/http-api/http-api-definition.ts';
import { type JwtAuthorizer, jwtAuthorizer } from '../../src/http-api/jwt-authorizer.ts';
import { makeSigningKey, startTokenIssuer, type TokenIssuer } from './token-issuer-fixture.ts';

const HOUR_MS = 3_600_000;

let issuer: TokenIssuer;
let nowMs: number;
let authorizer: JwtAuthorizer;

beforeEach(async () => {
  issuer = await startTokenIssuer();
  nowMs = Date.parse('2026-11-23T12:00:00.000Z');
  authorizer = jwtAuthorizer({ clock: () => nowMs });
});
afterEach(() => issuer.close());

/** Asks with a token as its header would bring it. */
function authorize(authorization: string | undefined, scopes: readonly string[] = []) {
  const definition: JwtAuthorizerDefinition = {
    kind: 'jwt',
    identitySource: '$request.header.Authorization',
    issuer: issuer.issuer,
    audiences: ['shop', 'shop-mobile'],
  };
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  const request = {
    ...{
      method: 'GET',
      encodedPath: '/',
      path: '/',
      rawQueryString: '',
      headers,
      cookies: [],
      protocol: 'HTTP/1.1',
    },
    ...{ sourceIp: '127.0.0.1', port: 1, receivedMs: nowMs, requestId: 'r' },
  };
  return authorizer.authorize(definition, { request, routeKey: 'GET /', scopes });
}

/** Claims of a token; one that is undefined is left out of it. */
type Claims = { readonly [Name in keyof JWTPayload]: JWTPayload[Name] | undefined };

const sign = (claims: Claims = {}) => issuer.sign({ aud: 'shop', ...claims }, { nowMs });
const refusal = (status: number, message: string | RegExp) => ({
  status,
  message: typeof message === 'string' ? message : expect.stringMatching(message),
});

describe('jwtAuthorizer()', () => {
  test('authorize() hands claims over as texts, and the scopes when the route asks for some', async () => {
    const claims = { aud: ['other', 'shop'], admin: true, groups: ['a', 'b'], scope: 'items/read profile' };
    const token = await sign(claims);
    const identity = await authorize(`Bearer ${token}`, ['items/read']);
    expect(identity).toEqual({
      claims: {
        iss: issuer.issuer,
        sub: 'somebody',
        aud: '[other shop]',
        admin: 'true',
        groups: '[a b]',
        scope: 'items/read profile',
        iat: String(nowMs / 1000),
        exp: String(nowMs / 1000 + 300),
      },
      scopes: ['items/read', 'profile'],
    });
    expect((await authorize(token)).scopes).toBeNull();
  });

  test.each<[string, Claims]>([
    ['with client_id where there is no aud', { aud: undefined, client_id: 'shop' }],
    ['with the other audience', { aud: 'shop-mobile' }],
    ['with scp, a list', { scp: ['x', 'items/read'] }],
    ['with scp, a text', { scp: 'x items/read' }],
    ['that is valid from now on', { nbf: Date.parse('2026-11-23T12:00:00Z') / 1000 }],
  ])('authorize() takes a token %s', async (_, claims) => {
    const token = await sign({ scope: claims.scp === undefined ? 'items/read' : undefined, ...claims });
    await expect(authorize(`bearer ${token}`, ['items/read'])).resolves.toBeDefined();
  });

  test.each<[string, Claims, number, string]>([
    ['expired this second', { exp: 1_795_435_200 }, 401, 'the token has expired'],
    ['no end', { exp: undefined }, 401, 'the token does not have a valid exp'],
    ['a beginning to come', { nbf: 1_795_435_201 }, 401, 'the token does not have a valid nbf'],
    ['an issue to come', { iat: 1_795_435_201 }, 401, 'the token was issued in the future'],
    ['another issuer', { iss: 'https://evil.example' }, 401, 'the token does not have a valid iss'],
    ['another audience', { aud: 'else' }, 401, 'the token does not have a valid audience'],
    [
      'another audience, whatever the client',
      { aud: 'else', client_id: 'shop' },
      401,
      'the token does not have a valid audience',
    ],
    ['no audience', { aud: undefined }, 401, 'the token does not have a valid audience'],
    ['no scope', {}, 403, 'the token has none of the scopes items/read'],
    [
      'a longer scope',
      { scope: 'items/read2 xitems/read' },
      403,
      'the token has none of the scopes items/read',
    ],
  ])('authorize() refuses a token with %s', async (_, claims, status, message) => {
    expect(nowMs / 1000).toBe(1_795_435_200);
    await expect(authorize(await sign(claims), ['items/read'])).rejects.toMatchObject(
      refusal(status, message),
    );
  });

  test.each([undefined, 1, null])('authorize() refuses a token whose kid is %j', async (kid) => {
    const header = { alg: 'RS256', ...(kid !== undefined && { kid }) } as { alg: string };
    const claims = { iss: issuer.issuer, aud: 'shop', exp: nowMs / 1000 + 300 };
    const token = await new SignJWT(claims).setProtectedHeader(header).sign(issuer.key.privateKey);
    await expect(authorize(token)).rejects.toMatchObject(refusal(401, 'the token names no key'));
  });

  test('authorize() takes the issuer to the letter, and no list of it', async () => {
    for (const iss of [[issuer.issuer], `${issuer.issuer}/`])
      await expect(authorize(await sign({ iss } as Claims))).rejects.toMatchObject(
        refusal(401, 'the token does not have a valid iss'),
      );
  });

  test.each([undefined, '', 'Bearer ', 'Bearer x', 'a.b.c', 'AWS4-HMAC-SHA256 Credential=x'])(
    'authorize() refuses %j',
    async (header) => {
      await expect(authorize(header)).rejects.toMatchObject({ name: 'TokenRefusal', status: 401 });
    },
  );

  test('authorize() refuses a token by a curve, even of a key that the issuer has', async () => {
    const curve = await makeSigningKey('curve', 'ES256');
    issuer.publish([issuer.key.publicJwk, curve.publicJwk]);
    const token = await issuer.sign({ aud: 'shop' }, { key: curve, alg: 'ES256', nowMs });
    await expect(authorize(token)).rejects.toMatchObject(
      refusal(401, 'the signing algorithm is not one of RSA'),
    );
  });
});

describe("jwtAuthorizer() and the issuer's keys", () => {
  const down = () => issuer.answerWith((response) => response.writeHead(503).end());
  const needed = ['configuration', 'jwks'];

  test('authorize() asks for them once, however many requests come together', async () => {
    const token = await sign();
    await Promise.all(Array.from({ length: 20 }, () => authorize(token)));
    expect(issuer.asked).toEqual(needed);
  });

  test('authorize() goes on for two hours when the issuer is lost, and no longer', async () => {
    await authorize(await sign());
    down();
    nowMs += 2 * HOUR_MS - 1;
    await expect(authorize(await sign())).resolves.toBeDefined();
    nowMs += 1;
    const lost = refusal(401, 'OIDC discovery endpoint communication error');
    await expect(authorize(await sign())).rejects.toMatchObject(lost);
    issuer.answerWith(undefined);
    await expect(authorize(await sign())).resolves.toBeDefined();
  });

  test('authorize() looks for a key that it does not know, and not again for 30 s', async () => {
    await authorize(await sign());
    const second = await makeSigningKey('second');
    const token = await issuer.sign({ aud: 'shop' }, { key: second, nowMs });
    nowMs += 30_000;
    const unknown = refusal(401, 'the token is signed by a key that its issuer does not have');
    for (let times = 0; times < 3; times += 1) await expect(authorize(token)).rejects.toMatchObject(unknown);
    expect(issuer.asked).toEqual([...needed, ...needed]);
    issuer.publish([issuer.key.publicJwk, second.publicJwk]);
    nowMs += 30_000;
    await expect(authorize(token)).resolves.toBeDefined();
    expect(issuer.asked).toHaveLength(6);
  });

  test('authorize() keeps the keys that it has when a look for another fails', async () => {
    await authorize(await sign());
    const second = await makeSigningKey('second');
    nowMs += 30_000;
    down();
    const unknown = await issuer.sign({ aud: 'shop' }, { key: second, nowMs });
    await expect(authorize(unknown)).rejects.toMatchObject({ status: 401 });
    await expect(authorize(await sign())).resolves.toBeDefined();
  });

  test.each<[string, Parameters<TokenIssuer['answerWith']>[0]]>([
    ['an error', (response) => response.writeHead(500).end()],
    ['no JSON', (response) => response.end('<html>')],
    ['a redirect', (response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['more than 150,000 bytes', (response) => response.end(JSON.stringify({ pad: 'x'.repeat(150_001) }))],
    ['nothing for 1,500 ms', () => undefined],
    ['no end', (response) => response.write('{')],
  ])('authorize() refuses a good token when the issuer answers %s', async (_, answer) => {
    issuer.answerWith(answer);
    const token = await sign();
    await expect(authorize(token)).rejects.toMatchObject(refusal(401, /communication error$/));
  });
});
