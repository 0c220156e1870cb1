// Goal: a token is taken only when its issuer signed it for this stage and it is valid now; and where nobody can tell, nobody
// says "refused". Method: real keys and tokens, an issuer on loopback, the time handed in.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenVerifier, UndecidedTokenError } from '../../src/http/verify-token.ts';
import { RESULT_TTL_SECONDS } from '../../src/infra/token-authorizer.ts';

const now = new Date('2026-11-22T12:00:00Z');
const nowSeconds = now.getTime() / 1_000;
const scopes = { read: [], write: [] };

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

/** What an issuer answers with. */
interface Issuer {
  readonly url: string;
  readonly keys: Record<string, KeyPair>;
  /** Answers in its place; absent while all is well. */
  answer: RequestListener | undefined;
  requests: string[];
  close(): Promise<void>;
}

async function startIssuer(): Promise<Issuer> {
  const keys = {
    one: await generateKeyPair('RS256'),
    two: await generateKeyPair('RS512'),
    curve: await generateKeyPair('ES256'),
  };
  const server = createServer(async (request, response) => {
    issuer.requests.push(request.url ?? '');
    if (issuer.answer !== undefined) return issuer.answer(request, response);
    const jwks = await Promise.all(
      Object.entries(keys).map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid })),
    );
    const isDiscovery = request.url === '/.well-known/openid-configuration';
    const body = isDiscovery ? { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` } : { keys: jwks };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys,
    answer: undefined,
    requests: [],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;
}

describe('createTokenVerifier()', () => {
  let issuer: Issuer;
  let other: Issuer;

  beforeAll(async () => {
    [issuer, other] = await Promise.all([startIssuer(), startIssuer()]);
  });
  afterAll(() => Promise.all([issuer.close(), other.close()]));

  const verifier = (audiences = ['shop', 'desk'], atMs = now.getTime()) =>
    createTokenVerifier(
      {
        issuers: [
          { issuer: issuer.url, audiences },
          { issuer: other.url, audiences: ['others'] },
        ],
        scopes,
      },
      () => new Date(atMs),
    );

  /** A token that is valid, but for what is given. Claims that are undefined are left out. */
  const tokenOf = async (
    claims: JWTPayload = {},
    {
      alg = 'RS256',
      kid = 'one',
      key,
    }: { alg?: string; kid?: string; key?: Parameters<SignJWT['sign']>[0] } = {},
  ): Promise<string> => {
    const all = { iss: issuer.url, aud: 'shop', sub: 'kim', exp: nowSeconds + 60, ...claims };
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    const signing = key ?? issuer.keys[kid]?.privateKey;
    if (signing === undefined) throw new Error(`Cannot sign: there is no key ${kid}`);
    return new SignJWT(given).setProtectedHeader({ alg, kid }).sign(signing);
  };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('takes a token that its issuer signed, by any of its keys', async () => {
    const verify = verifier();
    const verified = { kind: 'verified', issuer: issuer.url, subject: 'kim', scopes: [] };
    expect(await verify(await tokenOf())).toStrictEqual(verified);
    expect(await verify(await tokenOf({}, { alg: 'RS512', kid: 'two' }))).toStrictEqual(verified);
  });

  it('asks an issuer for its documents once, and none before its first token', async () => {
    issuer.requests = [];
    other.requests = [];
    const verify = verifier();
    for (let n = 0; n < 3; n++) await verify(await tokenOf());
    expect(issuer.requests).toStrictEqual(['/.well-known/openid-configuration', '/keys']);
    expect(other.requests).toStrictEqual([]);
  });

  it.each([
    ['a text', 'desk', 'verified'],
    ['a list with one that fits', ['elsewhere', 'desk'], 'verified'],
    ['a list without', ['elsewhere', 'nowhere'], 'refused'],
    ['another text', 'elsewhere', 'refused'],
    ['an empty list', [], 'refused'],
    ['part of the name', 'sho', 'refused'],
  ])('judges the audience that is %s', async (_, aud, kind) => {
    expect(await verifier()(await tokenOf({ aud }))).toMatchObject({ kind });
  });

  it('takes the client id where there is no audience, and only there', async () => {
    const absent = { aud: undefined } as unknown as JWTPayload;
    expect(await verifier()(await tokenOf({ ...absent, client_id: 'shop' }))).toMatchObject({
      kind: 'verified',
    });
    expect(await verifier()(await tokenOf({ aud: 'elsewhere', client_id: 'shop' }))).toMatchObject({
      kind: 'refused',
    });
    expect(await verifier()(await tokenOf(absent))).toMatchObject({ kind: 'refused' });
  });

  it('does not take the audience of another issuer', async () => {
    expect(await verifier()(await tokenOf({ aud: 'others' }))).toMatchObject({ kind: 'refused' });
  });

  it.each([
    ['a text', { scope: 'items:read items:write' }, ['items:read', 'items:write']],
    ['a text with too many spaces', { scope: ' items:read  ' }, ['items:read']],
    ['a list', { scp: ['items:read', 'items:write'] }, ['items:read', 'items:write']],
    ['a list of texts with several each', { scope: ['a b', 'c'] }, ['a', 'b', 'c']],
    ['both, of which the standard one counts', { scope: 'a', scp: ['b'] }, ['a']],
    ['neither text nor list', { scope: { admin: true } }, []],
    ['a list of other things', { scp: [7, null, 'a'] }, ['a']],
  ])('reads scopes that are %s', async (_, claims, expected) => {
    expect(await verifier()(await tokenOf(claims))).toMatchObject({ kind: 'verified', scopes: expected });
  });

  it.each([
    ['has expired', { exp: nowSeconds - 60 }],
    ['expired long ago', { exp: 1 }],
    ['never expires', { exp: undefined } as unknown as JWTPayload],
    ['is of an issuer that nobody named', { iss: 'https://elsewhere.example.com' }],
    ['names no issuer', { iss: undefined } as unknown as JWTPayload],
    ['has a beginning that is no time', { nbf: '1' } as unknown as JWTPayload],
  ])('refuses a token that %s', async (_, claims) => {
    expect(await verifier()(await tokenOf(claims))).toMatchObject({ kind: 'refused' });
  });

  it('takes the issuer to the letter: no list of it, no other writing of it', async () => {
    for (const iss of [[issuer.url], [[issuer.url]], `${issuer.url}/`, issuer.url.toUpperCase()])
      expect(await verifier()(await tokenOf({ iss } as JWTPayload))).toMatchObject({
        kind: 'refused',
        reason: 'it is of no issuer that the stage trusts',
      });
  });

  it.each([undefined, '', 1, null, {}])('refuses a token whose kid is %j', async (kid) => {
    const header = { alg: 'RS256', ...(kid !== undefined && { kid }) } as unknown as { alg: string };
    const claims = { iss: issuer.url, aud: 'shop', exp: nowSeconds + 60 };
    const { privateKey } = issuer.keys.one as KeyPair;
    const token = await new SignJWT(claims).setProtectedHeader(header).sign(privateKey);
    expect(await verifier()(token)).toStrictEqual({ kind: 'refused', reason: 'it names no key' });
  });

  it('takes a token up to 60 s after its last second, and from 60 s before its first', async () => {
    const token = await tokenOf({ nbf: nowSeconds, iat: nowSeconds, exp: nowSeconds + 1 });
    const at = (seconds: number) => verifier(['shop'], now.getTime() + seconds * 1_000)(token);
    expect(await at(60)).toMatchObject({ kind: 'verified' });
    expect(await at(61)).toMatchObject({ kind: 'refused' });
    expect(await at(-60)).toMatchObject({ kind: 'verified' });
    await expect(at(-61)).rejects.toThrow(UndecidedTokenError);
  });

  it.each(['nbf', 'iat'])('cannot tell when %s alone is still to come', async (claim) => {
    const token = await tokenOf({ [claim]: nowSeconds + 61 });
    const failure = await verifier()(token).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UndecidedTokenError);
    expect(inspect(failure)).toMatch(/its time is still to come by more than 60 s/);
    expect(inspect(failure)).not.toMatch(/kim|shop/); // It is logged.
    expect(await verifier(['shop'], now.getTime() + 1_000)(token)).toMatchObject({ kind: 'verified' });
  });

  it('refuses a token that nobody signed (alg none)', async () => {
    const claims = { iss: issuer.url, aud: 'shop', exp: nowSeconds + 60 };
    for (const alg of ['none', 'None', 'NONE'])
      expect(await verifier()(`${part({ alg })}.${part(claims)}.`)).toMatchObject({ kind: 'refused' });
  });

  it('refuses a token that was signed with the public key as a shared secret (HS256)', async () => {
    const pem = await exportSPKI((issuer.keys.one as KeyPair).publicKey);
    const token = await tokenOf({}, { alg: 'HS256', key: new TextEncoder().encode(pem) });
    expect(await verifier()(token)).toMatchObject({ kind: 'refused' });
  });

  it('refuses algorithms other than those of RSA, also with a key that the issuer has', async () => {
    expect(await verifier()(await tokenOf({}, { alg: 'ES256', kid: 'curve' }))).toMatchObject({
      kind: 'refused',
    });
  });

  it('refuses a key that the issuer does not have, under the name of one that it has', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    expect(await verifier()(await tokenOf({}, { key: privateKey }))).toMatchObject({ kind: 'refused' });
  });

  // keys fetched ── key published ── token by it: within the time in which the library does not look again
  it('cannot tell when a key may have been published since the keys were read', async () => {
    const verify = verifier();
    await verify(await tokenOf());
    const late = await generateKeyPair('RS256');
    const token = await tokenOf({}, { kid: 'late', key: late.privateKey });
    issuer.keys.late = late;
    const failure = await verify(token).catch((error: unknown) => error);
    const elsewhere = await verifier()(token);
    delete issuer.keys.late;
    expect(failure).toBeInstanceOf(UndecidedTokenError);
    expect(String(failure)).toMatch(/is not among those of its issuer that were read last/);
    expect(elsewhere).toMatchObject({ kind: 'verified' });
  });

  it('refuses nothing that it would take before API Gateway forgets the refusal', async () => {
    const late = await generateKeyPair('RS256');
    const seconds = fc.integer({ min: -500, max: 500 });
    const claims = fc.record(
      { iat: seconds, nbf: seconds, exp: fc.integer({ min: -100, max: 900 }) },
      { requiredKeys: ['exp'] },
    );
    const iss = fc.constantFrom<unknown>(issuer.url, issuer.url, [issuer.url], 'https://evil.example');
    const kid = fc.constantFrom('one', 'one', 'late', undefined);
    const wait = fc.integer({ min: 0, max: RESULT_TTL_SECONDS });
    const told = async (token: string, afterSeconds: number) =>
      verifier(
        ['shop'],
        now.getTime() + afterSeconds * 1_000,
      )(token).then(
        (verdict) => verdict.kind,
        () => 'undecided',
      );
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(claims, iss, kid, wait, async (times, named, key, afterSeconds) => {
        const moments = Object.entries(times).map(([name, each]) => [name, nowSeconds + Number(each)]);
        const { privateKey } = key === 'late' ? late : (issuer.keys.one as KeyPair);
        const token = await new SignJWT({ iss: named, aud: 'shop', ...Object.fromEntries(moments) })
          .setProtectedHeader({ alg: 'RS256', ...(key !== undefined && { kid: key }) })
          .sign(privateKey);
        const first = await told(token, 0);
        issuer.keys.late = late;
        const then = await told(token, afterSeconds).finally(() => delete issuer.keys.late);
        seen.add(`${first}, then ${then}`);
        if (first === 'refused') expect(then).toBe('refused');
      }),
      { seed: 20_261_122, numRuns: 150 },
    );
    // Else the property would say nothing.
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'refused, then refused',
        'undecided, then verified',
        'undecided, then refused',
        'verified, then refused',
      ]),
    );
  });

  it('refuses a token of one issuer that another one signed', async () => {
    const { privateKey } = other.keys.one as KeyPair;
    expect(await verifier()(await tokenOf({}, { key: privateKey }))).toMatchObject({ kind: 'refused' });
  });

  it('refuses a token of which something was changed after it was signed', async () => {
    const [header, claims = '', signature] = (await tokenOf({ sub: 'kim' })).split('.');
    const forged = part({ ...JSON.parse(Buffer.from(claims, 'base64url').toString()), sub: 'root' });
    expect(await verifier()([header, forged, signature].join('.'))).toMatchObject({ kind: 'refused' });
  });

  it.each(['', 'x', '.', '..', '...', 'e30.e30.', 'null.bnVsbA.x', `${'a'.repeat(10_000)}.e30.e30`])(
    'refuses %j',
    async (token) => {
      expect(await verifier()(token)).toMatchObject({ kind: 'refused' });
    },
  );

  it.each<[string, RequestListener]>([
    ['hangs up', (_, response) => void response.destroy()],
    ['answers 500', (_, response) => void response.writeHead(500).end('{}')],
    ['sends no JSON', (_, response) => void response.end('<html>')],
    ['sends too much', (_, response) => void response.end(JSON.stringify({ x: 'x'.repeat(200_000) }))],
    [
      'sends another issuer’s document',
      (_, response) => void response.end('{"issuer":"https://evil.example"}'),
    ],
    ['redirects', (_, response) => void response.writeHead(302, { location: 'https://evil.example' }).end()],
  ])('cannot tell when the issuer %s, and can as soon as it is well again', async (_, answer) => {
    const verify = verifier();
    issuer.answer = answer;
    const failure = await verify(await tokenOf()).catch((error: unknown) => error);
    issuer.answer = undefined;
    expect(failure).toBeInstanceOf(UndecidedTokenError);
    expect(await verify(await tokenOf())).toMatchObject({ kind: 'verified' });
  });

  it('cannot tell when the issuer gives its address and not its keys', async () => {
    issuer.answer = (request, response) => {
      const isDiscovery = request.url === '/.well-known/openid-configuration';
      response.end(
        isDiscovery ? JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` }) : '{"no":1}',
      );
    };
    const failure = await verifier()(await tokenOf()).catch((error: unknown) => error);
    issuer.answer = undefined;
    expect(failure).toBeInstanceOf(UndecidedTokenError);
  });
});
